"""An office that is carried under SIGKILL arrives whole or not at all.

`make soak` kills 150 times where `make test` does 6 or 10 times.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.database import Database
from tests.bot.world import World, make_more
from tests.people import SARI
from tests.storage.filling import fill

ROOT = Path(__file__).parents[2]


def killed(folder: Path, action: str, source: str, target: str, kills: int) -> Counter[str]:
    """Return how often what was left, after making sure that most really were killed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bot.carrykilled", action, source, target, str(kills)],
        cwd=folder, capture_output=True, text=True, check=False, timeout=500,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.pop() == {"killed": False, "left": "whole"}, "what was left was no obstacle"
    assert sum(one["killed"] for one in found) > 0.5 * kills
    return Counter(one["left"] for one in found)


def check(folder: Path, action: str, source: str, target: str, kills: int) -> None:
    left = killed(folder, action, source, target, kills)
    assert set(left) <= {"nothing", "whole"}
    assert left["nothing"] > kills / 2


@pytest.fixture
def filled(sqlite_url: str) -> str:
    database = Database(sqlite_url)
    with database.write() as db:
        fill(db)
    database.close()
    return sqlite_url


def target(kind: str, folder: Path, fresh: Callable[[str], str]) -> str:
    return fresh(kind) if kind == "postgres" else f"sqlite:///{folder / 'there' / 'target.db'}"


@pytest.mark.parametrize("action", ["copy", "restore"])
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_target_under_sigkill_is_whole_or_as_empty_as_before(
    filled: str, tmp_path: Path, fresh: Callable[[str], str], kind: str, action: str
) -> None:
    check(tmp_path, action, filled, target(kind, tmp_path, fresh), 6)


def test_a_backup_under_sigkill_is_whole_or_not_there(filled: str, tmp_path: Path) -> None:
    check(tmp_path, "backup", filled, str(tmp_path / "cadangan" / "a.zip"), 10)


@pytest.mark.soak
@pytest.mark.parametrize("action", ["copy", "restore", "backup"])
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_hundreds_of_kills_leave_the_whole_or_nothing(
    world: World, tmp_path: Path, fresh: Callable[[str], str], kind: str, action: str
) -> None:
    make_more(world, 40)
    world.say(SARI, "ya", "kerja")
    to = str(tmp_path / "a.zip") if action == "backup" else target(kind, tmp_path, fresh)
    source = world.service.database.url.render_as_string(hide_password=False)
    check(tmp_path, action, source, to, 150)
