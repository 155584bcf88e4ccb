"""What a questionnaire is once compiled: items in order, their choices and their rules."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from flows.effects import Option
from flows.expressions import Compiled, Filter

MOST_REPEATS = 50
"""How often a repeat may be answered, whatever its count says."""


class Kind(StrEnum):
    """What an item does, after XLSForm's question types. REPEAT asks whether there is another."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    DATE = "date"
    TIME = "time"
    DATETIME = "dateTime"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANK = "rank"
    ACKNOWLEDGE = "acknowledge"
    GEOPOINT = "geopoint"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    NOTE = "note"
    CALCULATE = "calculate"
    HIDDEN = "hidden"
    REPEAT = "repeat"


MEDIA = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.FILE})
"""Kinds answered with an attachment."""

UNASKED = frozenset({Kind.CALCULATE, Kind.HIDDEN})
"""Kinds that never reach the respondent: known or worked out."""

ASKED = frozenset(Kind) - UNASKED
"""Kinds that do."""


class Giving(StrEnum):
    """What happens to an item that could not be understood `reask` times."""

    SKIP = "skip"
    END = "end"
    INBOX = "inbox"


class Showing(StrEnum):
    """How choices are put, where the author says so (`chat::as`)."""

    BUTTONS = "buttons"
    LIST = "list"
    NUMBERS = "numbers"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Template:
    """Text with references: even parts are literal, odd parts are paths."""

    parts: tuple[str, ...] = ("",)

    def __bool__(self) -> bool:
        return self.parts != ("",)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be picked, by what it is called in a chat.

    `short` fits a button, `official` is its official wording; empty means the label does.
    """

    code: str
    label: str
    aliases: tuple[str, ...] = ()
    short: str = ""
    official: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the questionnaire.

    `relevant` holds the item's own condition and those of its groups; all must be true.
    `reads` names the reader in `flows.answers` that understands what people type.
    `precision` is the coarsest date that answers: day, month or year; `unit` what a number
    counts, such as `bulan`.
    `label` is its official wording, `asks` how it is put in a chat when that differs.
    `matrix` is the path of the group it is asked together with.
    `name` is what a column of answers is called: short where that is unique.
    `repeats` are the paths of the repeats around, outermost first; an item of a certain
    repetition has its `places` in them, from 1, and a path like `anak[2]/nama`.
    `named` are the labels of its choices where some of them quote answers; a choice's own label
    has an ellipsis there.
    `bounds` are (least, most, step) of a range. `remind` are hours without a reply. `carry`: the
    answer of an earlier wave may be offered.
    """

    path: str
    index: int
    kind: Kind
    label: Template = Template()
    asks: Template = Template()
    hint: Template = Template()
    guidance: Template = Template()
    reads: str = "text"
    choices: tuple[Choice, ...] = ()
    options: tuple[Option, ...] = ()
    list_name: str = ""
    named: tuple[Template, ...] = ()
    filter: Filter | None = None
    shuffled: bool = False
    relevant: tuple[Compiled, ...] = ()
    required: bool = False
    required_when: Compiled | None = None
    required_message: Template = Template()
    constraint: Compiled | None = None
    constraint_message: Template = Template()
    calculation: Compiled | None = None
    default: Compiled | None = None
    trigger: str = ""
    bounds: tuple[float, float, float] | None = None
    precision: str = "day"
    unit: str = ""
    reask: int = 3
    gives_up: Giving | None = None
    shows: Showing | None = None
    confirm: bool = False
    skip_words: frozenset[str] = frozenset()
    remind: tuple[int, ...] = ()
    pii: bool = False
    carry: bool = False
    name: str = ""
    meta: str = ""
    matrix: str = ""
    repeats: tuple[str, ...] = ()
    places: tuple[int, ...] = ()

    @property
    def wording(self) -> Template:
        """How the item is put to a respondent."""
        return self.asks or self.label

    @property
    def is_asked(self) -> bool:
        """Whether a respondent sees this item."""
        return self.kind in ASKED

    @property
    def is_answered(self) -> bool:
        """Whether a respondent's answer to this item is part of the response."""
        return self.kind in ASKED and self.kind not in (Kind.NOTE, Kind.REPEAT)

    @property
    def is_kept(self) -> bool:
        """Whether its value is worked out once and then stays."""
        return bool(self.trigger) or (self.calculation is not None and self.calculation.uses_once)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Part of a questionnaire that is asked several times.

    `count` says how often; without one, `gate` asks before each repetition whether there is
    another. `repeats` are the repeats around, outermost first, itself last.
    """

    path: str
    relevant: tuple[Compiled, ...]
    count: Compiled | None
    gate: Item
    inner: "tuple[Item | Repeat, ...]"
    repeats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A group that is asked in one message: rows of one kind, with the same choices or numbers."""

    asks: Template
    hint: Template
    rows: tuple[str, ...]


