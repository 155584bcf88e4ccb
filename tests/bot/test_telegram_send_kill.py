"""Law 3 under SIGKILL on Telegram: nobody is sent to twice, but by a person's decision."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bot.blasts import Blasts
from bot.plans import CannotBlast
from bot.service import Service, utc_now
from flows.xlsform import Artefact
from tests.bot.live import TickingClock, serving
from tests.bot.telegram_office import Road, make_office, telegram_environment, telegram_settings
from tests.bot.telegram_people import CONSENT
from tests.bot.test_cli import Running
from tests.bot.test_send_soak import ask_everyone
from tests.conftest import KEY
from tests.fakes.faults import HangUp, dice
from tests.fakes.telegram import FakeTelegram, Fault, Person, Refuse

ROOT = Path(__file__).parents[2]
BLAST = 1

ODDS: Mapping[Fault, float] = {
    Refuse(429, retry_after=1): 0.005,
    Refuse(502): 0.02,
    Refuse(500, accepted=True): 0.02,
    HangUp(accepted=True): 0.02,
    HangUp(accepted=False): 0.02,
}
"""Of new messages: refused for now, accepted or not without our knowing."""

Make = Callable[[int], tuple[Road, list[Person]]]


@contextmanager
def blast_of(url: str, artefact: Artefact, people: int) -> Iterator[tuple[Road, list[Person]]]:
    """Yield an office that owes a blast to so many people, which nobody sends yet."""
    clock = TickingClock()
    clock.moment = utc_now()
    with FakeTelegram(clock=clock) as telegram:
        service = Service(telegram_settings(url, telegram.base_url), clock=clock)
        road = Road(service, telegram, clock, *make_office(service, artefact))
        chats = [road.known(f"Orang {number}") for number in range(people)]
        assert road.send() == BLAST
        service.close()
        yield road, chats
        # Violations are not looked at: a killed client's last request is cut off.


@pytest.fixture
def make_blast(database_url: str, artefact: Artefact) -> Iterator[Make]:
    with ExitStack() as stack:
        yield lambda people: stack.enter_context(blast_of(database_url, artefact, people))


@contextmanager
def recovered(road: Road) -> Iterator[None]:
    """Serve here, ten minutes ahead, until nothing is under way."""
    road.clock.forward(minutes=10)
    road.service = Service(road.service.settings, clock=road.clock)
    with serving(road.service):
        ask_everyone(road.service)
        road.quiet()
        yield


def settle(road: Road, chats: list[Person], in_flight: int, *, blocked: int = 0) -> None:
    """Check what a kill left; then let people, and a person of the staff, settle it."""
    road.telegram.faults = iter(())
    with recovered(road):
        statuses = road.statuses()
        unknown = statuses.get("unknown", 0)
        given_up = statuses.get("failed", 0) + statuses.get("canceled", 0)
        # who blocked us before their turn to be asked is owed nothing
        ((skipped,),) = road.rows("SELECT count(*) FROM audience WHERE state = 'skipped'")
        given_up += skipped
        assert statuses.get("sent", 0) + unknown + given_up == len(chats) + blocked, statuses
        assert given_up <= blocked, statuses
        assert unknown <= in_flight, statuses
        assert max(Counter(kept.chat_id for kept in road.telegram.sent).values()) == 1
        sent = road.rows(
            "SELECT value FROM address JOIN outbox ON outbox.address_id = address.id "
            "WHERE outbox.status = 'sent'"
        )
        heard = {str(person.id) for person in chats if person.sees}
        assert {row[0] for row in sent} <= heard
        for _ in range(2):
            road.sweep(hours=1)
            road.quiet()
        assert road.statuses() == statuses  # no time makes a blast's message go again
        room = Blasts(road.service)
        arrived = [person for person in chats if person.sees and str(person.id) not in
                   {row[0] for row in sent}]  # fmt: skip
        for person in arrived:
            person.taps(person.last, "Tidak")  # who got it proves it
        road.quiet()
        left = unknown - len(arrived)
        assert road.figures(BLAST)["unknown"] == left
        with pytest.raises(CannotBlast):
            room.retry(BLAST, unknown=left + 1)
        assert room.retry(BLAST, unknown=left) == left
        road.sweep()
        road.quiet()
        assert road.figures(BLAST)["unknown"] == 0
        asked = [[kept for kept in person.sees if CONSENT in kept.text] for person in chats]
        assert all(len(one) == 1 for one in asked)


@pytest.mark.parametrize("seed", range(4))
def test_law_3_a_kill_between_any_two_steps_of_a_send(make_blast: Make, seed: int) -> None:
    road, chats = make_blast(4)
    line = random.Random(seed).randint(60, 900)
    url = road.service.settings.database_url
    done = subprocess.run(
        [sys.executable, "-m", "tests.bot.sendkilled", "telegram", url, road.telegram.base_url,
         str(line)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode in (-9, 0), done.stdout + done.stderr[-2000:]
    settle(road, chats, in_flight=4)


def serve_and_kill(folder: Path, road: Road, *, kills: int, seed: int) -> None:
    """Run a real `lacak serve` over the blast and kill it again and again."""
    roll = random.Random(seed)
    env = {
        **telegram_environment(road.telegram.base_url),
        "DATABASE_URL": road.service.settings.database_url,
        "SECRET_KEY": KEY,
        "TELEGRAM_RATE_PER_SECOND": "100",
    }
    faults: Iterator[Fault | None] = dice(seed, ODDS)
    road.telegram.faults = faults
    for _ in range(kills):
        running = Running(folder, "serve", "--port", "0", env=env)
        running.ready()
        time.sleep(roll.uniform(0.05, 0.5))
        running.process.kill()
        running.process.wait()


def blocking(chats: list[Person]) -> list[Person]:
    """Let every fortieth person block the bot; return the others."""
    for person in chats[::40]:
        person.blocks()
    return [person for number, person in enumerate(chats) if number % 40]


def test_three_kills_among_every_fault_reach_nobody_twice(make_blast: Make, tmp_path: Path) -> None:
    road, chats = make_blast(120)
    others = blocking(chats)
    serve_and_kill(tmp_path, road, kills=3, seed=1)
    settle(road, others, in_flight=3 * 32 + 30, blocked=3)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 4))
def test_ten_kills_of_a_blast_to_2400_among_every_fault_reach_nobody_twice(
    make_blast: Make, tmp_path: Path, seed: int
) -> None:
    road, chats = make_blast(2400)
    others = blocking(chats)
    serve_and_kill(tmp_path, road, kills=10, seed=seed)
    settle(road, others, in_flight=10 * 32 + 400, blocked=60)
