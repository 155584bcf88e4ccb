"""Sheets that are behind, flushed oldest first, each about once a minute; all looked at nightly.

What is behind is a query, so nothing can be forgotten: a lost tick costs one tick.
"""

import logging
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.logs import log
from bot.mirroring.office import NotSetUp, Office
from storage import audit, mirrors
from storage.mirrors import Link, Sheet

if TYPE_CHECKING:
    from exports.mirror.google.api import Api
    from exports.mirror.google.flush import Flushed, Flusher

EVERY = timedelta(seconds=60)
JITTER_S = 10
"""How often a sheet is flushed that keeps changing: changes meanwhile go in one batch."""

VERIFY_AFTER = timedelta(hours=20)
VERIFY_AT_LATEST = timedelta(hours=36)
NIGHT = range(1, 5)
"""Every cell is compared between one and five at night; by day only after nights without us."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one sheet."""

    link: Link
    sheet: Sheet
    flushed: "Flushed"


class Loop:
    """Flushes for one process; `owner` names it in leases."""

    def __init__(
        self,
        office: Office,
        api: Callable[[], "Api"],
        now: Callable[[], datetime],
        *,
        owner: str,
        dice: random.Random,
    ) -> None:
        self._office = office
        self._api = api
        self._now = now
        self._owner = owner
        self._dice = dice
        self._flusher: Flusher | None = None
        self._seen: tuple[int, ...] = ()
        self._waiting: dict[int, int] = {}
        self._since: dict[int, datetime] = {}
        self._next: dict[int, datetime] = {}
        self._stopping = threading.Event()
        self._said = ""

    def stop(self) -> None:
        """Begin no further flush."""
        self._stopping.set()

    def tick(self) -> int:
        """Flush what is due; return how many sheets that were."""
        number = 0
        for link, sheet, is_night in self._due():
            if self._stopping.is_set():
                break
            try:
                self.flush(link, sheet, thorough=is_night)
            except NotSetUp as error:
                self._say_once(str(error))
                return number
            number += 1
        return number

    def flush_now(self, links: Sequence[Link], *, thorough: bool = False) -> Iterator[Outcome]:
        """Flush every sheet of these links until nothing is left, and yield what became of each.

        Raises:
            NotSetUp: there is no account.
        """
        self._ensure_sheets()
        wanted = {link.id: link for link in links}
        with self._office.database.read() as db:
            sheets = [sheet for sheet in mirrors.sheets(db) if sheet.link_id in wanted]
        for sheet in sheets:
            outcome = self.flush(wanted[sheet.link_id], sheet, thorough=thorough)
            yield outcome
            while outcome.flushed.done.left:
                outcome = self.flush(wanted[sheet.link_id], sheet, thorough=thorough)
                yield outcome

    def flush(self, link: Link, sheet: Sheet, *, thorough: bool = False) -> Outcome:
        """Flush one sheet.

        Raises:
            NotSetUp: there is no account.
        """
        flusher = self._make_flusher()
        with self._office.database.read() as db:
            wanted = self._office.wanted(db, link, sheet.form_id)
        flushed = flusher.flush(sheet.id, link.spreadsheet_id, wanted, thorough=thorough)
        self._seen = ()
        pause = EVERY + timedelta(seconds=self._dice.uniform(0, JITTER_S))
        self._next[sheet.id] = self._now() + (timedelta() if flushed.done.left else pause)
        self._tell(sheet, flushed, thorough=thorough)
        return Outcome(link, sheet, flushed)

    def _due(self) -> list[tuple[Link, Sheet, bool]]:
        """Return the sheets to flush now, who waited longest first, and whether to read all."""
        with self._office.database.read() as db:
            links = {link.id: link for link in mirrors.links(db)}
        if not links:
            return []
        self._ensure_sheets()
        now = self._now()
        with self._office.database.read() as db:
            sheets = mirrors.sheets(db)
            seen = (*mirrors.fingerprint(db), len(sheets))
            if seen != self._seen:
                behind = self._office.behind(db)
                self._waiting = {key: one.waiting for key, one in behind.items()}
                self._seen = seen
        found = []
        for sheet in sheets:
            is_night = self._must_verify(sheet, links[sheet.link_id], now)
            is_behind = self._waiting.get(sheet.id, 0) > 0 or sheet.pending is not None
            if not (is_behind or sheet.tab is None or sheet.thorough or is_night):
                self._since.pop(sheet.id, None)
                continue
            since = self._since.setdefault(sheet.id, now)
            waits = sheet.next_try is not None and sheet.next_try > now
            if not waits and self._next.get(sheet.id, now) <= now:
                found.append((since, sheet.id, links[sheet.link_id], sheet, is_night))
        return [(link, sheet, is_night) for *_, link, sheet, is_night in sorted(
            found, key=lambda one: one[:2]
        )]  # fmt: skip

    def _must_verify(self, sheet: Sheet, link: Link, now: datetime) -> bool:
        age = now - (sheet.verified_at or link.linked_at)
        is_night = now.astimezone(self._office.zone).hour in NIGHT
        return age >= (VERIFY_AFTER if is_night else VERIFY_AT_LATEST)

    def _ensure_sheets(self) -> None:
        """Give every published form a sheet in every link."""
        with self._office.database.read() as db:
            links, form_ids = mirrors.links(db), self._office.form_ids(db)
            there = {(sheet.link_id, sheet.form_id) for sheet in mirrors.sheets(db)}
        missing = [
            (link.id, form_id)
            for link in links
            for form_id in form_ids
            if (link.id, form_id) not in there
        ]
        if missing:
            with self._office.database.write() as db:
                for link_id, form_id in missing:
                    mirrors.ensure_sheet(db, link_id, form_id)

    def _make_flusher(self) -> "Flusher":
        if self._flusher is None:
            from exports.mirror.google.flush import Flusher  # noqa: PLC0415 -- loads gspread

            database, zone = self._office.database, self._office.zone.key
            self._flusher = Flusher(self._api(), database, self._now, self._owner, zone)
        return self._flusher

    def _tell(self, sheet: Sheet, flushed: "Flushed", *, thorough: bool) -> None:
        """Log what stands in the way, and leave an audit line where people's edits were undone."""
        if flushed.trouble:
            log("mirror_trouble", logging.WARNING, sheet=sheet.id, kind=flushed.trouble)
        done = flushed.done
        undone = done.restored + (done.updated if thorough else 0)
        if undone:
            with self._office.database.write() as db:
                audit.note(
                    db, actor="lacak", action="mirror restore",
                    detail=f"sheet {sheet.id}, {undone} rows", at=self._now(),
                )  # fmt: skip

    def _say_once(self, words: str) -> None:
        if words != self._said:
            log("mirror_not_set_up", logging.WARNING)
            self._said = words
