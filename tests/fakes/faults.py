"""What may go wrong between us and a provider that is the same for all of them."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar


class Fault:
    """Anything scripted to happen instead of, or after, a right answer."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class HangUp(Fault):
    """Close the connection without an answer, before or after accepting the request."""

    accepted: bool


@dataclass(frozen=True, slots=True)
class Slow(Fault):
    """Accept at once, answer so late; the wait ends early when the fake is closed."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Garble(Fault):
    """Accept, and answer with what is no JSON, and a status of success."""

    text: str = "<html>"


AnyFault = TypeVar("AnyFault", bound=Fault)


def dice(seed: int, odds: Mapping[AnyFault, float]) -> Iterator[AnyFault | None]:
    """Yield faults for ever, each as often as its odds say, the same for the same seed."""
    roll = random.Random(seed)
    while True:
        point = roll.random()
        for fault, chance in odds.items():
            point -= chance
            if point < 0:
                yield fault
                break
        else:
            yield None
