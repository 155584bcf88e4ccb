"""The running parts of Lacak, joined: store what comes in, take turns, send what is owed."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.channels.contract import Disposition, Inbound, Receipt, Template
from bot.channels.webchat import Hub, WebSender
from bot.copying import Copier
from bot.invite import Invitations
from bot.logs import log
from bot.mirroring import Mirroring
from bot.office import Office
from bot.receive import Reception
from bot.senders import ChannelSender
from bot.settings import DEMO_KEY, Settings
from bot.single import Lock
from bot.turn import TurnFailed, Turns
from flows.phrases import phrases
from scheduler.dispatch import Dispatcher
from scheduler.ports import Clock, Sender
from storage import addresses, blasts, forms, inbox, interviews, outbox, retention
from storage.database import Database
from storage.inbox import Arrival
from storage.outbox import Message
from storage.secrets import Vault
from storage.writer import Writer

if TYPE_CHECKING:
    from bot.channels.whatsapp import WhatsApp

SWEEP_S = 2
"""How long a lost wake-up can cost (design §5)."""

PURGE_S = 3600

COPY_S = 10
"""How old a workbook copy may be: writing one takes the processor from replies for a moment."""

MIRROR_S = 5
"""How often we look for spreadsheets that are behind; each is flushed about once a minute."""

FETCH_S = 600
FETCH_HOURS = 24
"""How often, and how far back, we ask a provider for messages it could not deliver (law 1)."""

BURST = 4
"""Messages that may go at once: the worst sliding second stays at rate + burst."""


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
        self.copier = Copier(
            self.database,
            self.vault,
            self.turns,
            Path(settings.copy_folder),
            ZoneInfo(settings.office_timezone),
        )
        self.mirroring = Mirroring(
            self.database,
            self.vault,
            self.turns,
            clock,
            zone=settings.office_timezone,
            key_file=settings.google_service_account_file,
            base_url=settings.sheets_base_url,
        )
        self.hub = Hub()
        self.senders: list[Sender] = [WebSender(self.hub)]
        self.whatsapp = self._make_whatsapp()
        self._writer: Writer | None = None
        self._dispatchers: list[Dispatcher] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clock: Clock | None = None
        self._fetching: asyncio.Task[None] | None = None

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
        self._dispatchers = self._make_dispatchers()
        self._clock = clock
        clock.every(SWEEP_S, self.sweep, "sweep")
        clock.every(PURGE_S, self.purge, "purge")
        clock.every(COPY_S, self.copy, "copy")
        clock.every(MIRROR_S, self.mirror, "mirror")
        clock.every(FETCH_S, self.fetch_missed, "fetch")
        await self.sweep()
        await self.purge()
        clock.start()
        self._fetching = asyncio.ensure_future(self.fetch_missed())

    async def stop(self) -> None:
        """Finish what is under way, send what is owed, close."""
        if self._clock is not None:
            self._clock.stop()
        self.mirroring.stop()
        # Senders first: a slow fetch must not keep a blast going after SIGTERM.
        await asyncio.gather(*(dispatcher.stop() for dispatcher in self._dispatchers))
        if self._fetching is not None:
            await asyncio.wait([self._fetching])
        self.close()

    def close(self) -> None:
        """Write what was submitted, then close the database."""
        if self.whatsapp is not None:
            self.whatsapp.close()
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

    async def hear(self, inbound: Inbound, payload: bytes) -> None:
        """Store a provider's message before it is acknowledged, then start its turn."""
        reception = self._reception()
        store = self.writer.submit(lambda db: reception.message(db, inbound, payload))
        person = await asyncio.wrap_future(store)
        if person is not None:
            self.take_turns(person)

    async def note(self, receipt: Receipt) -> None:
        """Store what a provider says of one of our messages."""
        reception, now = self._reception(), self.now()
        store = self.writer.submit(lambda db: reception.receipt(db, receipt, at=now))
        await asyncio.wrap_future(store)

    async def fetch_missed(self) -> None:
        """Store messages the provider could not deliver to us (law 1)."""
        if self.whatsapp is None:
            return
        since = self.now() - timedelta(hours=FETCH_HOURS)
        try:
            listed = await self.whatsapp.inbound_since(since)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the next look may succeed
            log("fetch_failed", logging.WARNING, kind=type(error).__name__)
            return
        with self.database.read() as db:
            ids = [one.provider_id for one in listed]
            known = inbox.known(db, self.whatsapp.kind, ids)
        missed = [one for one in listed if one.provider_id not in known]
        for inbound in missed:
            await self.hear(inbound, b"")
        if missed:
            log("missed_messages_fetched", count=len(missed))

    async def reconcile_now(self) -> tuple[int, int]:
        """Ask about every unknown message at once; return how many there were and are."""
        before = self._count_unknown()
        for dispatcher in self._dispatchers or self._make_dispatchers():
            await dispatcher.reconcile()
        return before, self._count_unknown()

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
        await asyncio.gather(*(dispatcher.sweep() for dispatcher in self._dispatchers))

    async def copy(self) -> None:
        """Bring the workbooks up to date; trouble with one is logged and tried again."""
        for one in await asyncio.to_thread(self.copier.copy, self.now()):
            if one.trouble:
                log("copy_trouble", logging.WARNING, kind=one.trouble)

    async def mirror(self) -> None:
        """Bring the linked spreadsheets up to date, those that are behind and due."""
        if self.mirroring.is_set_up:
            await asyncio.wrap_future(self.mirroring.begin_tick())

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
            self._loop.call_soon_threadsafe(self._wake_senders)

    def _wake_senders(self) -> None:
        for dispatcher in self._dispatchers:
            dispatcher.wake()

    def _make_dispatchers(self) -> list[Dispatcher]:
        return [Dispatcher(self.writer, self.vault, one, self.now) for one in self.senders]

    def _make_whatsapp(self) -> "WhatsApp | None":
        """Return the WhatsApp channel when its settings are there, and send through it."""
        settings = self.settings
        if not (settings.twilio_account_sid and settings.twilio_auth_token):
            return None
        from bot.channels.whatsapp import WhatsApp  # noqa: PLC0415 -- twilio, only where it is used

        channel = WhatsApp(settings, self.words)
        rate = float(settings.whatsapp_rate_per_second)
        sender = ChannelSender(
            channel,
            rate_per_s=rate,
            burst=BURST,
            template_of=self._template_of,
            known_at=self._known_at,
        )
        self.senders.append(sender)
        return channel

    def _template_of(self, message: Message) -> Template | None:
        if message.interview_id is None:
            return None
        with self.database.read() as db:
            form_pk = interviews.get(db, self.vault, message.interview_id).form_pk
            found = blasts.template(db, forms.get(db, form_pk).form_id)
        return Template(found.sid, found.variables) if found else None

    def _known_at(self, address_id: int) -> Sequence[str]:
        with self.database.read() as db:
            return addresses.provider_ids(db, address_id)

    def _reception(self) -> Reception:
        channel = self.whatsapp
        if channel is None:
            raise LookupError("WhatsApp is not set up")

        def explain(code: int) -> tuple[Disposition, str]:
            refusal = channel.explain(code)
            return refusal.disposition, refusal.reason

        return Reception(self.vault, channel.kind, explain)

    def _count_unknown(self) -> int:
        with self.database.read() as db:
            return outbox.counts(db).get("unknown", 0)
