"""The service account's share of requests: 60 reads and 60 writes a minute, counted apart.

The count is a row of the database, so every process of the office shares it.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from storage import mirrors
from storage.database import Database

RATE_PER_S = 50 / 60
BURST = 10
"""At most 60 in any minute: what has been saved up, and 50 that come due."""

HELD = timedelta(minutes=1)
JITTER_S = 5


class Use(StrEnum):
    """What a request is charged to; the row's name in the database."""

    READ = "read"
    WRITE = "write"


class Stopping(Exception):
    """The process ends; nothing was sent."""


class Quota:
    """Waits until a request may go. `wait` sleeps so many seconds, and is True when told to stop.

    One request may go at a time from one process; several processes share the same rows.
    """

    def __init__(
        self, database: Database, now: Callable[[], datetime], wait: Callable[[float], bool]
    ) -> None:
        self._database = database
        self._now = now
        self._wait = wait

    def take(self, use: Use) -> None:
        """Return when one request may go.

        Raises:
            Stopping: the process ends first.
        """
        while (due_s := self._due_in_s(use)) > 0:
            if self._wait(due_s):
                raise Stopping

    def hold(self, use: Use) -> None:
        """Let nothing go until the next minute: Google says that there was too much."""
        now = self._now()
        edge = now.replace(second=0, microsecond=0) + HELD
        until = edge + timedelta(seconds=random.uniform(0, JITTER_S))  # noqa: S311 -- spreads load
        with self._database.write() as db:
            mirrors.hold_permits(db, use, until=until)

    def _due_in_s(self, use: Use) -> float:
        """Take a permit and return 0, or return how long until there is one."""
        with self._database.write() as db:
            return mirrors.take_permit(db, use, now=self._now(), rate_per_s=RATE_PER_S, burst=BURST)
