"""One sheet made to hold its table: read the keys, plan, write what differs in one batch.

A flush costs one read and one write. It reads every cell, for one read more, where keys are not
enough: copied rows, damaged headers, new columns, the nightly look. What moves or empties rows
is done under a lock, for one read and one write more (`locking`).
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from exports.mirror.google import making, trouble
from exports.mirror.google.api import Api
from exports.mirror.google.desk import LEASE, Again, Desk
from exports.mirror.google.errors import ApiError, Kind
from exports.mirror.google.quota import Stopping
from exports.mirror.google.repair import Repair, Repaired
from exports.mirror.google.trouble import TRIES, State, Trouble
from exports.mirror.plan import LayoutBroken, SheetFull
from exports.mirror.tables import Wanted
from storage import mirrors
from storage.database import Database
from storage.mirrors import LeaseLost

_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Flushed:
    """What one flush did, or what stood in its way; `is_busy`: another flusher has the sheet."""

    done: Repaired = field(default_factory=Repaired)
    trouble: Trouble = Trouble.NONE
    detail: str = ""
    is_busy: bool = False


class Flusher:
    """Flushes sheets for one process; `owner` names it in leases, `zone` is the office's."""

    def __init__(
        self, api: Api, database: Database, now: Callable[[], datetime], owner: str, zone: str
    ) -> None:
        self.api = api
        self._database = database
        self._now = now
        self._owner = owner
        self._zone = zone

    def flush(
        self, sheet_id: int, spreadsheet_id: str, wanted: Wanted, *, thorough: bool = False
    ) -> Flushed:
        """Make a sheet hold what is wanted, and write down how it is; `thorough` reads all of it.

        Raises:
            Stopping: the process ends; what was begun is taken up by the next flush.
        """
        with self._database.write() as db:
            sheet = mirrors.claim(db, sheet_id, self._owner, now=self._now(), lease=LEASE)
        if sheet is None:
            return Flushed(is_busy=True)
        desk = Desk(
            self.api, self._database, self._now, self._owner,
            sheet=sheet, spreadsheet_id=spreadsheet_id, wanted=wanted,
        )  # fmt: skip
        try:
            return self._flush(desk, Repair(desk, thorough=thorough))
        except LeaseLost:
            return Flushed(is_busy=True)
        except Stopping:
            with suppress(LeaseLost):
                desk.save(lease=None)
            raise

    def _flush(self, desk: Desk, repair: Repair) -> Flushed:
        try:
            done = self._work(desk, repair)
        except ApiError as error:
            why = trouble.of(error.kind, is_of_write=error.is_of_write)
            return self._fail(desk, why, error.detail)
        except LayoutBroken as broken:
            return self._fail(desk, Trouble.BROKEN_LAYOUT, broken.what)
        except SheetFull as full:
            return self._fail(desk, Trouble.FULL, str(full))
        now = self._now()
        if repair.is_thorough and not done.left and not desk.sheet.thorough:
            desk.change(verified_at=now)
        desk.change(
            state=State.ACTIVE, trouble="", detail="", failures=0, next_try=None, flushed_at=now
        )
        desk.save(lease=None)
        return Flushed(done)

    def _work(self, desk: Desk, repair: Repair) -> Repaired:
        """Go round until the sheet is right, or as right as one batch makes it."""
        for _ in range(_ROUNDS):
            try:
                desk.settle()
                if desk.sheet.tab is None:
                    return making.provide(desk, self._zone)
                return repair.work(desk.sheet.tab)
            except Again:
                repair.is_thorough = repair.is_thorough or desk.sheet.thorough
            except ApiError as error:
                if error.kind is not Kind.NO_TAB or desk.sheet.tab is None:
                    raise
                desk.lose_tab()
        raise ApiError(Kind.AMBIGUOUS, "the sheet kept changing")

    def _fail(self, desk: Desk, why: Trouble, detail: str) -> Flushed:
        """Write down what stands in the way, and when to try again."""
        failures = desk.sheet.failures + 1
        if why is Trouble.LATER and failures >= TRIES:
            why = Trouble.UNREACHABLE
        desk.change(
            state=trouble.STATE.get(why, State.ACTIVE), trouble=why, detail=detail,
            failures=failures, next_try=self._now() + trouble.wait(why, failures),
        )  # fmt: skip
        with suppress(LeaseLost):
            desk.save(lease=None)
        return Flushed(trouble=why, detail=detail)
