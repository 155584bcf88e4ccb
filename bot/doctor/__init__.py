"""What is well and what is not, each with what to do: `lacak doctor`.

A check looks at one thing and never raises. What needs the network asks the providers by the
same roads as the service does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.service import Service


class State(StrEnum):
    """How a thing is."""

    WELL = "baik"
    LOOK = "perlu dilihat"
    FAULT = "rusak"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: `said` for staff, `todo` what to do about it (empty: nothing)."""

    what: str
    state: State
    said: str
    todo: str = ""


def well(what: str, said: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(what, State.WELL, said)


def look(what: str, said: str, todo: str) -> Finding:
    """Return that staff should look at something; the service works."""
    return Finding(what, State.LOOK, said, todo)


def fault(what: str, said: str, todo: str) -> Finding:
    """Return that something does not work."""
    return Finding(what, State.FAULT, said, todo)


async def examine(service: "Service") -> Sequence[Finding]:
    """Return every finding, in the order staff should read them."""
    from bot.doctor import here, ledger, providers  # noqa: PLC0415 -- they need what is above

    found: list[Finding] = [*here.settings(service), *here.machine(service)]
    database = list(here.database(service))
    found += database
    if all(one.state is not State.FAULT for one in database):
        found += [*here.clocks(service), *ledger.standing(service)]
    found += await providers.reached(service)
    return found


def is_well(findings: Iterable[Finding]) -> bool:
    """Whether nothing is broken."""
    return all(one.state is not State.FAULT for one in findings)
