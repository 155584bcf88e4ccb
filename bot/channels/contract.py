"""What a channel is: it translates between a provider's words and ours, and does nothing else.

`verify`, `parse` and `render` are pure; `send` and `find` talk to the provider. Above this line
nobody knows a provider's field, code or exception.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from flows.prompts import Prompt


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A webhook as it came. `url` is the public address the provider called, query included."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class NotOurs(Exception):
    """A request whose signature or secret is wrong; nothing of it may be stored."""


class Malformed(Exception):
    """A signed request that says nothing we can read; the message says what was missing."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """Something a person sent. `data` is a tapped button's payload, as we wrote it.

    `media` are the provider's addresses of what was attached. `about` is the delivery of ours
    that a tap proves to have arrived, `quoted` the provider's id of the message it answers.
    `token` is what a one-time link carried, `contact` the number its owner shared (law 11: only
    their own). `is_private` is false where others read along: in a group. `tap` and `shown` are
    what `heard` needs to end a button's waiting.
    """

    provider_id: str
    address: str
    at: datetime
    text: str = ""
    data: str = ""
    media: tuple[str, ...] = ()
    about: str = ""
    quoted: str = ""
    token: str = ""
    contact: str = ""
    is_private: bool = True
    tap: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """An address was closed to us, or opened again, by its owner."""

    provider_id: str
    address: str
    at: datetime
    is_open: bool


class Progress(StrEnum):
    """How far a message came, in rising order; failed ends unless later evidence wins."""

    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider says of one message of ours; `delivery_id` came back in its address."""

    provider_id: str
    progress: Progress
    delivery_id: str = ""
    attempt_id: str = ""
    code: int = 0


class Disposition(StrEnum):
    """What a refusal means for us: what to do, not what the provider calls it."""

    RETRY = "retry"  # nothing was sent: the same message may go again, later
    THROTTLED = "throttled"  # slow down; the message waits
    NOT_NOW = "not_now"  # held back for this person: not again within a day
    RECIPIENT_STOPPED = "recipient_stopped"  # an opt-out we must keep
    BAD_ADDRESS = "bad_address"  # nobody can be reached there
    OUTSIDE_WINDOW = "outside_window"  # only a template may go
    BAD_MESSAGE = "bad_message"  # this message or template will never go
    CHANNEL_DOWN = "channel_down"  # credentials, sender or account: stop the channel, tell staff


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a provider's code means; `reason` is for staff, in Indonesian."""

    disposition: Disposition
    reason: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it and calls it `provider_id`."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider refused it; `code` is the provider's, for staff to look up."""

    disposition: Disposition
    code: int = 0


@dataclass(frozen=True, slots=True)
class Throttled:
    """Nothing was sent; ask again after so many seconds."""

    retry_after_s: float


@dataclass(frozen=True, slots=True)
class Unsent:
    """Provably nothing left this machine: no connection was made."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Nobody knows whether it went: a time-out, a dropped connection, a 5xx (law 3)."""

    why: str


Sent = Accepted | Rejected | Throttled | Unsent | Ambiguous


@dataclass(frozen=True, slots=True)
class Found:
    """The provider has the message, as `provider_id`."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The provider was asked and has no such message."""


@dataclass(frozen=True, slots=True)
class CannotKnow:
    """This provider cannot be asked, or did not answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What fits, as the provider documents it; `source` says where."""

    characters: int
    source: str


@dataclass(frozen=True, slots=True)
class Template:
    """An approved message that may go outside the window; `variables` are facts by name."""

    sid: str
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a message: its bytes, and where a provider may fetch it instead."""

    name: str
    content: bytes
    url: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Whether a free text may go, and what may go otherwise. `template` None: nothing may.

    `file` goes with the text.
    """

    is_open: bool
    template: Template | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    file: File | None = None


Heard = Inbound | Receipt | Lifecycle


class NothingFits(Exception):
    """The window is closed and no template can be filled; the message says why, for staff."""


class Trouble(StrEnum):
    """Why a provider did not do what was asked, as far as one may act on it."""

    PASSING = "passing"  # ask again, after so many seconds
    CONFLICT = "conflict"  # somebody else is receiving what is ours
    UNAUTHORISED = "unauthorised"  # the credentials or the address of the API are wrong
    REFUSED = "refused"  # what was asked for cannot be had; the message says why


class NotAnswered(Exception):
    """A provider did not do what was asked, nor say what we wanted to know; nothing changed here.

    `wait_s` is how long to wait before asking again, where that helps.
    """

    def __init__(
        self, message: str, trouble: Trouble = Trouble.PASSING, wait_s: float = 0.0
    ) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.wait_s = wait_s


class NotFetched(Exception):
    """What was attached is not here. `missing` says why, as `flows.events.Replied.missing` does;
    `is_passing`: asking again may bring it.
    """

    def __init__(self, missing: str, *, is_passing: bool) -> None:
        super().__init__(missing)
        self.missing = missing
        self.is_passing = is_passing


class NotListed(NotAnswered):
    """The provider could not say what came in; nothing is known, ask again later."""


@dataclass(frozen=True, slots=True)
class Wire:
    """One message in the provider's own fields, ready to be sent to `address`.

    An address is written as it is stored: a number without its plus.
    """

    address: str
    fields: Mapping[str, str]
    file: File | None = None


class Channel(Protocol):
    """One way to reach people."""

    kind: str
    limits: Limits
    can_find: bool
    """Whether `find` may ever know: who cannot be asked repeats a lost question once (law 3)."""

    def verify(self, request: RawRequest) -> None:
        """Raise `NotOurs` unless the provider itself made the request."""
        ...

    def parse(self, request: RawRequest, *, at: datetime) -> Sequence[Heard]:
        """Return what a verified request says; raises `Malformed`, nothing else."""
        ...

    async def heard(self, inbound: Inbound, note: str = "", *, is_over: bool = False) -> None:
        """Show the person that a stored message was heard; best effort, never raises.

        `note` says beside a tapped button, where the provider can, why the tap did not count.
        `is_over`: what it answered is not asked any more, so its buttons go.
        """
        ...

    def render(self, prompt: Prompt, address: str, window: Window) -> Sequence[Wire]:
        """Return the messages that say it within the limits; raises `NothingFits`."""
        ...

    async def send(self, wire: Wire, *, delivery_id: str, attempt_id: str) -> Sent:
        """Give one message to the provider, once, without retries; never raises."""
        ...

    async def find(
        self, wire: Wire, *, since: datetime, known: Collection[str] = ()
    ) -> Found | NotFound | CannotKnow:
        """Ask the provider whether a message whose outcome is unknown did arrive.

        `known` are its ids of other messages of ours to that address.
        """
        ...

    async def fetch(self, media: str, *, most: int) -> bytes:
        """Return what `Inbound.media` refers to, from the provider's own hosts only.

        Raises:
            NotFetched: it is gone, larger than `most` bytes, or not to be had now.
        """
        ...

    def explain(self, code: int) -> Refusal:
        """Return what a code of the provider's means."""
        ...
