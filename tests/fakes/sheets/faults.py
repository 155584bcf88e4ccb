"""What can go wrong with one request."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer with an error; `applied`: the request was carried out all the same."""

    status: int
    applied: bool = False
    is_html: bool = False


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close the connection without an answer, before or after carrying the request out."""

    applied: bool


@dataclass(frozen=True, slots=True)
class Zombie:
    """Close the connection; the request is carried out later, on `FakeSheets.raise_zombies`."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Carry out at once, answer so late; the wait ends early when the stand-in is closed."""

    seconds: float


Fault = Refuse | HangUp | Zombie | Slow

TOO_FAST = Refuse(429)
CHAOS: Mapping[Fault, float] = {
    TOO_FAST: 0.04,
    Refuse(503): 0.04,
    Refuse(503, applied=True): 0.04,
    Refuse(502, is_html=True): 0.03,
    HangUp(applied=False): 0.03,
    HangUp(applied=True): 0.03,
    Zombie(): 0.04,
}
"""A quarter of all requests, each kind about as often."""


def dice(seed: int, odds: Mapping[Fault, float] = CHAOS) -> Iterator[Fault | None]:
    """Yield faults for ever, each as often as its odds say, the same for the same seed."""
    roll = random.Random(seed)
    faults, weights = [*odds, None], [*odds.values(), 1 - sum(odds.values())]
    while True:
        yield roll.choices(faults, weights)[0]
