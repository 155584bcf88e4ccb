"""Laws 3 and 4 under SIGKILL and with two clocks: nobody twice, nobody forgotten."""

import itertools
import os
import random
import signal
import sys
import threading
import time
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.campaigns import Campaigns
from bot.service import Service
from storage.tables import Interview, Owed
from storage.tables.columns import table
from tests.bot.campaigns.office import WIB, CampaignOffice
from tests.conftest import settings_for

PASCA = "kebekerjaan_pascapelatihan"
ROOT = Path(__file__).parents[3]
OURS = tuple(str(ROOT / name) for name in ("bot", "scheduler", "storage"))
PEOPLE = 12


def tick_and_die(url: str, moment: datetime, line: int) -> bool:
    """Tick in a process of its own that is killed at the n-th line of ours; False: it got through.

    Line 0 counts instead and is never reached.
    """
    child = os.fork()
    if child == 0:
        _tick(url, moment, line)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _tick(url: str, moment: datetime, line: int) -> None:
    code = 1
    try:
        service = Service(settings_for(url, TWILIO_ACCOUNT_SID="AC1"), clock=lambda: moment)
        lines = itertools.count(1)

        def on_line(_frame: FrameType, event: str, _arg: object) -> Any:
            if event == "line" and next(lines) == line:
                os.kill(os.getpid(), signal.SIGKILL)
            return on_line

        def on_call(frame: FrameType, _event: str, _arg: object) -> Any:
            return on_line if frame.f_code.co_filename.startswith(OURS) else None

        sys.settrace(on_call)
        Campaigns(service).tick(moment)
        sys.settrace(None)
        code = 0
    finally:
        os._exit(code)


def owed(office: CampaignOffice) -> tuple[int, int, int]:
    """Return (interviews, messages of blasts, most messages of one interview)."""
    outbox, interview = table(Owed), table(Interview)
    with office.service.database.read() as db:
        talks = db.execute(select(func.count()).select_from(interview)).scalar_one()
        each = select(func.count()).where(outbox.c.blast_id.is_not(None))
        counts = db.execute(each.group_by(outbox.c.interview_id)).scalars().all()
    return int(talks), sum(counts), max(counts, default=0)


@pytest.mark.parametrize("seed", range(2))
def test_a_kill_between_any_two_steps_repeats_and_forgets_nothing(
    office: CampaignOffice, database_url: str, seed: int
) -> None:
    dice = random.Random(seed)
    office.cohort("Menjahit 1", "2026-10-24", office.people(PEOPLE))
    office.turn_on(PASCA)
    office.service.database.engine.dispose()
    for moment, expected in (("2026-11-24 09:30", 1), ("2026-11-25 09:30", 2)):
        office.at(moment)
        killed = [
            tick_and_die(database_url, office.clock(), dice.randint(40, 2_500)) for _ in range(3)
        ]
        assert any(killed)
        everyone = (PEOPLE, PEOPLE * expected, expected)
        deadline = time.monotonic() + 60
        while owed(office) != everyone and time.monotonic() < deadline:
            office.tick()  # a server may hold what the dead one had locked a moment longer
        assert owed(office) == everyone
        office.tick()
        assert owed(office) == everyone
        assert office.standing(1) == {("owed", ""): PEOPLE}
    assert set(office.told().values()) == {2}


def test_two_clocks_at_once_do_it_once(office: CampaignOffice) -> None:
    people = [*office.people(30), *office.people(30, WIB)]
    office.cohort("Menjahit 1", "2026-10-24", people)
    office.turn_on(PASCA)
    errors: list[Exception] = []

    def tick() -> None:
        try:
            Campaigns(office.service).tick(office.clock())
        except Exception as error:  # noqa: BLE001 -- shown below
            errors.append(error)

    for moment, expected in (("2026-11-24 10:30", 1), ("2026-11-25 10:30", 2)):
        office.at(moment)
        clocks = [threading.Thread(target=tick) for _ in range(3)]
        for clock in clocks:
            clock.start()
        for clock in clocks:
            clock.join()
        assert errors == []
        office.tick()
        assert owed(office) == (60, 60 * expected, expected)
    assert set(office.told().values()) == {2}
