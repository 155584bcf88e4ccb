"""Really kill a process that carries an office, again and again, and look what it leaves.

Run as a process of its own, without threads: it forks a child for each kill point, which kills
itself with SIGKILL at the n-th line of Python executed in our packages. Prints one JSON object.
"""

import json
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import inspect, text

from bot.carry import backup, databases
from bot.carry.archive import opened
from bot.carry.restore import restore
from bot.office import Office
from storage.carrying import rows
from storage.carrying.shapes import shapes
from storage.database import Database
from storage.secrets import Vault
from tests.conftest import KEY, NOW

ROOT = Path(__file__).parents[2]
OURS = tuple(str(ROOT / name) for name in ("bot", "storage"))
VAULT = Vault(KEY)


def told(_rows: int) -> None:
    """Watch nobody's progress."""


def main(action: str, source: str, target: str, kills: int) -> None:
    """Kill `kills` children at points drawn from all lines of `action`, then let one live."""
    rows.CHUNK = 7  # more than a chunk a table
    work, look, wipe = ACTIONS[action](source, target)
    total = count_lines(work)
    assert look() == "whole"
    wipe()
    dice, results = random.Random(f"{action} {kills}"), []
    for _ in range(kills):
        killed = in_child(work, stop_at=dice.randint(1, total))
        results.append({"killed": killed, "left": look()})
        if results[-1]["left"] == "whole":
            wipe()
    work()
    results.append({"killed": False, "left": look()})
    sys.stdout.write(json.dumps(results) + "\n")


Parts = tuple[Callable[[], None], Callable[[], str], Callable[[], None]]


def copying(source: str, target: str) -> Parts:
    """Return how an office is copied, what a look at the target says, and how it is emptied."""

    def work() -> None:
        one, other = Database(source), Database(target)
        databases.carry(one, other, told)
        one.close()
        other.close()

    return work, lambda: look_at_target(source, target), lambda: wipe_target(target)


def restoring(source: str, target: str) -> Parts:
    """Return the same for a backup that is restored; `source` is the office it is of."""
    path = Path(f"{target.rpartition('/')[2].partition('?')[0]}.zip")
    write(path, source)

    def work() -> None:
        database = Database(target)
        with opened(path, VAULT) as archive:
            restore(archive, database, actor="rina", at=NOW, told=told)
        database.close()

    return work, lambda: look_at_target(source, target), lambda: wipe_target(target)


def backing_up(source: str, target: str) -> Parts:
    """Return the same for a backup; `target` is its file."""
    path = Path(target)

    def look() -> str:
        if not path.exists():
            return "nothing"
        with opened(path, VAULT) as archive:
            archive.check()
        return "whole"

    return lambda: write(path, source), look, path.unlink


ACTIONS: dict[str, Callable[[str, str], Parts]] = {
    "copy": copying,
    "restore": restoring,
    "backup": backing_up,
}


def write(path: Path, source: str) -> None:
    """Back the source up."""
    database = Database(source)
    office = Office("BPVP Kendari", "", 5, "Asia/Makassar")
    backup.write(path, database, VAULT, office, at=NOW, told=told)
    database.close()


def look_at_target(source: str, target: str) -> str:
    """Return what is in the target: nothing, the whole office, or else what.

    A restore writes an audit line, and an attempt for each message that may have gone.
    """
    one, other = Database(source), Database(target)
    try:
        with other.read() as db:
            if not inspect(db).get_table_names():
                return "nothing"
        with one.read() as out, other.read() as into:
            differing = [
                shape.name
                for shape in shapes()
                if shape.name not in ("audit", "attempt")
                and rows.count(out, shape) != rows.count(into, shape)
            ]
        return f"other {', '.join(differing)}" if differing else "whole"
    finally:
        one.close()
        other.close()


def wipe_target(target: str) -> None:
    """Make the target as empty as it was."""
    database = Database(target)
    if database.is_sqlite:
        database.close()
        for one in Path(database.url.database or "").parent.glob("target.db*"):
            one.unlink()
        return
    with database.write() as db:
        db.execute(text("DROP SCHEMA public CASCADE"))
        db.execute(text("CREATE SCHEMA public"))
    database.close()


def count_lines(work: Callable[[], None]) -> int:
    """Do the work once and return how many lines it takes."""
    seen = [0]
    trace(seen, stop_at=-1)
    work()
    sys.settrace(None)
    return seen[0]


def in_child(work: Callable[[], None], *, stop_at: int) -> bool:
    """Do the work in a child; return whether it was killed."""
    child = os.fork()
    if child == 0:
        trace([0], stop_at)
        work()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def trace(seen: list[int], stop_at: int) -> None:
    """Count lines from here on; die at line `stop_at`."""

    def on_line(_frame: FrameType, event: str, _arg: object) -> Any:
        if event == "line":
            seen[0] += 1
            if seen[0] == stop_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return on_line

    def on_call(frame: FrameType, _event: str, _arg: object) -> Any:
        return on_line if frame.f_code.co_filename.startswith(OURS) else None

    sys.settrace(on_call)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
