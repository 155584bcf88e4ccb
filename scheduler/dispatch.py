"""Send what is owed: claim and commit, send with no transaction open, record (law 3)."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from scheduler.ports import Outcome, Sender
from storage import outbox
from storage.outbox import Message
from storage.secrets import Vault
from storage.writer import Writer

LEASE_S = 60
"""How long a claim holds; twice the longest a provider may take to answer."""

BATCH = 50
"""Messages in one claim."""

STATUS = {
    Outcome.ACCEPTED: "sent",
    Outcome.REJECTED: "failed",
    Outcome.AMBIGUOUS: "unknown",
}


class Dispatcher:
    """The one drainer of its sender's channels in this process."""

    def __init__(
        self, writer: Writer, vault: Vault, sender: Sender, clock: Callable[[], datetime]
    ) -> None:
        self._writer = writer
        self._vault = vault
        self._sender = sender
        self._clock = clock
        self._draining = asyncio.Lock()

    async def drain(self) -> int:
        """Send everything that is queued now; return how many messages that was."""
        sent = 0
        async with self._draining:
            while messages := await self._claim():
                await asyncio.gather(*(self._send(message) for message in messages))
                sent += len(messages)
        return sent

    async def sweep(self) -> None:
        """Set lapsed claims apart as unknown, ask what became of them, send what is queued."""
        now = self._clock()
        lapsed = self._writer.submit(lambda db: outbox.lapse(db, now=now))
        for message_id in await asyncio.wrap_future(lapsed):
            if await self._sender.find(message_id):
                await self._record(message_id, Outcome.ACCEPTED)
        await self.drain()

    async def _claim(self) -> Sequence[Message]:
        lease_until = self._clock() + timedelta(seconds=LEASE_S)
        future = self._writer.submit(
            lambda db: outbox.claim(
                db, self._vault, self._sender.channels, limit=BATCH, lease_until=lease_until
            )
        )
        return await asyncio.wrap_future(future)

    async def _send(self, message: Message) -> None:
        await self._record(message.id, await self._sender.send(message))

    async def _record(self, message_id: int, outcome: Outcome) -> None:
        at, status = self._clock(), STATUS[outcome]
        future = self._writer.submit(lambda db: outbox.record(db, message_id, status=status, at=at))
        await asyncio.wrap_future(future)
