"""What can happen to an interview. Each event carries the moment it happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Started:
    """The office invites the respondent.

    `given` fills the form's hidden items (`nama`, …); `facts` fills the bot's own sentences
    (`kantor`, `simpan`, …). `consented` is true when this respondent agreed before. `quiet`
    is true when the invitation itself is sent by a blast: the first reply opens the talk.
    `language` is the one the person spoke last, of this form or another; without it the form's
    own. `earlier` are this person's answers in the wave before, where they may be shown (law 11).
    """

    at: datetime
    given: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    zone: str = "Asia/Jakarta"
    seed: int = 0
    consented: bool = False
    quiet: bool = False
    language: str = ""
    earlier: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replied:
    """The respondent sent something: words, and references to what was attached.

    A shared location comes as the text `-3.98, 122.51`, a scanned code as what it says. `missing`
    says why something attached could not be had: `too_large`, `wrong_type` or `lost`. `early` is
    true when it came before our last message could be read, and then `shown` when that message
    was at the provider already; `silent_h` are the hours since the interview last moved, once
    they are many (`LONG_SILENT_H`). All are found out when its turn is taken, and stored with it.
    """

    at: datetime
    text: str
    media: tuple[str, ...] = ()
    missing: str = ""
    early: bool = False
    shown: bool = False
    silent_h: int = 0


@dataclass(frozen=True, slots=True)
class Tapped:
    """The respondent pressed a button of the `asked`-th question, which was about item `item`.

    `option` counts from 0; -1 is the button that skips. `text` is what the button said.
    """

    at: datetime
    asked: int
    item: int
    option: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reminded:
    """The office reminds the respondent of what they left open.

    `quiet` is true where only an approved template may go: the question follows their reply.
    `link` is an address they are asked to visit too.
    """

    at: datetime
    link: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """The time to answer is over, or a newer interview took this one's place."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Wrote:
    """Staff wrote to the respondent, outside the interview; no step takes it."""

    at: datetime
    by: str


LONG_SILENT_H = 24
"""So many hours without a word: who writes again is told where we were."""


def silence(since: datetime, until: datetime) -> int:
    """Return the hours of a silence, 0 while it is short."""
    hours = int((until - since).total_seconds() // 3600)
    return hours if hours >= LONG_SILENT_H else 0


Event = Started | Replied | Tapped | Reminded | Closed | Wrote

_KINDS: dict[str, type[Event]] = {
    "started": Started,
    "replied": Replied,
    "tapped": Tapped,
    "reminded": Reminded,
    "closed": Closed,
    "wrote": Wrote,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


_SELDOM = ("media", "language", "missing", "early", "shown", "silent_h", "earlier")
"""What most events have none of, and is not stored then."""


def to_json(event: Event) -> dict[str, Any]:
    """Return the event as plain data, to be stored with its interview."""
    fields = {name: getattr(event, name) for name in event.__dataclass_fields__}
    for name in _SELDOM:
        if not fields.get(name, True):
            del fields[name]
    return {"kind": _NAMES[type(event)], **fields, "at": event.at.isoformat()}


def from_json(data: Mapping[str, Any]) -> Event:
    """Return the event that `to_json` wrote."""
    fields = {name: value for name, value in data.items() if name != "kind"}
    fields["at"] = datetime.fromisoformat(fields["at"])
    if "media" in fields:
        fields["media"] = tuple(fields["media"])
    return _KINDS[data["kind"]](**fields)
