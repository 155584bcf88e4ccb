"""The clock of a single process: APScheduler in memory, and nothing but a clock.

What is due is a query, so a restart forgets nothing; `misfire_grace_time=None` because the
library's default drops work that is a second late (facts/engine §3.5).
"""

from collections.abc import Awaitable, Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class LocalClock:
    """Fulfils `scheduler.ports.Clock`."""

    def __init__(self) -> None:
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    def every(self, seconds: float, work: Callable[[], Awaitable[None]], name: str) -> None:
        """Call `work` each time so many seconds have passed, never twice at once."""
        self._scheduler.add_job(work, "interval", seconds=seconds, id=name)

    def start(self) -> None:
        """Begin calling; needs a running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop calling; work under way is cancelled."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
