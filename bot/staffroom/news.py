"""What staff are told unasked: trouble that began, people who ask, the note of the day."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.desk import REASONS, who
from bot.drafts import telling
from bot.rights.desk import KINDS, RightsDesk
from bot.today import day, said_of_day
from flows.prompts import Prompt
from scheduler.blast import BY_STAFF
from storage import alerts, blasts, channels, enquiries, memos, privacy, staff, unsettled

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.service import Service

EDITORS = ("admin", "operator")

LATE = "privacy:late"
"""Begins the key of trouble with requests that wait longer than the law lets them."""

WAITS = timedelta(minutes=15)
"""An outcome still unknown after so long will not become known by itself."""

FRESH = timedelta(days=7)
"""What people asked before is no news. A memo is kept for longer, so none is told twice."""

STALE = timedelta(days=1)
"""A reply unknown for longer is no news: whoever missed it has written again, or will."""


FRESH = timedelta(days=7)
"""What people asked longer ago was told; memos of it may be forgotten."""


class News:
    """Owes staff their news, each thing once a chat."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._told_line = 0

    def tell_troubles(self, now: datetime) -> None:
        """Begin and end alerts; tell of those that began."""
        beside = {**self._sheets(), **self._calendar()}
        with self._service.database.write() as db:
            zone = ZoneInfo(self._service.office.zone)
            for one in alerts.settle(db, {**troubles(db, now, zone), **beside}, at=now):
                self._tell(db, f"⚠️ {one.sentence}", f"alert:{one.id}", now)
            telling.remind_supervisors(self._service, db, now=now)

    def _sheets(self) -> dict[str, str]:
        """Return spreadsheets that somebody must do something about."""
        found = self._service.mirroring.alerts()
        return {f"sheet:{one.prodi[:60]}:{one.form_id}": one.sentence for one in found}

    def _calendar(self) -> dict[str, str]:
        """Return that the office's calendar is not the one of its file."""
        wrong = self._service.campaigns.rules.calendar.sentences()
        if not wrong:
            return {}
        said = f"Kalender kantor tidak terpakai, jadi yang sebelumnya berlaku: {wrong[0]}"
        return {"calendar": f"{said}. Sesudah diperbaiki: lacak doctor"}

    def tell_enquiries(self, now: datetime) -> None:
        """Tell of what people asked since we looked last."""
        service = self._service
        with service.database.write() as db:
            for line_id, enquiry_id, text in enquiries.lines_after(
                db, service.vault, self._told_line, since=now - FRESH
            ):
                self._told_line = line_id
                found = enquiries.get(db, service.vault, enquiry_id)
                if found is None:
                    continue
                words = (
                    f"💬 {who(found)} ({REASONS[found.reason]}):\n“{text[:500]}”\n\n"
                    f"Balas: /balas {enquiry_id} teks"
                )
                self._tell(db, words, f"line:{line_id}", now)

    def tell_wishes(self, now: datetime) -> None:
        """Tell of what people asked of their own data since we looked last."""
        service = self._service
        desk = RightsDesk(service)
        with service.database.write() as db:
            for one in privacy.opened_since(db, service.vault, now - FRESH):
                if one.opened_by:
                    continue
                words = (
                    f"🔐 {one.name} {KINDS[one.kind]} (permintaan {one.id}). Paling lambat "
                    f"{desk.when(one.due_at)}.\n\nLihat: /privasi {one.id}"
                )
                self._tell(db, words, f"privacy:{one.id}", now)

    def tell_day(self, now: datetime) -> None:
        """Tell of the day, unless nothing happened."""
        found = day(self._service, now)
        if found.is_quiet:
            return
        with self._service.database.write() as db:
            self._tell(db, said_of_day(found), f"day:{found.on.isoformat()}", now)

    def _tell(self, db: "Connection", words: str, occasion: str, now: datetime) -> None:
        vault = self._service.vault
        for _member, channel, value in staff.chats(db, EDITORS):
            chat = vault.hash(f"{channel}:{value}").hex()[:24]
            memos.owe(
                db, vault, Prompt(words), key=f"{occasion}:{chat}", channel=channel, to=value,
                at=now,
            )  # fmt: skip


def troubles(db: "Connection", now: datetime, zone: ZoneInfo) -> dict[str, str]:
    """Return what needs staff now, in the office's `zone`: key → a sentence with what to do."""
    found = {**dict(_paused_blasts(db)), **dict(telling.late(db, now.astimezone(zone).date()))}
    if late := privacy.count_open(db, due_before=now):
        found[f"{LATE}:{late}"] = (
            f"{late} permintaan data pribadi lewat batas 3×24 jam. Lihat: lacak privacy list"
        )
    for name, why in channels.states(db):
        if why:
            found[f"channel:{name}"] = (
                f"Saluran {name} berhenti mengirim: {why} Periksa dengan `lacak doctor`."
            )
    unknown = unsettled.unknown_since(db, before=now - WAITS, replies_after=now - STALE)
    for blast_id, number in unknown.items():
        found[f"unknown:{blast_id}"] = (
            f"{number} kiriman siaran {blast_id} belum diketahui sampai atau tidak. Periksa, lalu "
            f"bila perlu: lacak blast retry {blast_id} --unknown {number}"
            if blast_id
            else f"{number} balasan wawancara belum diketahui sampai atau tidak. Kalau orangnya "
            "menulis lagi, wawancaranya berlanjut sendiri."
        )
    return found


def _paused_blasts(db: "Connection") -> Iterable[tuple[str, str]]:
    for one in blasts.listed(db):
        if one.status == "paused" and one.reason != BY_STAFF:
            said = f"Siaran {one.id} dijeda sendiri: {one.reason}."
            yield f"blast:{one.id}", f"{said} Sesudah diperbaiki: /lanjut {one.id}"
