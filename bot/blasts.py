"""Blasts as staff know them: look before sending, send once, see how far it is, stop it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot import templates
from bot.campaigns import UNASKED
from bot.channels.contract import Disposition
from bot.channels.webchat import KIND
from bot.costs import spent
from bot.look_ahead import LookAhead
from bot.news import WrongNews, compose, period_of
from bot.plans import CHANNELS, CannotBlast, Plan
from bot.previews import Preview
from bot.prices import WrongPrices
from scheduler.blast import MAY_BECOME, BlastStatus, NotAllowed
from scheduler.campaigns.calendar import caturwulan
from scheduler.chances import SPARED_H
from scheduler.figures import figures
from scheduler.walk import ASK
from storage import (
    audiences,
    blasts,
    channels,
    cohorts,
    forms,
    news,
    resends,
    unsettled,
    waves,
)
from storage.blasts import BlastRow
from storage.cohorts import Batch
from storage.news import NEWS
from storage.reasons import NEVER_ARRIVED
from storage.unsettled import Unsent
from storage.waves import WaveRow

if TYPE_CHECKING:
    from bot.service import Service

AT_ONCE = 2_000
"""People who are asked while staff wait, about a second; `serve` asks the rest."""

CANCELED = "siaran dihentikan petugas"
"""Why a message was not sent whose blast staff stopped."""

PASSING = (
    Disposition.RETRY, Disposition.THROTTLED, Disposition.NOT_NOW, Disposition.OUTSIDE_WINDOW,
    Disposition.CHANNEL_DOWN,
)  # fmt: skip
"""What may be over by now: `retry` sends those again."""


STATUS_WORDS: Mapping[str, str] = {
    BlastStatus.PREPARING: "disiapkan",
    BlastStatus.RUNNING: "berjalan",
    BlastStatus.PAUSED: "dijeda",
    BlastStatus.STOPPED: "dihentikan",
    BlastStatus.FINISHED: "selesai",
}
"""What staff call where a blast stands."""


class Blasts:
    """Plans, sends and steers blasts of one office."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._hand = service.campaigns.hand

    def plan(
        self, form_id: str, cohort: str, *, channel: str = "", period: str = "",
        keeps_hours: bool = False,
    ) -> Plan:  # fmt: skip
        """Return the plan; raises `CannotBlast` when a name is not known.

        `channel` names channels in order of preference, comma between; nothing: those set up.
        """
        with self._service.database.read() as db:
            form_pk = forms.newest(db, form_id)
            if form_pk is None:
                raise CannotBlast(
                    f"kuesioner '{form_id}' belum terbit; jalankan: lacak form publish {form_id}"
                )
            batch = _batch(db, cohort)
        period = period or caturwulan(self._today())
        names = self._channels(channel)
        return Plan(form_id, form_pk, batch, period, names, keeps_hours=keeps_hours)

    def plan_news(
        self, template: str, cohort: str, *, text: str, basis: str, channel: str = "",
        keeps_hours: bool = True,
    ) -> Plan:  # fmt: skip
        """Return the plan of news by a template's name; raises `CannotBlast` as `plan` does."""
        names = self._channels(channel)
        with self._service.database.read() as db:
            try:
                said = compose(db, template, text, basis, channels=names)
            except WrongNews as error:
                raise CannotBlast(str(error)) from None
            batch = _batch(db, cohort)
        period = period_of(said, self._today())
        return Plan(NEWS + template, 0, batch, period, names, said, keeps_hours)

    def preview(self, plan: Plan) -> Preview:
        """Return what sending the plan now would do; changes nothing."""
        return LookAhead(self._service).preview(plan)

    def send(self, plan: Plan, *, actor: str) -> tuple[int, bool]:
        """Write the blast down and let it run; return (its key, whether it is new).

        The same send twice is one blast: people who joined the cohort since are added to it, and
        whom it left out are looked at anew. Of many people the first are asked at once, the rest
        by the clock of `serve`.

        Raises:
            CannotBlast: it was stopped for good.
        """
        service, now = self._service, self._service.now()
        with service.database.write() as db:
            wave_id = waves.ensure(
                db, form_id=plan.form_id, form_pk=plan.form_pk, cohort_id=plan.batch.id,
                period=plan.period, at=now, basis=plan.basis, keeps_hours=plan.keeps_hours,
            )  # fmt: skip
            if plan.news is not None:
                news.put(db, wave_id, plan.news)
            blast_id, is_new = blasts.ensure(
                db, wave_id=wave_id, channel=plan.channel, created_by=actor, at=now
            )
            wave, blast = waves.get(db, wave_id), blasts.get(db, blast_id)
            if wave is None or blast is None:
                raise CannotBlast("gelombang ini baru saja dihapus; ulangi perintahnya")
            if blast.status == BlastStatus.STOPPED:
                raise CannotBlast(
                    f"siaran {blast_id} sudah dihentikan untuk seterusnya; kirim yang lain dengan "
                    "--period, atau ubah isi kabarnya"
                )
            hurries = wave.keeps_hours and not plan.keeps_hours
            if hurries:
                waves.drop_hours(db, wave_id)
                wave = replace(wave, keeps_hours=False)
            audiences.look_anew(db, wave_id, at=now, is_hurried=hurries)
        self._write_down(wave, blast)
        self._ask_first(wave_id)
        before = [BlastStatus.PREPARING, BlastStatus.FINISHED]
        with service.database.write() as db:
            blasts.become(db, blast_id, BlastStatus.RUNNING, allowed=before)
            if "whatsapp" in plan.channels:
                templates.hold(db, plan.template)
        return blast_id, is_new

    def change(self, blast_id: int, status: BlastStatus, *, reason: str = "") -> None:
        """Change a blast's status.

        Raises:
            CannotBlast: there is no such blast.
            NotAllowed: its status cannot become that.
        """
        allowed = [before for before, after in MAY_BECOME.items() if status in after]
        with self._service.database.write() as db:
            blast = blasts.get(db, blast_id)
            if blast is None:
                raise CannotBlast(f"siaran {blast_id} tidak ada; lihat: lacak blast list")
            if not blasts.become(db, blast_id, status, allowed=allowed, reason=reason):
                raise NotAllowed(f"siaran {blast_id} sudah {STATUS_WORDS[blast.status]}")
            if status is BlastStatus.STOPPED:
                blasts.cancel_queued(db, blast_id, CANCELED)
                audiences.give_up(db, blast.wave_id, CANCELED)
            if status is BlastStatus.RUNNING:
                for name, why in channels.states(db):
                    if why and name in blast.channel.split(","):
                        channels.resume(db, name)

    def retry(self, blast_id: int, *, unknown: int = 0) -> int:
        """Queue again what a provider held back, and `unknown` ones by their exact number.

        An unknown message may have arrived: only a person may decide to send it twice, and says
        how many they decide about. Whom Meta spares (63049) is tried no sooner than a day after
        the last time. Returns how many were queued.

        Raises:
            CannotBlast: no such blast, it was stopped, or the number of unknown ones is another.
        """
        with self._service.database.write() as db:
            blast = blasts.get(db, blast_id)
            if blast is None or blast.status == BlastStatus.STOPPED:
                raise CannotBlast(f"siaran {blast_id} tidak ada atau sudah dihentikan")
            standing = blasts.messages(db, blast_id).get("unknown", 0)
            if unknown and unknown != standing:
                raise CannotBlast(
                    f"yang belum diketahui ada {standing}, bukan {unknown}; lihat dulu: "
                    f"lacak blast status {blast_id}"
                )
            failed = unsettled.unsent_of(db, blast_id, "failed")
            again = {
                one.id: _soonest(what, one) for one in failed
                if (what := self._meaning(one)) in PASSING or one.reason == NEVER_ARRIVED
            }  # fmt: skip
            number = resends.resend(db, again, was="failed")
            if unknown:
                doubtful = {one.id: None for one in unsettled.unsent_of(db, blast_id, "unknown")}
                number += resends.resend(db, doubtful, was="unknown")
            finished = [BlastStatus.FINISHED]
            if number:
                blasts.become(db, blast_id, BlastStatus.RUNNING, allowed=finished)
            return number

    def figures(self, blast_id: int) -> Mapping[str, Any]:
        """Return how far a blast is (design §11); raises `CannotBlast` when there is none."""
        with self._service.database.read() as db:
            blast = blasts.get(db, blast_id)
            wave = waves.get(db, blast.wave_id) if blast else None
            if blast is None or wave is None:
                raise CannotBlast(f"siaran {blast_id} tidak ada; lihat: lacak blast list")
            tier = self._service.settings.whatsapp_daily_tier
            found = figures(db, blast, wave, now=self._service.now(), day_tier=tier)
            said = news.get(db, wave.id)
            found |= {"basis": said.basis} if said else {}
            try:
                currency, amount = spent(self._service, db, blast_id, blast.form_id)
            except WrongPrices as error:
                raise CannotBlast(str(error)) from None
            return {**found, "cost": {"currency": currency, "amount": amount}}

    def _meaning(self, one: Unsent) -> Disposition | None:
        gateway = self._service.gateways.by_kind.get(one.channel)
        return None if gateway is None else gateway.channel.explain(one.code).disposition

    def _write_down(self, wave: WaveRow, blast: BlastRow) -> None:
        """Write everyone down, a chunk a transaction, so that replies are not held up."""
        service, after = self._service, 0
        while True:
            with service.database.write() as db:
                walk = self._hand.walk(db, wave, blast)
                last = walk.write_down(db, now=service.now(), after=after)
            if last is None:
                return
            after = last

    def _ask_first(self, wave_id: int) -> None:
        """Ask people of a wave who are due, as many as nobody has to wait for."""
        for _ in range(AT_ONCE // ASK):
            with self._service.database.write() as db:
                now = self._service.now()
                due = audiences.due(db, UNASKED, now=now, limit=ASK, wave_id=wave_id)
                self._service.campaigns.ask(db, wave_id, due, now)
            if len(due) < ASK:
                return

    def _channels(self, given: str) -> tuple[str, ...]:
        """Return the channels staff named, else those that are set up, else the web chat."""
        settings = self._service.settings
        set_up = {"whatsapp": settings.twilio_account_sid, "telegram": settings.telegram_token}
        names = tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
        for name in names:
            if name not in CHANNELS:
                raise CannotBlast(f"saluran '{name}' tidak dikenal; pakai: {', '.join(CHANNELS)}")
        return names or tuple(name for name in CHANNELS if set_up.get(name)) or (KIND,)

    def _today(self) -> date:
        return self._service.now().astimezone(ZoneInfo(self._service.office.zone)).date()


def _soonest(what: Disposition | None, one: Unsent) -> datetime | None:
    """Return when a message may go again: whom a provider spares, not before a day is over."""
    if what is not Disposition.NOT_NOW or one.tried_at is None:
        return None
    return one.tried_at + timedelta(hours=SPARED_H)


def _batch(db: Connection, name: str) -> Batch:
    batch = cohorts.find(db, name)
    if batch is None:
        names = ", ".join(one.name for one, _members in cohorts.listed(db)[:8])
        raise CannotBlast(f"angkatan '{name}' tidak ada; yang ada: {names}")
    return batch
