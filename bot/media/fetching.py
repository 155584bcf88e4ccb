"""Fetch what people attached, off the road of acknowledgement, until it is here or given up.

The event is stored and acknowledged first (law 1). The turn that finds an attachment it wants
notes it and waits; what the person says next waits behind it, in order. Once every attachment of
the event is kept or given up, the event is written down with what became of them, and its turn
is taken: replaying the stored event needs no file (law 9).
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from bot.channels.contract import NotFetched
from bot.logs import log
from bot.media.kinds import read_kind
from bot.media.shelf import Shelf
from flows.events import Replied
from storage import inbox, media
from storage.database import Database
from storage.media import Kept, Wanted
from storage.secrets import Vault
from storage.writer import Writer

T = TypeVar("T")

AGAIN_S = (1, 3, 10, 30, 60)
"""Waits after a try that brought nothing: Twilio may not have a photo yet that it told us of.
After the last the person is asked to send it again."""

AT_ONCE = 4


class Fetches(Protocol):
    """A channel that can bring what was attached."""

    async def fetch(self, media: str, *, most: int) -> bytes:
        """Return an attachment's content, at most so many bytes; raises `NotFetched`."""
        ...


@dataclass(frozen=True, slots=True)
class Fetching:
    """Fetches what is wanted. `most` is the largest attachment in bytes; `settled` is called
    with the person whose event may now have its turn."""

    database: Database
    writer: Writer
    vault: Vault
    shelf: Shelf
    channels: Mapping[str, Fetches]
    clock: Callable[[], datetime]
    most: int
    settled: Callable[[int], object]

    async def sweep(self) -> None:
        """Fetch what is due, a few at once."""
        with self.database.read() as db:
            due = media.due(db, self.vault, now=self.clock())
        room = asyncio.Semaphore(AT_ONCE)

        async def one(wanted: Wanted) -> None:
            async with room:
                await self._one(wanted)

        await asyncio.gather(*(one(wanted) for wanted in due))

    async def _one(self, wanted: Wanted) -> None:
        try:
            found: Kept | str = await self._fetch(wanted)
        except NotFetched as why:
            if why.is_passing and wanted.tries < len(AGAIN_S):
                due_at = self.clock() + timedelta(seconds=AGAIN_S[wanted.tries])
                await self._write(lambda db: media.later(db, wanted.id, due_at=due_at))
                return
            found = why.missing
        if isinstance(found, str):
            log("media_not_had", logging.WARNING, channel=wanted.channel, why=found)
        await self._write(lambda db: self._settle(db, wanted, found))
        self.settled(wanted.respondent_id)

    async def _fetch(self, wanted: Wanted) -> Kept | str:
        channel = self.channels.get(wanted.channel)
        if channel is None:
            raise NotFetched("lost", is_passing=True)
        content = await channel.fetch(wanted.source, most=self.most)
        return await asyncio.to_thread(keep, self.shelf, content)

    def _settle(self, db: Connection, wanted: Wanted, found: Kept | str) -> None:
        media.settle(db, wanted.id, found, at=self.clock())
        came = media.settled(db, wanted.seq)
        event = inbox.event(db, self.vault, wanted.seq) if came else None
        if came is not None and isinstance(event, Replied):
            arrived = replace(event, media=came.names, missing=came.missing)
            inbox.put_event(db, self.vault, wanted.seq, arrived)

    async def _write(self, operation: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self.writer.submit(operation))


def keep(shelf: Shelf, content: bytes) -> Kept | str:
    """Return the file kept, or why it is not one we keep; raises `NotFetched` for a full disk."""
    kind = read_kind(content)
    if kind is None:
        return "wrong_type"
    try:
        return shelf.put(content, kind)
    except OSError as error:
        log("media_not_kept", logging.ERROR, kind=type(error).__name__)
        raise NotFetched("lost", is_passing=True) from None
