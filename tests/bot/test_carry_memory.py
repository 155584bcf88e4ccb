"""However many rows an office has, carrying it takes the same memory."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_MB = 12


def grown(folder: Path, targets: list[str], rows: int) -> dict[str, tuple[float, float]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bot.carrymemory", str(rows), *targets],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, tuple[float, float]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize(
    "rows", [14_000, pytest.param(50_000, marks=pytest.mark.soak)], ids=["14k", "50k"]
)
def test_memory_stays_flat(
    tmp_path: Path, fresh: Callable[[str], str], kind: str, rows: int
) -> None:
    found = grown(tmp_path, [fresh(kind) for _ in range(4)], rows)
    assert set(found) == {"copy", "backup", "restore"}
    assert {what: mb for what, (mb, _s) in found.items() if mb > MOST_MB} == {}, found
