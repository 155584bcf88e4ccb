"""Replacing SECRET_KEY while the service runs: small transactions, resumed where they ended."""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.media.shelf import NotOnShelf, Shelf
from storage import rekeying
from storage.database import Database
from storage.rekeying import Part
from storage.secrets import Vault, WrongKey

MOST_S = 0.02
"""A transaction that took longer is followed by one of half the rows; the law is 50 ms."""

FIRST, FEWEST, MOST = 40, 4, 200
"""Rows of the first batch, and bounds of the others."""

ROUNDS = 5
"""Rows that others hold are met again so often."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a rotation did so far; `broken` values open with neither key."""

    part: str = ""
    seen: int = 0
    changed: int = 0
    broken: int = 0
    left: int = 0
    longest_s: float = 0.0


def rotate(
    database: Database, vault: Vault, clock: Callable[[], datetime]
) -> Generator[Progress, None, None]:
    """Seal everything anew, yielding after each batch; killed, it goes on where it was.

    The last one says in `left` how many rows are not sealed with the new key: none, or those
    that are `broken`.
    """
    done = Progress()
    for _round in range(ROUNDS):
        with database.read() as db:
            over = {one.name for one in rekeying.standing(db, vault) if one.is_over}
        for part in rekeying.parts():
            if part.name not in over:
                for done in _part(database, vault, part, clock, done):  # noqa: B020
                    yield done
        with database.read() as db:
            left = sum(number for _part_name, number in rekeying.leftovers(db, vault))
        done = replace(done, left=left)
        if left <= done.broken:
            break
        with database.write() as db:
            rekeying.begin_again(db)
        done = replace(done, broken=0)
    yield done


def reseal_files(shelf: Shelf) -> tuple[int, int]:
    """Seal the files people attached anew; return (how many were, how many no key opens)."""
    done = broken = 0
    for name in list(shelf.names()):
        if not shelf.is_old(name):
            continue
        try:
            shelf.reseal(name)
            done += 1
        except (NotOnShelf, WrongKey):
            broken += 1
    return done, broken


def _part(
    database: Database, vault: Vault, part: Part, clock: Callable[[], datetime], done: Progress
) -> Iterator[Progress]:
    limit, is_over = FIRST, False
    while not is_over:
        began = time.perf_counter()
        with database.write() as db:
            step = rekeying.step(db, vault, part, limit=limit, now=clock())
        took = time.perf_counter() - began
        is_over = step.is_over
        limit = max(FEWEST, limit // 2) if took > MOST_S else min(MOST, limit * 5 // 4)
        done = Progress(
            part.name, done.seen + step.seen, done.changed + step.changed,
            done.broken + step.broken, done.left, max(done.longest_s, took),
        )  # fmt: skip
        yield done
