"""Carry many rows in a process of its own and print how far its memory grew, in MB, and seconds.

Peaks never sink, so each action is done for a small office first: what it loads is not counted.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert

from bot.carry import backup, databases
from bot.carry.archive import opened
from bot.carry.restore import restore
from bot.office import Office
from storage.database import Database
from storage.secrets import Vault
from storage.tables import Audit
from storage.tables.columns import table
from tests.conftest import KEY, NOW

VAULT = Vault(KEY)
OFFICE = Office("BPVP Kendari", "", 5, "Asia/Makassar")


def main(targets: list[str], number: int) -> None:
    """Copy to the first two targets and restore to the last two: a small office, then a big."""
    found: dict[str, tuple[float, float]] = {}
    small, big = Path("small"), Path("big")
    make(small, 300)
    make(big, number)
    for folder, copied, restored in ((small, *targets[0::2]), (big, *targets[1::2])):
        found |= {
            "copy": measured(lambda f=folder, t=copied: copy(f, t)),  # type: ignore[misc]
            "backup": measured(lambda f=folder: save(f)),  # type: ignore[misc]
            "restore": measured(lambda f=folder, t=restored: put_back(f, t)),  # type: ignore[misc]
        }
    sys.stdout.write(json.dumps(found) + "\n")


def make(folder: Path, number: int) -> None:
    """Store so many lines of a kilobyte."""
    database = Database(f"sqlite:///{folder}/lacak.db")
    database.migrate()
    row = {"at": NOW, "actor": "rina", "action": "x", "detail": "kilobyte" * 125}
    with database.write() as db:
        for _ in range(number // 100):
            db.execute(insert(table(Audit)), [row] * 100)
    database.close()


def copy(folder: Path, target: str) -> None:
    """Copy the office of a folder."""
    source, other = Database(f"sqlite:///{folder}/lacak.db"), Database(target)
    databases.carry(source, other, lambda _n: None)
    source.close()
    other.close()


def save(folder: Path) -> None:
    """Back it up."""
    database = Database(f"sqlite:///{folder}/lacak.db")
    backup.write(folder / "a.zip", database, VAULT, OFFICE, at=NOW, told=lambda _n: None)
    database.close()


def put_back(folder: Path, target: str) -> None:
    """Restore its backup."""
    database = Database(target)
    with opened(folder / "a.zip", VAULT) as archive:
        restore(archive, database, actor="rina", at=NOW, told=lambda _n: None)
    database.close()


def measured(work: Callable[[], None]) -> tuple[float, float]:
    """Return by how many MB the peak grew, and how many seconds it took."""
    before, began = peak_mb(), time.monotonic()
    work()
    return peak_mb() - before, time.monotonic() - began


def peak_mb() -> float:
    """Return the most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[2:], int(sys.argv[1]))
