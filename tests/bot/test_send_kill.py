"""Law 3 under SIGKILL: nobody is sent to twice, everybody is accounted for (law 4)."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.service import Service, utc_now
from flows.xlsform import Artefact
from scheduler.dispatch import Dispatcher
from storage import blasts
from storage.blasts import TemplateRow
from tests.bot.test_blast import Office
from tests.bot.test_cli import Running
from tests.bot.twilio_settings import twilio_environment, twilio_settings
from tests.conftest import KEY
from tests.fakes.twilio import FakeTwilio

ROOT = Path(__file__).parents[2]
TEMPLATE = "HX" + "1" * 32


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio(public_url="https://lacak.test") as fake:
        fake.templates[TEMPLATE] = "Halo Kak {{1}}, balas YA untuk mulai."
        yield fake  # its violations are not looked at: a killed client's last request is cut off


def make_office(url: str, artefact: Artefact, twilio: FakeTwilio, size: int) -> Office:
    service = Service(twilio_settings(url, twilio.base_url))
    office = Office(service, artefact, size=size)
    with service.database.write() as db:
        row = TemplateRow("kebekerjaan", TEMPLATE, ("nama",))
        blasts.add_template(db, row, created_by="rina", at=service.now())
    office.send()
    return office


def run_child(url: str, twilio: FakeTwilio, line: int) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bot.sendkilled", "whatsapp", url, twilio.base_url, str(line)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr[-2000:]


def recover(url: str, twilio: FakeTwilio) -> dict[str, int]:
    """Do what a restart and ten minutes of sweeps do, and return the messages' statuses."""
    ahead = [timedelta(minutes=2)]
    service = Service(twilio_settings(url, twilio.base_url), clock=lambda: utc_now() + ahead[0])
    sender = next(one for one in service.senders if one.channels == ("whatsapp",))

    async def sweep() -> None:
        for _ in range(4):
            dispatcher = Dispatcher(service.writer, service.vault, sender, service.now)
            await dispatcher.sweep()
            ahead[0] += timedelta(minutes=6)

    asyncio.run(sweep())
    with service.database.read() as db:
        rows = db.execute(text("SELECT status, count(*) FROM outbox GROUP BY status"))
        found = {row[0]: row[1] for row in rows}
    service.close()
    return found


def check_nobody_twice(twilio: FakeTwilio, people: int) -> None:
    heard = Counter(message.to for message in twilio.outbound)
    assert len(heard) == people
    assert set(heard.values()) == {1}


@pytest.mark.parametrize("seed", range(6))
def test_law_3_a_kill_between_any_two_steps_of_a_send(
    database_url: str, artefact: Artefact, twilio: FakeTwilio, seed: int
) -> None:
    dice = random.Random(seed)
    office = make_office(database_url, artefact, twilio, size=4)
    office.service.close()
    line = dice.randint(60, 900)
    code, said = run_child(database_url, twilio, line)
    assert code in (-9, 0), said
    assert recover(database_url, twilio) == {"sent": 4}
    check_nobody_twice(twilio, 4)


def test_sigterm_drains_and_leaves_nothing_unknown(
    tmp_path: Path, artefact: Artefact, migrated: Path, twilio: FakeTwilio
) -> None:
    (tmp_path / "lacak.db").write_bytes(migrated.read_bytes())
    url = f"sqlite:///{tmp_path / 'lacak.db'}"
    office = make_office(url, artefact, twilio, 200)
    office.service.close()
    env = {
        **twilio_environment(twilio.base_url),
        "DATABASE_URL": url,
        "SECRET_KEY": KEY,
        "WHATSAPP_RATE_PER_SECOND": "60",
    }
    serve = Running(tmp_path, "serve", "--port", "0", env=env)
    serve.ready()
    time.sleep(0.6)
    began = time.monotonic()
    serve.process.terminate()
    serve.process.wait(timeout=60)
    assert time.monotonic() - began < 30
    service = Service(twilio_settings(url, twilio.base_url))
    with service.database.read() as db:
        rows = db.execute(text("SELECT status, count(*) FROM outbox GROUP BY status"))
        statuses = {row[0]: row[1] for row in rows}
    service.close()
    assert set(statuses) <= {"sent", "queued"}, (statuses, serve.said())
    assert statuses["sent"] == len(twilio.outbound)
    assert sum(statuses.values()) == 200
