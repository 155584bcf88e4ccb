"""What a turn asks its caller to do, in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Say:
    """Tell the respondent one of the bot's own sentences (`flows/phrases`), or `text` as it is."""

    phrase: str
    facts: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may be tapped or typed. `index` is -1 for the option that skips."""

    index: int
    label: str
    short: str = ""


ORDER = "order"
"""How options are put of which all are answered, in an order (`Ask.shows`)."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Put a question. `asked` and `item` go into its buttons, so that a late tap is known.

    `shows` is how the options are put: as their author wants (buttons, list, numbers, or not at
    all: search), or `order` where all of them are put in an order. `rows` are questions put
    together, each answered by one of `scale` or a number. `place` says which questions these
    are: (first, last, of how many). `remind` are hours of silence after which the caller may ask
    again. `attach` is the kind of thing to attach: image, audio, video, file, or geopoint for a
    place; nothing where words are wanted.
    """

    asked: int
    item: int
    text: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    multiple: bool = False
    shows: str = ""
    rows: tuple[str, ...] = ()
    scale: tuple[str, ...] = ()
    place: tuple[int, int, int] | None = None
    remind: tuple[int, ...] = ()
    attach: str = ""


@dataclass(frozen=True, slots=True)
class Save:
    """An answer was kept. `value` is None when the item was skipped."""

    path: str
    value: object


@dataclass(frozen=True, slots=True)
class Instead:
    """What this turn says takes the place of what was said last, if that has not left yet."""


@dataclass(frozen=True, slots=True)
class Consented:
    """The respondent agreed to the notice they were shown."""

    notice: Say


@dataclass(frozen=True, slots=True)
class Declined:
    """The respondent does not want to take part in this survey."""

    notice: Say


@dataclass(frozen=True, slots=True)
class StopAll:
    """The respondent wants no more messages from this office; `reason` is the phrase said."""

    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    """The respondent, who had stopped, asks to start again."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Staff should answer the respondent; `reason` is "gave_up" or "question"."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finish:
    """The interview is complete."""


Effect = Say | Ask | Save | Instead | Consented | Declined | StopAll | Resume | Handover | Finish
