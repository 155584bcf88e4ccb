"""`lacak serve` killed among interviews on Telegram: nothing lost, nothing twice (laws 1 to 3)."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.service import Service, utc_now
from flows.state import Status
from flows.step import start, step
from flows.xlsform import Artefact
from storage import inbox
from tests.bot.live import TickingClock, serving
from tests.bot.telegram_office import (
    POLLING,
    WEBHOOK,
    Road,
    make_office,
    telegram_environment,
    telegram_settings,
)
from tests.bot.telegram_people import TAPPED, TYPED, Talker, expected
from tests.bot.test_cli import Running
from tests.conftest import KEY
from tests.fakes.faults import Slow
from tests.fakes.telegram import FakeTelegram, Kept

CHOSEN = "\n\n➤ "
ANSWERS = 10
"""What each of our people does in an interview, from the link to the last answer."""


class Life(threading.Thread):
    """People who go on writing, whether anybody listens or not."""

    def __init__(self, talkers: list[Talker], dice: random.Random) -> None:
        super().__init__(daemon=True)
        self.talkers, self.dice, self.acts = talkers, dice, 0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.002):
            one = self.dice.choice(self.talkers)
            self.acts += one.act()

    def end(self) -> None:
        self._over.set()
        self.join()

    def waits_for(self, acts: int, seconds: float) -> None:
        """Wait until they have done so much, or not: some wait for a lost question."""
        deadline = time.monotonic() + seconds
        while self.acts < acts and time.monotonic() < deadline:
            time.sleep(0.001)


@contextmanager
def office(url: str, artefact: Artefact, how: str) -> Iterator[Road]:
    """Yield an office that nothing serves yet, by the real clock."""
    clock = TickingClock()
    clock.moment = utc_now()
    with FakeTelegram(clock=clock) as telegram:
        service = Service(telegram_settings(url, telegram.base_url, how), clock=clock)
        yield Road(service, telegram, clock, *make_office(service, artefact))
        # Violations are not looked at: a killed client's last request is cut off.


def serve(folder: Path, road: Road, url: str, how: str) -> Running:
    """Start the real thing, and let Telegram call it."""
    env = telegram_environment(road.telegram.base_url, how)
    running = Running(
        folder, "serve", "--port", "0", env={**env, "DATABASE_URL": url, "SECRET_KEY": KEY}
    )
    road.telegram.app_url = running.ready()
    return running


def killed(
    folder: Path, road: Road, url: str, how: str, *, people: int, kills: int, seed: int
) -> None:
    """Let people answer while the service is killed again and again, then to the end."""
    names = [f"Orang {chr(65 + n)}" for n in range(people)]
    talkers = [Talker(road.telegram.person(name), name) for name in names]
    for one in talkers:
        one.person.starts(road.link(road.respondent(one.name)))
    road.service.close()
    life, died = Life(talkers, random.Random(seed)), list[int]()
    life.start()
    for number in range(kills):
        running = serve(folder, road, url, how)
        life.waits_for(people * ANSWERS * (number + 1) // (kills + 1), seconds=4)
        running.process.kill()
        running.process.wait()
        died.append(life.acts)
    assert sorted(set(died)) == died, died  # each time somebody had gone on
    assert died[-1] < people * (ANSWERS - 1), "all was over before the last kill"
    with recovered(road):
        road.wait(lambda: all(one.is_done for one in talkers), 60)
        life.end()
        road.quiet()
    for one in talkers:
        check(road, one)
    check_updates(road)


@contextmanager
def recovered(road: Road) -> Iterator[None]:
    """Serve here, two minutes ahead: what was lost may be asked once more."""
    road.clock.forward(minutes=2)
    road.service = Service(road.service.settings, clock=road.clock)
    with serving(road.service) as road.telegram.app_url:
        yield


def check(road: Road, one: Talker) -> None:
    """Every answer is stored once and in order, and nothing but a lost question came twice."""
    assert road.status(one.name) is Status.FINISHED
    assert list(road.answers(one.name).items()) == list(expected(one.name).items())
    heard = Counter(said(kept) for kept in one.person.sees)
    assert len(heard) == ANSWERS + 1
    for (words, _buttons), times in heard.items():
        is_question = any(asked in words for asked in (*TAPPED, *TYPED))
        assert times <= 1 + is_question, (times, words)
    standing = road.standing(one.name)
    with road.service.database.read() as db:
        form = road.service.turns.form(db, standing.form_pk)
        state = start(form)
        for _seq, event in inbox.history(db, road.service.vault, standing.id):
            state = step(form, state, event).state
    assert state == standing.state  # law 9


def said(kept: Kept) -> tuple[str, str]:
    """Return what a message said at first, and the buttons it had then."""
    first = kept.earlier[0] if kept.earlier else kept.markup
    return kept.text.partition(CHOSEN)[0], str(first)


def check_updates(road: Road) -> None:
    """Every update is stored, once."""
    stored = [
        row[0]
        for name in ("inbox", "stray")
        for row in road.rows(f"SELECT provider_id FROM {name} WHERE channel = 'telegram'")  # noqa: S608
    ]
    made = [str(update["update_id"]) for update in road.telegram.updates]
    assert sorted(one.rpartition(":")[2] for one in stored) == sorted(made)


@pytest.mark.parametrize(
    ("database_url", "how"), [("sqlite", POLLING), ("postgres", WEBHOOK)], indirect=["database_url"]
)
def test_laws_1_to_3_interviews_survive_kills(
    database_url: str, how: str, tmp_path: Path, artefact: Artefact
) -> None:
    with office(database_url, artefact, how) as road:
        killed(tmp_path, road, database_url, how, people=4, kills=2, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("how", [POLLING, WEBHOOK])
@pytest.mark.parametrize("seed", range(2, 5))
def test_laws_1_to_3_twenty_interviews_survive_five_kills(
    database_url: str, how: str, seed: int, tmp_path: Path, artefact: Artefact
) -> None:
    with office(database_url, artefact, how) as road:
        killed(tmp_path, road, database_url, how, people=20, kills=5, seed=seed)


def test_after_a_kill_nobody_waits_for_what_was_being_sent(
    sqlite_url: str, tmp_path: Path, artefact: Artefact
) -> None:
    with office(sqlite_url, artefact, POLLING) as road:
        sari = road.telegram.person("Sari")
        sari.starts(road.link(road.respondent("Sari")))
        road.service.close()
        road.telegram.faults = iter([Slow(30)])
        running = serve(tmp_path, road, sqlite_url, POLLING)
        road.wait(lambda: sari.sees)
        running.process.kill()
        running.process.wait()
        sari.says("bersedia")  # a tap would prove that the notice came
        running = serve(tmp_path, road, sqlite_url, POLLING)
        road.wait(lambda: len(sari.sees) == 2, 15)
        running.process.kill()
        running.process.wait()
        assert "Apa kesibukan" in sari.last.text
