"""What the clock calls for while `serve` runs, and how late each of it may be."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from bot import templates
from bot.channels.contract import NotAnswered
from bot.logs import log
from storage import inbox, unsettled

if TYPE_CHECKING:
    from bot.service import Service

SWEEP_S = 2
"""How long a lost wake-up can cost (design §5)."""

PURGE_S = 3600

COPY_S = 10
"""How old a workbook copy may be: writing one takes the processor from replies for a moment."""

LOOK_S = 20
"""How late staff may hear of trouble."""

MIRROR_S = 5
"""How often we look for spreadsheets that are behind; each is flushed about once a minute."""

CLOSE_S = 60
"""How late an interview is closed whose wave is over."""

CAMPAIGN_S = 5
"""How late an invitation or reminder that is due may be owed."""

FETCH_S = 600
FETCH_HOURS = 24
"""How often, and how far back, we ask a provider for messages it could not deliver (law 1)."""

UNHEARD_S = 300
"""How long a callback is waited for before we ask."""


@dataclass(frozen=True, slots=True)
class Chore:
    """Work that comes round every so many seconds."""

    name: str
    every_s: int
    work: Callable[[], Coroutine[Any, Any, None]]


class Chores:
    """The chores of one service. Each asks the tables what there is to do."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    def all(self) -> Sequence[Chore]:
        """Return every chore."""
        service = self._service
        return (
            Chore("sweep", SWEEP_S, service.sweep),
            Chore("media", SWEEP_S, service.media.fetch),
            Chore("purge", PURGE_S, self.purge),
            Chore("copy", COPY_S, self.copy),
            Chore("mirror", MIRROR_S, self.mirror),
            Chore("fetch", FETCH_S, self.fetch_missed),
            Chore("outcomes", FETCH_S, self.fetch_outcomes),
            Chore("campaigns", CAMPAIGN_S, self.run_campaigns),
            Chore("templates", FETCH_S, partial(templates.follow, service)),
            Chore("close", CLOSE_S, self.close_due),
            Chore("look", LOOK_S, self.look_after),
        )

    async def fetch_missed(self) -> None:
        """Store messages the provider could not deliver to us (law 1)."""
        service, whatsapp = self._service, self._service.whatsapp
        if whatsapp is None:
            return
        since = service.now() - timedelta(hours=FETCH_HOURS)
        try:
            listed = await whatsapp.inbound_since(since)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the next look may succeed
            log("fetch_failed", logging.WARNING, kind=type(error).__name__)
            return
        with service.database.read() as db:
            ids = [one.provider_id for one in listed]
            known = inbox.known(db, whatsapp.kind, ids)
        missed = [one for one in listed if one.provider_id not in known]
        await service.hear(whatsapp.kind, missed, b"")
        if missed:
            log("missed_messages_fetched", count=len(missed))

    async def fetch_outcomes(self) -> None:
        """Ask what became of messages of which no callback came: a failure is told once only."""
        service, whatsapp = self._service, self._service.whatsapp
        if whatsapp is None:
            return
        since = service.now() - timedelta(hours=FETCH_HOURS)
        before = service.now() - timedelta(seconds=UNHEARD_S)
        with service.database.read() as db:
            sent = unsettled.unheard(db, whatsapp.kind, since=since, before=before)
        if not sent:
            return
        try:
            found = await whatsapp.became(sent.keys(), min(sent.values()))
        except NotAnswered as error:
            log("outcomes_not_fetched", logging.WARNING, kind=type(error).__name__)
            return
        await service.hear(whatsapp.kind, found, b"")
        if found:
            log("missed_outcomes_fetched", count=len(found))
            service.wake()

    async def look_after(self) -> None:
        """Tell staff of trouble that began, and of the day when it is time."""
        await asyncio.to_thread(self._service.staffroom.look, self._service.now())
        self._service.beside(self._service.post_memos())

    async def run_campaigns(self) -> None:
        """Open, ask, remind and close whatever campaigns and sent waves have due."""
        done = await asyncio.to_thread(self._service.campaigns.tick, self._service.now())
        if done.invited or done.reminded:
            self._service.wake()

    async def close_due(self) -> None:
        """Close every interview whose wave is over; nobody is written to."""
        service, closed = self._service, 0
        while number := await service.stored(
            partial(service.closings.close_due, now=service.now())
        ):
            closed += number
        if closed:
            log("interviews_closed", count=closed)

    async def copy(self) -> None:
        """Bring the workbooks up to date; trouble with one is logged and tried again."""
        for one in await asyncio.to_thread(self._service.copier.copy, self._service.now()):
            if one.trouble:
                log("copy_trouble", logging.WARNING, kind=one.trouble)

    async def mirror(self) -> None:
        """Bring the linked spreadsheets up to date, those that are behind and due."""
        if self._service.mirroring.is_set_up:
            await asyncio.wrap_future(self._service.mirroring.begin_tick())

    async def purge(self) -> None:
        """Forget what has been kept long enough."""
        service = self._service
        run = partial(service.keeping.run, service.write_apart, now=service.now(), actor="lacak")
        gone = await asyncio.to_thread(run)
        if gone:
            log("kept_long_enough", **gone)
        await service.media.tidy()
