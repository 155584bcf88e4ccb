"""The office they all write to: its database, its stand-in providers, and a service that dies."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from typing import Protocol

from sqlalchemy import text

from bot.links import make_once, make_token
from bot.service import Service, utc_now
from flows.xlsform import Artefact
from storage import cohorts, forms, inbox, join_links, respondents
from storage.respondents import Person as Alumnus
from tests.bot.chaos.chats import Chat, TelegramChat, WebChat, WhatsAppChat
from tests.bot.chaos.people import Life, Manners, Someone
from tests.bot.live import TickingClock, serving
from tests.bot.telegram_office import BATCH, WEBHOOK, telegram_environment
from tests.bot.twilio_settings import twilio_environment
from tests.conftest import settings_for
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram import Manner as TelegramManner
from tests.fakes.twilio import FakeTwilio, Manner

THREADS = 4
LIFE_S = 20.0
"""How long the service lives between two kills, at most: on a slow machine."""

HEARD = 1.3
"""How many things the service hears in each of its lives, for each person: receipts too."""

GOES_ON = (Manners.STEADY, Manners.DOUBLED)
"""Who, of those that do not stop, answers to the end."""


@dataclass
class Office:
    """Everybody's phones, and the database behind a service that comes and goes.

    `where` it listens, dead or alive; `web` are its pages' posts with their status, 0 for none.
    """

    telegram: FakeTelegram
    twilio: FakeTwilio
    url: str
    clock: TickingClock
    env: Mapping[str, str]
    where: str = "http://127.0.0.1:9"
    keys: dict[str, int] = field(default_factory=dict)
    people: list[Someone] = field(default_factory=list)
    web: list[tuple[str, int]] = field(default_factory=list)

    def service(self) -> Service:
        return Service(settings_for(self.url, **self.env), clock=self.clock)

    def call_at(self, where: str) -> None:
        self.where = self.telegram.app_url = self.twilio.app_url = where

    def has_heard(self, number: float) -> bool:
        return self.acknowledged() >= number

    def acknowledged(self) -> int:
        """Return how many deliveries were answered well, of all channels."""
        posts = (self.telegram.delivered, self.twilio.delivered, self.web)
        return sum(200 <= status < 400 for post in posts for _, status in post)


@contextmanager
def open_office(url: str) -> Iterator[Office]:
    clock = TickingClock()
    clock.moment = utc_now()
    with (
        FakeTelegram(clock=clock, manner=TelegramManner.SHUFFLED) as telegram,
        FakeTwilio(clock=clock, manner=Manner.OUT_OF_ORDER) as twilio,
    ):
        env = {
            **telegram_environment(telegram.base_url, WEBHOOK),
            **twilio_environment(twilio.base_url),
            "WHATSAPP_BUTTONS": "on",
            "WHATSAPP_RATE_PER_SECOND": "500",
            "BURST_SECONDS": "1",
        }
        yield Office(telegram, twilio, url, clock, env)


def settle_in(office: Office, artefact: Artefact, size: int, seed: int) -> None:
    """Take people on, a third on each channel and half with a wish to stop; each opens a link."""
    service, now = office.service(), office.clock()
    kinds = [(how, channel) for how in Manners for channel in ("telegram", "whatsapp", "web")]
    with service.database.write() as db:
        form_pk = forms.publish(db, artefact, at=now)
        cohorts.ensure(db, BATCH)
        batch = cohorts.find(db, BATCH.name)
        assert batch is not None
        for number, (manners, channel) in zip(range(size), cycle(kinds), strict=False):
            name = f"Orang {chr(65 + number // 26)}{chr(97 + number % 26)}"
            alumnus = Alumnus(0, name, "Asia/Makassar", date(2000, 1, 1), nik=f"747199{number:010}")
            key = office.keys[name] = respondents.add(db, service.vault, alumnus, at=now)
            cohorts.join(db, batch.id, key, "Lulus")
            chat: Chat
            if channel == "web":
                invited = service.invitations.person(db, key, batch, form_pk, now=now)
                token = make_token(service.vault, invited.address_id, now=now)
                chat = WebChat(f"/c/{token}", lambda: office.where, office.web)
            else:
                link = join_links.ensure(
                    db, channel=channel, at=now, respondent_id=key, form_pk=form_pk,
                    cohort_id=batch.id, expires_at=now + timedelta(days=9),
                )  # fmt: skip
                chat = _open(office, name, number, channel, make_once(service.vault, link.id))
            dice = random.Random(seed * 1000 + number)
            one = Someone(chat, name, manners, dice)
            if number // len(kinds) % 2 == number % 2:
                one.stops_after = dice.randint(2, 4)
            elif manners not in GOES_ON:
                one.rests_after = dice.randint(3, 5)
            office.people.append(one)
    service.close()


def _open(office: Office, name: str, number: int, channel: str, token: str) -> Chat:
    if channel == "telegram":
        person = office.telegram.person(name)
        person.starts(token)
        return TelegramChat(person)
    chat = WhatsAppChat(office.twilio, f"+62812000{number:05}")
    chat.says(f"Mulai {token}")
    return chat


class Process(Protocol):
    """A `lacak serve` in a process of its own."""

    def ready(self) -> str:
        """Return where it serves, once it does."""
        ...

    def kill(self) -> None:
        """End it as a power cut would, and wait until it is gone."""
        ...


def live_through(office: Office, begin: Callable[[], Process], kills: int) -> None:
    """Let everybody go on while the service is killed again and again."""
    lives = [Life(office.people[n::THREADS]) for n in range(THREADS)]
    for one in lives:
        one.start()
    share = len(office.people) * HEARD
    for _ in range(kills):
        running = begin()
        office.call_at(running.ready())
        before = office.acknowledged()
        _wait(partial(office.has_heard, before + share), LIFE_S)
        running.kill()
        assert office.has_heard(before + share / 5), "something came in each of its lives"
    office.clock.forward(minutes=2)  # what was lost on its way out may be asked again
    service = office.service()
    with serving(service) as where:
        office.call_at(where)
        _wait(lambda: sum(one.is_done for one in office.people) >= len(office.people) / 12, 30)
        for one in lives:
            one.end()
        for someone in office.people:
            someone.chat.latest()  # what a page could not send, it sends now
        office.telegram.settle(30)
        _quiet(service)


def _wait(what: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not what() and time.monotonic() < deadline:
        time.sleep(0.02)


def _quiet(service: Service) -> None:
    """Wait until all that came in was heard; what was lost is fetched."""
    loop = service._loop
    assert loop is not None
    asyncio.run_coroutine_threadsafe(service.chores.fetch_missed(), loop).result(timeout=30)

    def is_quiet() -> bool:
        with service.database.read() as db:
            owed = db.execute(
                text("SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending')")
            ).scalar_one()
            return not (inbox.count_waiting(db) or owed or service._beside)

    _wait(is_quiet, 30)
    assert is_quiet()
