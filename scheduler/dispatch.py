"""Send what is owed: claim and commit, send with no transaction open, record (law 3).

One loop drains a sender's channels. A turn of it is one transaction: write down what came back
since the last turn, then claim what may go now. Between turns it sleeps until answers have
gathered, the next permit is due, or it is woken. `AT_ONCE` messages are out at a time, so a slow
answer holds up nobody else's.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from scheduler import lost, results
from scheduler.ports import Outcome, Sender, Verdict
from scheduler.results import Answer
from storage import blasts, channels, claims, tiers, unsettled
from storage.claims import Claim, Order
from storage.outbox import Message
from storage.reasons import NEVER_ARRIVED
from storage.secrets import Vault
from storage.writer import Writer

T = TypeVar("T")

LEASE_S = 60
"""How long a claim holds; twice the longest a provider may take to answer."""

AT_ONCE = 32
"""Messages given to a channel and not answered yet. No more than WhatsApp has threads: one that
waited for a thread would use up its lease."""

GATHER = 16
GATHER_S = 0.02
"""Answers are written down when there are so many, or the first is so old, and what is owed
meanwhile is claimed with them: a commit for each would take longer than sending it."""

SECOND_S = 1.01
"""The second in which no more than rate + burst may leave, with what clocks and loops differ."""

PATIENCE_S = 1.0
"""The loop sleeps no longer for a permit; a channel told to wait is looked at by the sweep."""

SWEEP_S = 1.0
"""A sweep waits so long for what it started, which then goes on by itself."""

SETTLED_S = 60
"""How long an unknown outcome is left alone: the provider's own receipt may still come."""

GONE_S = 300
"""After so long a provider that has no such message never will (facts: channels §1.9)."""