class Items(dict[str, Item]):
    """Path → item. A path with places is made of the item it repeats when first asked for."""

    MOST = 5_000
    """Repeated items kept; beyond that they are made again each time."""

    step: int
    """How far apart the numbers of an item's repetitions are."""

    def __init__(self, items: Iterable[Item]) -> None:
        super().__init__((item.path, item) for item in items)
        self.step = max((item.index for item in self.values()), default=0) + 1

    def __missing__(self, path: str) -> Item:
        plain, places = parse_key(path)
        if not places:
            raise KeyError(path)
        item = self[plain]
        if len(places) != len(item.repeats):
            raise KeyError(path)
        number = 0
        for place in places:
            number = number * (MOST_REPEATS + 1) + place
        made = replace(item, path=path, places=places, index=item.index + self.step * number)
        if len(self) < self.MOST:
            self[path] = made
        return made


@dataclass(frozen=True, slots=True)
class Form:
    """One published, immutable version of a questionnaire.

    `outline` is what is asked in order, repeats nested; a form without repeats has the same
    in `asked`. `languages` are those it can be asked in, its default first; `translations` are
    the same form in the others. `core` names the official questionnaire it claims to hold (see
    `flows.xlsform.locked`). `summary` says how the answers are shown at the end: "ask" before they
    count, "no" not at all, else with the last words. `still` asks whether it is as last time.
    """

    form_id: str
    version: str
    sha256: str
    title: str
    language: str
    purpose: Template
    closing: Template
    items: tuple[Item, ...]
    by_path: Items = field(compare=False)
    asked: tuple[Item, ...]
    place: Mapping[str, int]  # of each asked item among those asked
    outline: tuple[Item | Repeat, ...] = ()
    repeats: Mapping[str, Repeat] = field(default_factory=dict)
    kept: tuple[Item, ...] = ()
    meta: tuple[Item, ...] = ()
    matrices: Mapping[str, Matrix] = field(default_factory=dict)
    shows_progress: bool = False
    core: str = ""
    summary: str = ""
    still: Template = Template()
    languages: tuple[str, ...] = ()
    translations: "Mapping[str, Form]" = field(default_factory=dict, repr=False)

    key: str = field(init=False)
    """What an interview is pinned to: `kebekerjaan@2026112101#9f3c1a0b22d1`."""

    def __post_init__(self) -> None:
        key = f"{self.form_id}@{self.version}#{self.sha256[:12]}"
        object.__setattr__(self, "key", key)  # frozen; asked for at every step

    def item_at(self, index: int) -> Item | None:
        """Return the asked item, of whichever repetition, that has this number; or None."""
        step = self.by_path.step
        number, base = divmod(index, step) if index >= 0 else (0, -1)
        item = next((one for one in self.asked if one.index == base), None)
        if item is None:
            return None
        places: tuple[int, ...] = ()
        for _repeat in item.repeats:
            number, place = divmod(number, MOST_REPEATS + 1)
            places = (place, *places)
        if number or 0 in places:
            return None
        return self.by_path[key_of(item.path, item.repeats, places)] if places else item

    def spoken(self, language: str) -> "Form":
        """Return the form in a language; in its own when it has no such language."""
        return self.translations.get(language, self)

    def each(self, item: Item, counts: "Counts") -> Iterator[Item]:
        """Yield an item in each of its repetitions; itself when it is asked once."""
        if not item.repeats:
            yield item
            return
        for places in counts.all_places(item.repeats):
            yield self.by_path[key_of(item.path, item.repeats, places)]


class Counts(ABC):
    """How often each repeat stands in an interview (see `flows.view.View`)."""

    __slots__ = ()

    @abstractmethod
    def count(self, repeat: str, around: tuple[int, ...]) -> int:
        """Return how many repetitions a repeat has within those of the repeats around it."""

    def all_places(
        self, repeats: tuple[str, ...], within: tuple[int, ...] = ()
    ) -> Iterator[tuple[int, ...]]:
        """Yield the places of every repetition, in order; only those that begin as `within`."""
        if len(within) == len(repeats):
            yield within
            return
        for place in range(1, self.count(repeats[len(within)], within) + 1):
            yield from self.all_places(repeats, (*within, place))


def key_of(path: str, repeats: tuple[str, ...], places: tuple[int, ...]) -> str:
    """Return the path of a repetition: `anak/nama` in place 2 is `anak[2]/nama`."""
    return _keyed(path, repeats[: len(places)]) % places


def parse_key(key: str) -> tuple[str, tuple[int, ...]]:
    """Return the path and places that `key_of` made a key of."""
    if "[" not in key:
        return key, ()
    steps, places = [], []
    for step in key.split("/"):
        name, bracket, place = step.partition("[")
        steps.append(name)
        if bracket:
            places.append(int(place[:-1]))
    return "/".join(steps), tuple(places)


@lru_cache(maxsize=8192)
def _keyed(path: str, repeats: tuple[str, ...]) -> str:
    pattern = path.replace("%", "%%")
    for repeat in sorted(repeats, key=len, reverse=True):
        pattern = f"{repeat}[%d]{pattern[len(repeat) :]}"
    return pattern
