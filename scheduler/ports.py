"""What sending and waking mean here; `bot` fulfils the first, `scheduler.wakeup` the second."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Protocol

from storage.outbox import Message


class Outcome(StrEnum):
    """What a channel says of one message."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    AMBIGUOUS = "ambiguous"


class Sender(Protocol):
    """Gives messages to the channels it serves."""

    channels: tuple[str, ...]

    async def send(self, message: Message) -> Outcome:
        """Hand one message to its channel; never raises for what a provider may do."""
        ...

    async def find(self, message_id: int) -> bool:
        """Whether a message whose outcome is unknown did arrive; False: it cannot be told."""
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
        """Stop calling; work under way finishes."""
        ...
