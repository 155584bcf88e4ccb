"""Chaos over real HTTP against a real `lacak serve`, killed five times (issue: laws 1, 2, 6, 9).

Every message that got its 200 is stored once; each person's messages keep their order; each
interview equals the replay of its stored events; who asked to stop hears no more.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import text

from bot.links import make_once
from bot.service import Service, utc_now
from flows.state import Status
from flows.step import start, step
from flows.xlsform import Artefact
from storage import cohorts, consents, forms, inbox, interviews, join_links, respondents
from storage.respondents import Person as Alumnus
from tests.bot.chaos import (
    Life,
    Manners,
    Someone,
    TelegramChat,
    WhatsAppChat,
    wait_for_acts,
    wait_for_ends,
)
from tests.bot.live import TickingClock, serving
from tests.bot.telegram_office import BATCH, WEBHOOK, telegram_environment
from tests.bot.test_cli import Running
from tests.bot.twilio_settings import twilio_environment
from tests.conftest import KEY, settings_for
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram import Manner as TelegramManner
from tests.fakes.twilio import FakeTwilio, Manner

THREADS = 4
LIVES_S = 2.0
"""How long the service lives between two kills, at most."""

ACTS = 7
"""What a person does on the average while the service lives and dies."""


@dataclass
class Office:
    """Everybody's phones, and the database behind a service that comes and goes."""

    telegram: FakeTelegram
    twilio: FakeTwilio
    url: str
    clock: TickingClock
    env: Mapping[str, str]
    keys: dict[str, int]

    def service(self) -> Service:
        return Service(settings_for(self.url, **self.env), clock=self.clock)

    def call_at(self, where: str) -> None:
        self.telegram.app_url = self.twilio.app_url = where


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
        }
        yield Office(telegram, twilio, url, clock, env, {})


def settle_in(office: Office, artefact: Artefact, size: int, seed: int) -> list[Someone]:
    """Take people on, half on each channel; each opens their link."""
    service, now = office.service(), office.clock()
    people: list[Someone] = []
    with service.database.write() as db:
        form_pk = forms.publish(db, artefact, at=now)
        cohort = cohorts.ensure(db, BATCH)
        tokens: list[str] = []
        for number, manners in zip(range(size), cycle(Manners), strict=False):
            name = f"Orang {chr(65 + number // 26)}{chr(97 + number % 26)}"
            alumnus = Alumnus(0, name, "Asia/Makassar", date(2000, 1, 1), nik=f"747199{number:010}")
            key = office.keys[name] = respondents.add(db, service.vault, alumnus, at=now)
            cohorts.join(db, cohort, key, "Lulus")
            is_telegram = number // len(Manners) % 2 == 0
            link = join_links.ensure(
                db, channel="telegram" if is_telegram else "whatsapp", at=now, respondent_id=key,
                form_pk=form_pk, cohort_id=cohort, expires_at=now + timedelta(days=9),
            )  # fmt: skip
            tokens.append(make_once(service.vault, link.id))
            chat: TelegramChat | WhatsAppChat = (
                TelegramChat(office.telegram.person(name))
                if is_telegram
                else WhatsAppChat(office.twilio, f"+62812000{number:05}")
            )
            dice = random.Random(seed * 1000 + number)
            people.append(Someone(chat, name, manners, dice, ends_after=dice.randint(2, 7)))
    service.close()
    for one, token in zip(people, tokens, strict=True):
        if isinstance(one.chat, TelegramChat):
            one.chat.person.starts(token)
        else:
            one.chat.says(f"Mulai {token}")
    return people


