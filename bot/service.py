"""The running parts of Lacak, joined: store what comes in, take turns, send what is owed."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from bot.channels.webchat import Hub, WebSender
from bot.invite import Invitations
from bot.logs import log
from bot.office import Office
from bot.settings import DEMO_KEY, Settings
from bot.single import Lock
from bot.turn import TurnFailed, Turns
from flows.phrases import phrases
from scheduler.dispatch import Dispatcher
from scheduler.ports import Clock
from storage import inbox, retention
from storage.database import Database
from storage.inbox import Arrival
from storage.secrets import Vault
from storage.writer import Writer

SWEEP_S = 2
"""How long a lost wake-up can cost (design §5)."""

PURGE_S = 3600


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Service:
    """One process's parts. Commands use it without `start`; `serve` starts its clock."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.now = clock
        self.vault = Vault(settings.secret_key or DEMO_KEY)
        self.office = Office(
            settings.office_name,
            settings.office_contact,
            settings.retention_years,
            settings.office_timezone,
        )
        self.words = phrases()
        self.database = Database(settings.database_url)
        self.turns = Turns(self.vault, self.office, self.words)
        self.invitations = Invitations(self.vault, self.office, self.words, self.turns)
        self.hub = Hub()
        self._writer: Writer | None = None
        self._dispatcher: Dispatcher | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clock: Clock | None = None
        self._draining: asyncio.Task[int] | None = None
        self._woken = False

    def sender_lock(self) -> Lock:
        """Return the lock of this database's one sender (SQLite; see `bot.single`)."""
        file = self.database.url.database if self.database.is_sqlite else None
        return Lock(Path(f"{file or 'lacak'}.lock"))

    @property
    def writer(self) -> Writer:
        """The thread that writes, begun when first needed."""
        if self._writer is None:
            self._writer = Writer(self.database)
        return self._writer

    async def start(self, clock: Clock) -> None:
        """Begin sweeping and sending; needs a migrated database."""
        self._loop = asyncio.get_running_loop()
        self._dispatcher = Dispatcher(self.writer, self.vault, WebSender(self.hub), self.now)
        self._clock = clock
        clock.every(SWEEP_S, self.sweep, "sweep")
        clock.every(PURGE_S, self.purge, "purge")
        await self.sweep()
        await self.purge()
        clock.start()

    async def stop(self) -> None:
        """Finish what is under way, send what is owed, close."""
        if self._clock is not None:
            self._clock.stop()
        if self._dispatcher is not None:
            await self._dispatcher.drain()
        self.close()

    def close(self) -> None:
        """Write what was submitted, then close the database."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self.database.close()

    async def accept(self, arrival: Arrival) -> "Future[None] | None":
        """Store an event before it is acknowledged (law 1), then start its turn.

        Returns the turn's future, or None when the event was stored before.
        """
        store = self.writer.submit(lambda db: inbox.add(db, self.vault, arrival))
        if await asyncio.wrap_future(store) is None:
            return None
        return self.take_turns(arrival.respondent_id)

    def take_turns(self, respondent_id: int) -> "Future[None]":
        """Take a person's waiting turns in the writer's next commit; never raises."""
        done: Future[None] = Future()
        future = self.writer.submit(partial(self._take, respondent_id))
        future.add_done_callback(partial(self._taken, respondent_id, done))
        return done

    async def sweep(self) -> None:
        """Take the turns a crash left waiting and send what is owed: a lost wake-up costs 2 s."""
        with self.database.read() as db:
            people = inbox.waiting_people(db)
        turns = [asyncio.wrap_future(self.take_turns(person)) for person in people]
        await asyncio.gather(*turns)
        if self._dispatcher is not None:
            await self._dispatcher.sweep()

    async def purge(self) -> None:
        """Forget what has been kept long enough."""
        now = self.now()
        purged = await asyncio.wrap_future(
            self.writer.submit(lambda db: retention.purge(db, now=now))
        )
        if purged:
            log("payloads_purged", count=purged)

    def _take(self, respondent_id: int, db: Connection) -> Sequence[int]:
        return self.turns.take(db, respondent_id, now=self.now())

    def _taken(
        self, respondent_id: int, done: "Future[None]", future: "Future[Sequence[int]]"
    ) -> None:
        """After the commit: wake who sends; after a failure: set the event aside and go on."""
        error = future.exception()
        if isinstance(error, TurnFailed):
            now, seq = self.now(), error.seq
            self.writer.submit(lambda db: self.turns.set_aside(db, seq, now=now))
            retry = self.writer.submit(partial(self._take, respondent_id))
            retry.add_done_callback(partial(self._taken, respondent_id, done))
            return
        if error is not None:
            log("turns_not_taken", logging.ERROR, kind=type(error).__name__)
        elif future.result():
            self._wake()
        done.set_result(None)

    def _wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._start_draining)

    def _start_draining(self) -> None:
        """Drain now, or once more when the drain under way ends: it may have looked already."""
        self._woken = True
        if self._dispatcher is None or self._draining is not None:
            return
        self._woken = False
        self._draining = asyncio.ensure_future(self._dispatcher.drain())
        self._draining.add_done_callback(self._drained)

    def _drained(self, task: "asyncio.Task[int]") -> None:
        self._draining = None
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            log("drain_failed", logging.ERROR, kind=type(error).__name__)
        elif self._woken:
            self._start_draining()
