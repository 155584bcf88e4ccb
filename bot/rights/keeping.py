"""Carries out how long things are kept: every day by the service, or by hand."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.rights.erasure import Eraser
from storage import audit, retention
from storage.retention import Rule, Terms

BATCH = 200
"""Rows forgotten in one transaction: under 50 ms."""

PEOPLE = 5
"""People erased in one transaction: each is a dozen statements."""

QUIET = frozenset({"raw", "stray", "staff", "memo", "try"})
"""Kinds that go every day by themselves and need no line in the audit."""

Write = Callable[[Callable[[Connection], int]], int]
"""Runs an operation in a transaction of its own and returns what it returned."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Forgets what has been kept long enough."""

    terms: Terms
    eraser: Eraser

    def run(self, write: Write, *, now: datetime, actor: str) -> Mapping[str, int]:
        """Forget everything that is due, a batch a transaction; return how many of each kind."""
        gone: Counter[str] = Counter()
        for rule in retention.rules(self.terms):
            most = BATCH if rule.forget is not None else PEOPLE
            while number := write(partial(self._batch, rule, most, now, actor)):
                gone[rule.kind] += number
                if number < most:
                    break
        told = {kind: number for kind, number in gone.items() if kind not in QUIET}
        if told:
            write(partial(_note, told, actor, now))
        return gone

    def _batch(self, rule: Rule, most: int, now: datetime, actor: str, db: Connection) -> int:
        keys = retention.take(db, rule, now=now, limit=most)
        if rule.forget is None:
            for key in keys:
                self.eraser.erase(db, key, by=actor, at=now, buries=False)
        return len(keys)


def _note(told: Mapping[str, int], actor: str, now: datetime, db: Connection) -> int:
    detail = ", ".join(f"{number} {kind}" for kind, number in told.items())
    audit.note(db, actor=actor, action="retention run", detail=detail, at=now)
    return 1
