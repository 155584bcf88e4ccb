"""What staff commands share: what goes in and out, how they fail, how they find what is meant."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.roles import may_see
from flows.answers.normal import fold
from storage import cohorts
from storage.cohorts import Batch
from storage.staff import StaffRow

if TYPE_CHECKING:
    from bot.service import Service

SHOWN = 8
"""Names listed when it is not clear which was meant: more do not fit a phone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as one of the staff typed it: `rest` stands after its word.

    `once` names the message: should we be killed before it is marked done, it comes again.
    """

    who: StaffRow
    rest: str
    once: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What staff are told; stored with it are the audit's `notes`: (action, detail).

    `waits` is a command that waits until `expected` is typed.
    """

    text: str
    notes: tuple[tuple[str, str], ...] = ()
    waits: str = ""
    expected: str = ""


class CannotDo(Exception):
    """A command that cannot be done; the message says what would work, in Indonesian."""


def number(text: str, what: str) -> int:
    """Return the number staff typed; raises `CannotDo`."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise CannotDo(f"tulis nomor {what}, misalnya 3")
    return int(text)


def find_cohort(service: "Service", who: StaffRow, text: str) -> Batch:
    """Return the cohort whose name has all the words typed; raises `CannotDo` when not one."""
    with service.database.read() as db:
        every = [one for one, _members in cohorts.listed(db) if may_see(who, one)]
    wanted = fold(text)
    exact = [one for one in every if fold(one.name) == wanted]
    words = wanted.split()
    near = exact or [one for one in every if all(word in fold(one.name).split() for word in words)]
    near = near or [one for one in every if all(word in fold(one.name) for word in words)]
    if len(near) == 1:
        return near[0]
    if not every:
        raise CannotDo("belum ada angkatan; impor dulu dengan `lacak people import`")
    names = "\n".join(f"• {one.name}" for one in (near or every)[:SHOWN])
    if near and words:
        raise CannotDo(f"ada {len(near)} angkatan yang cocok, tulis lebih lengkap:\n{names}")
    raise CannotDo(f"sebutkan angkatannya. Yang ada:\n{names}")
