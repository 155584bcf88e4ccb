"""Laws 1 and 2 under SIGKILL: an answer is kept once and its reply is owed once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def killed(url: str, *, seed: int, kills: int) -> dict[str, list[dict[str, object]]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bot.killed", url, str(seed), str(kills)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[dict[str, object]]] = json.loads(done.stdout.splitlines()[-1])
    return found


def check(found: dict[str, list[dict[str, object]]]) -> None:
    for one in found["kills"]:
        assert one["answers"] == {"status": "bekerja"}, one
        assert (one["events"], one["told"]) == (1, 3), one
    died = [one for one in found["kills"] if one["killed"]]
    assert len(died) > 0.9 * len(found["kills"])
    assert {one["acknowledged"] for one in died} == {True, False}


def test_laws_1_and_2_hold_at_thirty_kill_points(database_url: str) -> None:
    check(killed(database_url, seed=1, kills=30))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 6))
def test_laws_1_and_2_hold_at_a_thousand_kill_points(database_url: str, seed: int) -> None:
    check(killed(database_url, seed=seed, kills=250))
