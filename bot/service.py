"""The running parts of Lacak, joined: store what comes in, take turns, send what is owed."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.campaigns import Campaigns
from bot.channels.contract import Heard, Inbound, Lifecycle, Receipt, Template
from bot.channels.webchat import Hub, WebSender
from bot.chores import Chores
from bot.closing import Closings
from bot.contents import StoredContents
from bot.copying import Copier
from bot.gateways import Gateway, Gateways, Makings, open_gateways
from bot.invite import Invitations
from bot.listening import Listener
from bot.logs import log
from bot.media.desk import MediaDesk
from bot.memo_post import MemoPost
from bot.mirroring import Mirroring
from bot.office import Office
from bot.rights.erasure import Eraser
from bot.rights.files import Files
from bot.rights.keeping import Keeping
from bot.settings import DEMO_KEY, Settings
from bot.single import SenderLock, sender_lock
from bot.staffroom import Staffroom
from bot.turn import TurnFailed, Turns
from flows.phrases import phrases
from scheduler.dispatch import Dispatcher
from scheduler.ports import Clock, Sender
from storage import addresses, blasts, forms, inbox, interviews, outbox, templates
from storage.database import Database
from storage.inbox import Arrival
from storage.outbox import Message
from storage.retention import Terms
from storage.secrets import Vault
from storage.writer import Writer

if TYPE_CHECKING:
    from bot.channels.whatsapp import WhatsApp

T = TypeVar("T")


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Service:
    """One process's parts. Commands use it without `start`; `serve` starts its clock."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.now = clock
        self.vault = Vault(settings.secret_key or DEMO_KEY, settings.secret_key_old)
        self.office = Office(
            settings.office_name,
            settings.office_contact,
            settings.retention_years,
            settings.office_timezone,
        )
        self.words = phrases()
        self.database = Database(settings.database_url)
        self.turns = Turns(
            self.vault,
            self.office,
            self.words,
            public_url=settings.public_url,
            burst_s=settings.burst_seconds,
        )
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
        self.rights = Files(
            self.database,
            self.vault,
            self.turns.form,
            clock,
            settings.office_timezone,
            settings.public_url,
        )
        eraser = Eraser(self.vault, self.turns, self.words)
        terms = Terms(
            settings.retention_years,
            settings.retention_message_days,
            settings.retention_record_years,
        )
        self.keeping = Keeping(terms, eraser)
        self.media = MediaDesk(self)
        self.closings = Closings(self.vault, self.turns)
        self.hub = Hub()
        self.staffroom = Staffroom(self)
        self.campaigns = Campaigns(self)
        self.chores = Chores(self)
        self._writer: Writer | None = None
        self._dispatchers: list[Dispatcher] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clock: Clock | None = None
        self._listener: Listener | None = None
        self._post: MemoPost | None = None
        self._posting = asyncio.Lock()
        self._beside: set[asyncio.Future[Any]] = set()

    @cached_property
    def gateways(self) -> Gateways:
        """The providers that are set up, opened when first needed: commands need them seldom."""
        return open_gateways(
            Makings(
                self.settings,
                self.vault,
                self.office,
                self.words,
                self.invitations,
                StoredContents(self.database, self.now),
                self._template_of,
                self._known_at,
                self.rights.file_of,
            )
        )

    @property
    def whatsapp(self) -> "WhatsApp | None":
        """The WhatsApp channel, when it is set up."""
        return self.gateways.whatsapp

    @property
    def senders(self) -> Sequence[Sender]:
        """Who sends: the web chat, and each provider that is set up."""
        return [WebSender(self.hub), *(one.sender for one in self.gateways.by_kind.values())]

    def sender_lock(self) -> SenderLock:
        """Return the lock of this database's one sender (see `bot.single`)."""
        return sender_lock(self.database)

    @property
    def writer(self) -> Writer:
        """The thread that writes, begun when first needed."""
        if self._writer is None:
            self._writer = Writer(self.database)
        return self._writer

    async def start(self, clock: Clock) -> None:
        """Begin sweeping, sending and listening, as the one sender of a migrated database."""
        self._loop = asyncio.get_running_loop()
        self._dispatchers = self._make_dispatchers()
        channels = {kind: one.channel for kind, one in self.gateways.by_kind.items()}
        self._post = MemoPost(self.writer, self.vault, channels, self.now)
        self._clock = clock
        for chore in self.chores.all():
            clock.every(chore.every_s, partial(self._whole, chore.work), chore.name)
        await asyncio.gather(*(dispatcher.take_over() for dispatcher in self._dispatchers))
        await self.sweep()
        await self.chores.purge()
        clock.start()
        self.beside(self.chores.fetch_missed())
        self._listen()

    async def stop(self) -> None:
        """Finish what is under way, send what is owed, close."""
        if self._clock is not None:
            self._clock.stop()
        self.mirroring.stop()
        # Senders first: a slow fetch must not keep a blast going after SIGTERM.
        await asyncio.gather(*(dispatcher.stop() for dispatcher in self._dispatchers))
        if self._listener is not None:
            await self._listener.stop()
        while self._beside:
            await asyncio.wait(set(self._beside))
        await self.gateways.close()
        self.close()

    def close(self) -> None:
        """Write what was submitted, then close the database."""
        if "gateways" in self.__dict__ and self.whatsapp is not None:
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

    async def hear(self, kind: str, heard: Sequence[Heard], payload: bytes) -> None:
        """Store what a provider says, before it is acknowledged (law 1), then act on it."""
        for one in heard:
            match one:
                case Inbound():
                    await self._message(kind, one, payload)
                case Receipt():
                    receipts, now = self.gateways.by_kind[kind].receipts, self.now()
                    await self.stored(partial(receipts.take, receipt=one, at=now))
                case Lifecycle():
                    reception = self.gateways.by_kind[kind].reception
                    await self.stored(partial(reception.lifecycle, event=one, payload=payload))

    async def keep(self, kind: str, provider_id: str, payload: bytes) -> None:
        """Store what a provider says that we cannot read, for a week."""
        now = self.now()
        await self.stored(
            lambda db: inbox.add_stray(
                db, self.vault, channel=kind, provider_id=provider_id, at=now, content=payload
            )
        )

    async def post_memos(self) -> None:
        """Send what is owed to staff and strangers; one sender at a time."""
        if self._post is None:
            return
        async with self._posting:
            while await self._post.send_owed():
                pass

    def beside(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Let work go on beside; what goes wrong is logged. `stop` waits for it."""
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._ended)
        return task

    async def reconcile_now(self) -> tuple[int, int]:
        """Ask about every unknown message at once; return how many there were and are."""
        before = self._count_unknown()
        for dispatcher in self._dispatchers or self._make_dispatchers():
            await dispatcher.reconcile()
        return before, self._count_unknown()

    def take_turns(self, respondent_id: int) -> "Future[None]":
        """Take a person's waiting turns in the writer's next commit; never raises."""
        done: Future[None] = Future()
        done.set_running_or_notify_cancel()  # who stops waiting for it cannot cancel it
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
        if self.staffroom.is_waited_for():
            self.beside(self._answer_staff())

    def in_transaction(self, operation: Callable[[Connection], T]) -> T:
        """Do something in a transaction of its own, beside whatever else writes."""
        with self.database.write() as db:
            return operation(db)

    def write_apart(self, operation: Callable[[Connection], T]) -> T:
        """Do something in the writer's turn; called in a thread."""
        return self.writer.submit(operation).result()

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
            self.wake()
        done.set_result(None)

    def wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake_senders)

    def _wake_senders(self) -> None:
        for dispatcher in self._dispatchers:
            dispatcher.wake()

    def _make_dispatchers(self) -> list[Dispatcher]:
        return [Dispatcher(self.writer, self.vault, one, self.now) for one in self.senders]

    def _template_of(self, message: Message) -> Template | None:
        with self.database.read() as db:
            if message.blast_id is not None:
                found = templates.of_blast(db, message.blast_id)
            elif message.interview_id is not None:
                form_pk = interviews.get(db, self.vault, message.interview_id).form_pk
                found = blasts.template(db, forms.get(db, form_pk).form_id)
            else:
                found = None
        return Template(found.sid, found.variables) if found else None

    def _known_at(self, address_id: int) -> Sequence[str]:
        with self.database.read() as db:
            return addresses.provider_ids(db, address_id)

    async def _message(self, kind: str, inbound: Inbound, payload: bytes) -> None:
        gateway = self.gateways.by_kind[kind]
        taken = await self.stored(
            partial(gateway.reception.message, inbound=inbound, payload=payload)
        )
        turn = None if taken.person is None else self.take_turns(taken.person)
        if inbound.media and turn is not None:
            self.beside(self.media.fetch_after(turn))
        if inbound.tap:
            self.beside(self._show_heard(gateway, inbound, taken.note, turn))
        if taken.is_owed:
            self.wake()
        if taken.person is not None:
            return
        if taken.is_staffs:
            self.beside(self._answer_staff())
        else:
            self.beside(self.post_memos())

    async def _show_heard(
        self, gateway: Gateway, inbound: Inbound, note: str, turn: "Future[None] | None"
    ) -> None:
        """Show what became of a tap, once it is known: a choice that did not count is not shown."""
        is_over = False
        if turn is not None:
            await asyncio.wrap_future(turn)
            with self.database.read() as db:
                outcome = inbox.outcome(db, gateway.channel.kind, inbound.provider_id)
            is_over = outcome != "applied"
            note = self.words.say("button_late", {}) if is_over else note
        await gateway.channel.heard(inbound, note, is_over=is_over)

    async def _answer_staff(self) -> None:
        await asyncio.to_thread(self.staffroom.answer, self.now())
        await self.post_memos()
        self.wake()

    async def _whole(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do what the clock calls for to its end, though the clock is stopped meanwhile."""
        with suppress(asyncio.CancelledError):
            await asyncio.wait([self.beside(work())])

    async def stored(self, operation: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self.writer.submit(operation))

    def _listen(self) -> None:
        telegram = self.gateways.telegram
        if telegram is None:
            return
        kind = telegram.kind
        self._listener = Listener(
            telegram,
            public_url=self.settings.public_url,
            clock=self.now,
            take=partial(self.hear, kind),
            keep=partial(self.keep, kind),
        )
        self._listener.start()

    def _ended(self, task: "asyncio.Future[Any]") -> None:
        self._beside.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log("work_failed", logging.ERROR, kind=type(task.exception()).__name__)

    def _count_unknown(self) -> int:
        with self.database.read() as db:
            return outbox.counts(db).get("unknown", 0)