TRIES = 2
"""An unanswered question strands the person, so one that never arrived is sent once more."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """What a turn claimed, and how soon another may claim more; None: nothing more is due."""

    taken: Sequence[Message] = ()
    again_s: float | None = None


class Dispatcher:
    """The one drainer of its sender's channels in this process; used in one event loop."""

    def __init__(
        self, writer: Writer, vault: Vault, sender: Sender, clock: Callable[[], datetime]
    ) -> None:
        self._writer = writer
        self._vault = vault
        self._sender = sender
        self._clock = clock
        self._stir = asyncio.Event()
        self._out: dict[int, asyncio.Task[None]] = {}
        self._answered: list[Answer] = []
        self._draining: asyncio.Task[int] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._is_woken = False
        self._is_stopping = False
        self._handed: deque[float] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._looked_at: datetime | None = None

    async def take_over(self) -> None:
        """Set apart what the sender before us left unfinished, though its leases hold still.

        Only for the one sender of a database: whoever else was sending is gone. The replies that
        wait behind such a message go on at once.
        """
        ahead = self._clock() + timedelta(seconds=LEASE_S + 1)
        await self._write(lambda db: unsettled.lapse(db, self._sender.channels, now=ahead))

    def wake(self) -> None:
        """Look soon at what is owed. After a drain failed, the sweep begins the next."""
        self._is_woken = True
        if self._draining is not None and not self._draining.done():
            self._stir_in(GATHER_S)
        elif not self._is_stopping and (self._draining is None or _went_well(self._draining)):
            self._draining = asyncio.ensure_future(self._drain())
            self._draining.add_done_callback(_went_well)  # nobody may ever ask what was wrong

    async def drain(self) -> int:
        """Send what is queued and due, as fast as the rate lets; return how many messages."""
        self.wake()
        task = self._draining
        if task is None or task.done():
            return 0
        await asyncio.wait([task])
        self._report()
        return task.result()

    async def sweep(self) -> None:
        """Set lapsed claims apart as unknown, ask what became of them, send what is queued.

        What takes longer than `SWEEP_S` goes on after this returned.
        """
        now = self._clock()
        await self._write(lambda db: unsettled.lapse(db, self._sender.channels, now=now))
        if self._asking is None and not self._is_stopping:
            self._asking = asyncio.ensure_future(self.reconcile())
            self._asking.add_done_callback(_went_well)
        self.wake()
        await self._wait(SWEEP_S)
        await self._write(lambda db: blasts.finish_done(db, at=now))
        self._report()

    async def stop(self) -> None:
        """Claim no more, wait for what is out and write it down; nothing stays unknown."""
        self._is_stopping = True
        self._stir.set()
        await self._wait(None)
        while self._out or self._answered:  # left by a drain that failed
            await asyncio.gather(*self._out.values())
            answered, self._answered = self._answered, []
            await self._record_apart(answered)

    async def reconcile(self) -> None:
        """Ask about every unknown message that has settled."""
        now, channels = self._clock(), self._sender.channels
        if not self._sender.can_find:
            await self._write(lambda db: lost.settle(db, self._vault, channels, now=now))
            return
        asked = await self._write(
            lambda db: unsettled.unknown(db, self._vault, channels, now=now, settled_s=SETTLED_S)
        )
        for message in asked:
            if self._is_stopping:
                return
            await self._settle(message, await self._sender.find(message))

    async def _wait(self, timeout_s: float | None) -> None:
        """Wait for the drain and the asking under way; what went wrong is not raised."""
        under_way = [task for task in (self._asking, self._draining) if task is not None]
        if under_way:
            await asyncio.wait(under_way, timeout=timeout_s)

    def _report(self) -> None:
        """Raise what made the drain or the asking fail, and let them begin anew."""
        ended = [one for one in (self._asking, self._draining) if one is not None and one.done()]
        self._asking = None if self._asking in ended else self._asking
        self._draining = None if self._draining in ended else self._draining
        for task in ended:
            task.result()

    async def _drain(self) -> int:
        given = 0
        while True:
            self._unset()
            self._stir.clear()
            self._is_woken = False
            turn = await self._turn()
            given += len(turn.taken)
            for message in turn.taken:
                self._handed.append(time.monotonic())
                self._out[message.id] = asyncio.ensure_future(self._send(message))
            is_done = turn.again_s is None and not self._out and not self._answered
            if is_done and (self._is_stopping or not self._is_woken):
                return given
            await self._rest(turn.again_s)

    async def _rest(self, again_s: float | None) -> None:
        """Sleep until something stirs, at most so long."""
        if again_s is not None:
            self._stir_in(again_s)
        await self._stir.wait()

    def _stir_in(self, seconds: float) -> None:
        """Stir after so long at the latest."""
        loop = asyncio.get_running_loop()
        due = loop.time() + seconds
        if self._timer is None or self._timer.when() > due:
            self._unset()
            self._timer = loop.call_at(due, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._stir.set()

    def _unset(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _send(self, message: Message) -> None:
        try:
            verdict = await self._sender.send(message)
        except Exception as error:  # noqa: BLE001 -- a fault of ours, when the message may be out
            reason = f"hasil kirim belum diketahui ({type(error).__name__})"
            verdict = Verdict(Outcome.AMBIGUOUS, reason=reason)
        finally:
            del self._out[message.id]
        self._answered.append((message, verdict))
        if len(self._answered) >= GATHER:
            self._stir.set()
        else:
            self._stir_in(GATHER_S)

    async def _turn(self) -> _Turn:
        answered, self._answered = self._answered, []
        room = 0 if self._is_stopping else AT_ONCE - len(self._out)
        limit, wait_s = self._bound()
        idle = _Turn(again_s=wait_s if room else None)
        if not answered and not (room and limit):
            return idle

        def work(db: Connection) -> _Turn:
            now = self._clock()
            results.record(db, answered, now=now)
            return self._claim(db, min(room, limit), now) if room and limit else idle

        try:
            return await self._write(work)
        except Exception:
            await self._record_apart(answered)
            raise

    def _bound(self) -> tuple[int, float]:
        """Return how many may go so that no second sees more than rate + burst, else a wait.

        Permits count claims; a claim whose commit was slow leaves late, among the next ones.
        """
        sender, now = self._sender, time.monotonic()
        if sender.rate_per_s is None:
            self._handed.clear()
            return AT_ONCE, 0.0
        while self._handed and self._handed[0] < now - SECOND_S:
            self._handed.popleft()
        free = int(sender.rate_per_s + sender.burst) - len(self._handed)
        return (free, 0.0) if free > 0 else (0, self._handed[0] + SECOND_S - now)

    async def _record_apart(self, answered: Sequence[Answer]) -> None:
        """Write each down alone; what cannot be lapses and is asked about."""
        for one in answered:
            with suppress(Exception):
                await self._write(partial(results.record, answered=[one], now=self._clock()))

    def _claim(self, db: Connection, room: int, now: datetime) -> _Turn:
        sender, permits, limit = self._sender, None, room
        if sender.rate_per_s is not None:
            permits = channels.permits(
                db, sender.channels[0], now=now, rate_per_s=sender.rate_per_s, burst=sender.burst
            )
            if permits is None:
                return _Turn()
            limit = min(room, permits.number)
        found = Claim((), is_all=False)
        if limit:
            is_held = permits is not None and permits.is_bulk_held
            running = [] if is_held else blasts.running(db, sender.channels)
            found = claims.claim(
                db, self._vault, sender.channels,
                Order(limit, running, self._openings(db, now, is_bulk=bool(running))),
                now=now, lease_until=now + timedelta(seconds=LEASE_S),
            )  # fmt: skip
        used = len(found.taken)
        if permits is not None:
            channels.use(db, sender.channels[0], permits, used)
        if found.is_all or (permits is None and used == room):
            return _Turn(found.taken)
        again_s = 0.0 if permits is None else self._permit_in_s(permits, used, now)
        return _Turn(found.taken, again_s)

    def _openings(self, db: Connection, now: datetime, *, is_bulk: bool) -> int | None:
        """Return how many more people bulk may be the first to write to today."""
        tier = self._sender.day_tier
        if tier is None or not is_bulk:
            return None if tier is None else 0
        return max(0, tiers.bulk_people(tier) - tiers.counted(db, now=now))

    def _permit_in_s(self, permits: channels.Permits, used: int, now: datetime) -> float | None:
        """Return how long until one more may go."""
        is_standing_still, self._looked_at = now == self._looked_at, now
        wait_s = permits.due_in_s(1, used=used, now=now)
        return None if wait_s > PATIENCE_S or is_standing_still else max(0.001, wait_s)

    async def _settle(self, message: Message, found: Verdict) -> None:
        """Record proof that an unknown message went, or that it never will."""
        now = self._clock()
        is_gone = message.started_at is None or now - message.started_at > timedelta(seconds=GONE_S)
        may_retry = found.outcome is Outcome.UNSENT and is_gone
        if found.outcome is Outcome.ACCEPTED or (may_retry and message.attempts < TRIES):
            await self._write(partial(results.record, answered=[(message, found)], now=now))
        elif may_retry:
            never = Verdict(Outcome.REFUSED, reason=NEVER_ARRIVED)
            await self._write(partial(results.record, answered=[(message, never)], now=now))

    async def _write(self, operation: Callable[[Connection], T]) -> T:
        # Shielded: the writer cannot hand a result to a future that was cancelled.
        return await asyncio.shield(asyncio.wrap_future(self._writer.submit(operation)))


def _went_well(task: "asyncio.Task[Any]") -> bool:
    """Whether a task ended without an exception; asking keeps asyncio from printing it."""
    return task.done() and not task.cancelled() and task.exception() is None
