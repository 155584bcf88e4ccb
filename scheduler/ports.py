"""What sending and waking mean here; `bot` fulfils the first, `scheduler.wakeup` the second."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from storage.outbox import Message


class Outcome(StrEnum):
    """What became of one attempt to send one message."""

    ACCEPTED = "accepted"  # the channel has it
    REFUSED = "refused"  # it will never go
    STOPPED = "stopped"  # it will never go, and the person wants no more
    UNSENT = "unsent"  # provably nothing left: it may go again
    THROTTLED = "throttled"  # provably nothing left: everything on this channel waits
    CHANNEL_DOWN = "channel_down"  # provably nothing left: the channel is paused, staff must act
    HELD_BACK = "held_back"  # it did not go: the provider spares this person for a day or so
    NOT_REACHED = "not_reached"  # it never will at this address; another of theirs may do
    OUTSIDE_WINDOW = "outside_window"  # it did not go: only a template may, as the person is silent
    AMBIGUOUS = "ambiguous"  # nobody knows: it is asked about, not sent again (law 3)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with what comes with it; `reason` is for staff, in Indonesian.

    `parts` is how many messages of the provider it took: each is billed.
    """

    outcome: Outcome
    provider_id: str = ""
    code: int = 0
    reason: str = ""
    wait_s: float = 0.0
    parts: int = 1


class Sender(Protocol):
    """Gives messages to the channels it serves.

    `rate_per_s` None means as fast as it goes; `burst` messages may go at once. `day_tier` is
    how many people its provider lets us write to first within a day; None: it counts nobody.
    """

    channels: tuple[str, ...]
    rate_per_s: float | None
    burst: int
    day_tier: int | None
    can_find: bool
    """Whether `find` may ever know; who cannot be asked repeats a lost question once (law 3)."""

    async def send(self, message: Message) -> Verdict:
        """Hand one message to its channel, once; never raises for what a provider may do."""
        ...

    async def find(self, message: Message) -> Verdict:
        """Ask what became of a message: ACCEPTED, UNSENT (it has no such message), AMBIGUOUS."""
        ...


class Clock(Protocol):
    """Calls `work` every few seconds and when woken. A lost wake-up costs one interval."""

    def every(self, seconds: float, work: Callable[[], Awaitable[None]], name: str) -> None:
        """Call `work` each time so many seconds have passed, never twice at once."""
        ...

    def start(self) -> None:
        """Begin calling; needs a running event loop."""
        ...

    def stop(self) -> None:
        """Stop calling; work under way may be cancelled."""
        ...
