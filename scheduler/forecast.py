"""When the messages of a blast would go, under a channel's rate and its provider's daily tier."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.tiers import DAY, bulk_people


@dataclass(frozen=True, slots=True)
class Load:
    """What a channel would have to send: `ahead` of it, of both, so many of other blasts go first.

    `strangers` each add a person to the provider's day, `known` people do not.
    """

    strangers: int
    known: int = 0
    ahead: int = 0


def last_goes_at(
    load: Load, *, now: datetime, rate_per_s: float, tier: int | None, counted: Sequence[datetime]
) -> datetime:
    """Return when the last message goes. `counted`: when people of the last day were, in order."""
    step = timedelta(seconds=1 / rate_per_s)
    by_rate = now + step * max(0, load.strangers + load.known + load.ahead - 1)
    people = load.strangers + load.ahead
    if tier is None or not people:
        return by_rate
    room, leaving = bulk_people(tier) - len(counted), deque(counted)
    while room < 0:  # the tier was lowered
        leaving.popleft()
        room += 1
    at = now - step
    for _ in range(people):
        if room:
            room -= 1
            at += step
        else:
            at = max(at + step, leaving.popleft() + DAY)
        leaving.append(at)
    return max(at, by_rate)
