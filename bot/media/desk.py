"""The part of the service that looks after attachments: fetched, uploaded, tidied."""

import asyncio
import time
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.logs import log
from bot.media.fetching import Fetching, keep
from bot.media.shelf import LEFT_BEHIND_S, Shelf
from storage import inbox, media
from storage.inbox import Arrival
from storage.media import Kept

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.service import Service

MEGABYTE = 1_000_000


class MediaDesk:
    """Attachments of one office. Fetching needs `serve`; the shelf serves commands too."""

    def __init__(self, service: "Service") -> None:
        settings = service.settings
        self._service = service
        self.shelf = Shelf(Path(settings.media_folder), service.vault)
        self.most = settings.media_max_mb * MEGABYTE
        self._one_at_a_time = asyncio.Lock()

    async def fetch(self) -> None:
        """Fetch what turns want; one sweep at a time."""
        service = self._service
        async with self._one_at_a_time:
            await Fetching(
                service.database,
                service.writer,
                service.vault,
                self.shelf,
                {kind: one.channel for kind, one in service.gateways.by_kind.items()},
                service.now,
                self.most,
                service.take_turns,
            ).sweep()

    async def fetch_after(self, turn: "Future[None]") -> None:
        """Fetch as soon as a turn has said what it wants, instead of at the next sweep."""
        await asyncio.wrap_future(turn)
        await self.fetch()

    async def keep(self, content: bytes) -> Kept | str:
        """Keep what a page uploaded, or return why not; raises `NotFetched` for a full disk."""
        return await asyncio.to_thread(keep, self.shelf, content)

    async def accept(self, arrival: Arrival, file: Kept) -> None:
        """Store an event with its file, which is kept already (law 1), then start its turn."""
        service = self._service

        def store(db: "Connection") -> int | None:
            seq = inbox.add(db, service.vault, arrival)
            if seq is not None:
                media.keep(
                    db, seq=seq, respondent_id=arrival.respondent_id, channel=arrival.channel,
                    file=file, at=arrival.event.at,
                )  # fmt: skip
            return seq

        if await asyncio.wrap_future(service.writer.submit(store)) is not None:
            service.take_turns(arrival.respondent_id)

    async def tidy(self) -> None:
        """Delete files that no row names any more."""
        with self._service.database.read() as db:
            known = media.names(db)
        before = time.time() - LEFT_BEHIND_S
        gone = await asyncio.to_thread(partial(self.shelf.tidy, known, before=before))
        if gone:
            log("media_tidied", count=gone)
