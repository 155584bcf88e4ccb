"""One sheet on one flusher's desk: what is known of it, written down before and after each batch.

Nothing is remembered of a batch but its token. After a crash or a silence the token is looked
for; if it is not there, the next batch carries it again, so that of the two only one is ever
carried out. What the sheet holds is always read, never believed.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from exports.mirror.google import ids, locking
from exports.mirror.google.api import Api
from exports.mirror.google.errors import ApiError, Kind
from exports.mirror.google.locking import Guard
from exports.mirror.google.writing import Request
from exports.mirror.tables import Wanted
from storage import mirrors
from storage.database import Database
from storage.mirrors import Sheet

MOST_RESPONSES = 400
MOST_BYTES = 2_000_000
"""What Google recommends a request to have at most (facts, sheets §1.1)."""

LEASE = timedelta(minutes=5)
TOKENS_KEPT = timedelta(minutes=15)
"""How long a late batch is refused: Google works on none for more than three minutes."""

_REFUSALS = 5


class Again(Exception):
    """The sheet is not as it was taken to be: look at it again."""


class Desk:
    """A claimed sheet; `sheet` is as the database has it after `save`."""

    def __init__(
        self,
        api: Api,
        database: Database,
        now: Callable[[], datetime],
        owner: str,
        *,
        sheet: Sheet,
        spreadsheet_id: str,
        wanted: Wanted,
    ) -> None:
        self.api = api
        self.now = now
        self.sheet = sheet
        self.book = spreadsheet_id
        self.wanted = wanted
        self.desired = wanted.desired
        self.most = MOST_RESPONSES
        self.guard = Guard.ANCHORS
        self._database = database
        self._owner = owner
        self._refusals = 0
        self._refused_at: Mapping[str, int] | None = None

    def change(self, **values: Any) -> None:
        """Know something else of the sheet, not yet written down."""
        self.sheet = replace(self.sheet, **values)

    def save(self, *, lease: timedelta | None = LEASE) -> None:
        """Write down how the sheet is, and hold it on or let it go.

        Raises:
            LeaseLost: another flusher has it.
        """
        with self._database.write() as db:
            mirrors.save(db, self.sheet, self._owner, now=self.now(), lease=lease)

    def settle(self) -> None:
        """Find out about a batch whose outcome is not known."""
        token = self.sheet.pending
        if token is not None and self.api.has_token(self.book, token):
            self._keep(token)
            self.save()

    def send(
        self,
        batch: Sequence[Request],
        *,
        show: Iterable[str] = (),
        at: Mapping[str, int] | None = None,
    ) -> Mapping[str, Any]:
        """Send a batch under a token that is written down first; return the ranges to show.

        `at` is where the columns were when the batch was made. If it is refused and they are
        still there, the anchors are to blame, and the next try does without.

        Raises:
            Again: it was too large, was carried out before, or was refused.
            ApiError: with what it means; the token stays pending.
        """
        now = self.now()
        token = self.sheet.pending or ids.new_token()
        old = [one for one, since in self.sheet.tokens.items() if now - since > TOKENS_KEPT]
        requests = [*batch, locking.token(token), *locking.forget(old)]
        if self.most > 1 and len(json.dumps(requests)) > MOST_BYTES:
            self.most //= 2
            raise Again
        self.change(pending=token)
        self.save()
        try:
            answer = self.api.write(self.book, requests, show=show)
        except ApiError as error:
            if error.kind not in (Kind.INVALID, Kind.NO_TAB, Kind.FULL):
                raise
            self.settle()
            if self.sheet.pending is not None:
                self._refuse(error, at)
            raise Again from error
        self._keep(token)
        self.change(tokens={k: v for k, v in self.sheet.tokens.items() if k not in old})
        return answer

    def remember(self, right: Iterable[str], *, gone: Iterable[int] = ()) -> None:
        """Write down which responses the sheet holds as they are, and which it does not hold."""
        seen = dict(self.wanted.marks[id_] for id_ in right)
        with self._database.read() as db:
            known = mirrors.rows(db, self.sheet.id)
        fresh = {key: mark for key, mark in seen.items() if known.get(key) != mark}
        lost = [key for key in gone if key in known]
        if fresh or lost:
            with self._database.write() as db:
                mirrors.note_rows(db, self.sheet.id, fresh, lost)

    def held(self) -> Mapping[str, int]:
        """Return row id → interview of what the sheet was last seen to hold."""
        with self._database.read() as db:
            held = mirrors.rows(db, self.sheet.id)
        return {f"{self.desired.name}-{interview}": interview for interview in held}

    def lose_tab(self) -> None:
        """Start anew in the same file: the tab was deleted, and with it all that was on its way."""
        with self._database.write() as db:
            mirrors.forget_rows(db, self.sheet.id)
        self.change(tab=None, place={}, pending=None, thorough=False)
        self.save()

    def _refuse(self, error: ApiError, at: Mapping[str, int] | None) -> None:
        """Go on after a refusal, unless nothing else can be tried.

        Raises:
            ApiError: the refusal, when it is final.
        """
        self._refusals += 1
        if error.kind is not Kind.INVALID or self._refusals > _REFUSALS:
            raise error
        if at is not None and at == self._refused_at and self.guard is not Guard.NONE:
            self.guard = Guard(self.guard.value + 1)
        self._refused_at = at

    def _keep(self, token: int) -> None:
        self.change(pending=None, tokens={**self.sheet.tokens, token: self.now()})