def live_through(folder: Path, office: Office, people: list[Someone], kills: int) -> None:
    """Let everybody go on while the service is killed again and again."""
    lives = [Life(people[n::THREADS], pause_s=0.004) for n in range(THREADS)]
    for one in lives:
        one.start()
    target, died = len(people) * ACTS, list[int]()
    env = {**office.env, "DATABASE_URL": office.url, "SECRET_KEY": KEY}
    for number in range(kills):
        running = Running(folder, "serve", "--port", "0", env=env)
        office.call_at(running.ready())
        wait_for_acts(lives, target * (number + 1) // (kills + 1), seconds=LIVES_S)
        running.process.kill()
        running.process.wait()
        died.append(sum(one.acts for one in lives))
    assert sorted(set(died)) == died, "somebody went on each time"
    office.clock.forward(minutes=2)  # what was lost on its way out may be asked again
    service = office.service()
    with serving(service) as where:
        office.call_at(where)
        wait_for_acts(lives, died[-1] + target // kills, seconds=LIVES_S)
        wait_for_ends(people, len(people) // 10, seconds=5)
        for one in lives:
            one.end()
        office.telegram.settle(30)
        quiet(service)


def quiet(service: Service) -> None:
    """Wait until all that came in was heard; what was lost is fetched."""
    loop = service._loop
    assert loop is not None
    asyncio.run_coroutine_threadsafe(service.fetch_missed(), loop).result(timeout=30)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with service.database.read() as db:
            owed = db.execute(
                text("SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending')")
            ).scalar_one()
            if not inbox.count_waiting(db) and not owed and not service._beside:
                return
        time.sleep(0.05)
    raise AssertionError("it never became quiet")


def stored(service: Service, channel: str) -> dict[str, list[str]]:
    """Return every stored provider id, by the address it came from, in stored order."""
    found: dict[str, list[str]] = {}
    query = """
        SELECT inbox.provider_id, address.value FROM inbox
        JOIN address ON address.id = inbox.address_id WHERE inbox.channel = :channel
        ORDER BY inbox.seq
    """
    with service.database.read() as db:
        for provider_id, value in db.execute(text(query), {"channel": channel}):
            found.setdefault(value, []).append(provider_id.rpartition(":")[2])
        strays = "SELECT provider_id FROM stray WHERE channel = :channel"
        rows = db.execute(text(strays), {"channel": channel})
        found["stray"] = [one.rpartition(":")[2] for (one,) in rows]
    return found


def acknowledged(deliveries: Sequence[tuple[str, int]]) -> tuple[set[str], list[str]]:
    """Return every id that got a 200, and in order those whose first delivery did."""
    got = {one for one, status in deliveries if status == 200}
    first = dict(reversed(deliveries))
    order = dict.fromkeys(one for one, _status in deliveries if first[one] == 200)
    return got, list(order)


def check_stored(found: Mapping[str, list[str]], deliveries: Sequence[tuple[str, int]]) -> None:
    """Whatever got its 200 is stored once; what came first stands first, person by person."""
    every = Counter(one for ids in found.values() for one in ids)
    got, order = acknowledged(deliveries)
    assert got
    assert got - every.keys() == set()
    assert [one for one, times in every.items() if times > 1] == []
    place = {one: n for n, one in enumerate(order)}
    for address, ids in found.items():
        places = [place[one] for one in ids if one in place]
        assert address == "stray" or places == sorted(places), address


def check_interviews(service: Service, office: Office, people: list[Someone]) -> int:
    """Each interview is what its stored events make of it; returns how many have finished."""
    finished = 0
    for one in people:
        with service.database.read() as db:
            key = office.keys[one.name]
            standings = interviews.all_of(db, service.vault, key)
            assert len(standings) == 1, one
            form = service.turns.form(db, standings[0].form_pk)
            state = start(form)
            for _seq, event in inbox.history(db, service.vault, standings[0].id):
                state = step(form, state, event).state
            assert state == standings[0].state, one
            assert one.is_over <= consents.is_stopped(db, key), one
            finished += state.status is Status.FINISHED
    return finished


def chaos(folder: Path, url: str, artefact: Artefact, *, size: int, kills: int, seed: int) -> None:
    with open_office(url) as office:
        people = settle_in(office, artefact, size, seed)
        live_through(folder, office, people, kills)
        service = office.service()
        forms = [(dict(parse_qsl(one.body.decode())), did) for one, did in office.twilio.delivered]
        told = [(one["MessageSid"], did) for one, did in forms if one["SmsStatus"] == "received"]
        check_stored(stored(service, "whatsapp"), told)
        listed = {one.sid for one in office.twilio.messages if one.direction == "inbound"}
        by_sid = {one for ids in stored(service, "whatsapp").values() for one in ids}
        assert by_sid == listed, "what never arrived was fetched"
        updates = [(str(one["update_id"]), status) for one, status in office.telegram.delivered]
        check_stored(stored(service, "telegram"), updates)
        finished = check_interviews(service, office, people)
        assert finished, "somebody came to the end through it all"
        assert any(one.is_over for one in people), "somebody was through with it"
        service.close()


def test_laws_1_2_6_9_two_dozen_people_and_five_kills(
    sqlite_url: str, tmp_path: Path, artefact: Artefact
) -> None:
    chaos(tmp_path, sqlite_url, artefact, size=24, kills=5, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize(("size", "seed"), [(60, 2), (200, 3)])
def test_laws_1_2_6_9_two_hundred_people_and_five_kills(
    database_url: str, size: int, seed: int, tmp_path: Path, artefact: Artefact
) -> None:
    chaos(tmp_path, database_url, artefact, size=size, kills=5, seed=seed)
