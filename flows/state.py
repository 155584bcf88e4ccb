"""Where one respondent stands in one form version: plain data that survives any restart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import orjson


class Status(StrEnum):
    """Life of an interview. `storage` keeps the same words.

    Over without its respondent's doing it is CLOSED when they had begun to answer, else LAPSED.
    """

    NEW = "new"
    INVITED = "invited"
    CONSENTING = "consenting"
    ASKING = "asking"
    FINISHED = "finished"
    DECLINED = "declined"
    STOPPED = "stopped"
    CLOSED = "closed"
    LAPSED = "lapsed"


OPEN = frozenset({Status.INVITED, Status.CONSENTING, Status.ASKING})
"""Statuses in which the respondent owes an answer."""

TURNED_AWAY = frozenset({Status.DECLINED, Status.STOPPED})
"""Statuses in which the respondent wants no more questions, until they ask to start again."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to clear up before the open question goes on (laws 6 and 7).

    about "value": `value` is what we understood, waiting for a yes or no.
    about "rows": `value` is [row, value] of each question asked together, waiting for a yes or no.
    about "named": `value` lists the names the text fits; each reads as one answer.
    about "which": `options` are indexes of the choices the text fits.
    about "stop": `text` is a stop word that may as well be the answer.
    about "resume": a reminder went without the question; a yes to it asks for the question.
    """

    about: str
    value: Any = None
    text: str = ""
    options: tuple[int, ...] = ()


@dataclass(frozen=True)
class State:  # without slots: a copy is then one update of a dictionary, not 17 assignments
    """An interview between two events.

    `answers` is keyed by path, in a repeat by path and place (`anak[2]/nama`); None means asked
    and skipped. `at` is the path of the item being asked; `asked` counts the questions put so
    far, `misses` the replies to the present one that could not be read. `before` is the status
    to go back to after a stop, and set once
    somebody was told that it is closed. `kept` holds what is worked out once, `language` what the
    respondent reads when it is not the form's own. `heard` is (path, words) of the answer just
    given, for words that may still follow; its path is empty after the consent.
    `earlier` are answers of an earlier wave, until it is asked whether they still hold.
    """

    form: str
    status: Status = Status.NEW
    at: str = ""
    asked: int = 0
    misses: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    doubt: Doubt | None = None
    before: str = ""
    consented: bool = False
    zone: str = "Asia/Jakarta"
    seed: int = 0
    kept: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""
    heard: tuple[str, ...] = ()
    earlier: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the state as compact JSON; what is empty is left out."""
        fields = self.__dict__
        data = {key: fields[name] for key, name in _KEYS if fields[name]}
        if len(self.trail) == len(self.answers) and self.trail == tuple(self.answers):
            data.pop("r", None)
        elif not self.trail:
            data["r"] = ()
        if self.doubt is not None:
            doubt = self.doubt
            data["d"] = [doubt.about, doubt.value, doubt.text, doubt.options]
        return _written(data)

    @classmethod
    def from_json(cls, text: str | bytes) -> "State":
        """Return the state that `to_json` wrote."""
        data = _read(text)
        fields = dict(_EMPTY)
        for key, value in data.items():
            if key in _NAMES:
                fields[_NAMES[key]] = value
        fields["status"] = _STATUSES[data["s"]]
        if fields["told"]:
            fields["told"] = tuple(fields["told"])
        if fields["heard"]:
            fields["heard"] = tuple(fields["heard"])
        fields["trail"] = tuple(data["r"] if "r" in data else fields["answers"])
        doubt = fields["doubt"]
        if doubt:
            fields["doubt"] = Doubt(doubt[0], doubt[1], doubt[2], tuple(doubt[3]))
        return _made(fields)


def _made(fields: dict[str, Any]) -> State:
    made = State.__new__(State)
    object.__setattr__(made, "__dict__", fields)
    return made


def _written(data: Mapping[str, Any]) -> str:
    """Return compact JSON; a calculation's value may be no number, which only `json` writes."""
    if "o" not in data:
        try:
            return orjson.dumps(data).decode()
        except TypeError:  # half a character, which no database takes either
            pass
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _read(text: str | bytes) -> dict[str, Any]:
    try:
        data: dict[str, Any] = orjson.loads(text)
    except orjson.JSONDecodeError:
        data = json.loads(text)
    return data


def replace(state: State, **changes: Any) -> State:
    """Return a copy with changes: `dataclasses.replace` takes ten times as long."""
    return _made(state.__dict__ | changes)


_NAMES = {
    "f": "form", "s": "status", "at": "at", "n": "asked", "m": "misses", "a": "answers",
    "g": "given", "w": "facts", "t": "told", "r": "trail", "d": "doubt", "b": "before",
    "c": "consented", "z": "zone", "x": "seed", "o": "kept", "l": "language", "h": "heard",
    "e": "earlier",
}  # fmt: skip
_KEYS = tuple(_NAMES.items())
_EMPTY = {**State("").__dict__, "answers": MappingProxyType({}), "earlier": MappingProxyType({})}
_STATUSES = {str(status): status for status in Status}
