"""Where one respondent stands in one form version: plain data that survives any restart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Life of an interview. `storage` keeps the same words."""

    NEW = "new"
    INVITED = "invited"
    CONSENTING = "consenting"
    ASKING = "asking"
    FINISHED = "finished"
    DECLINED = "declined"
    STOPPED = "stopped"


OPEN = frozenset({Status.INVITED, Status.CONSENTING, Status.ASKING})
"""Statuses in which the respondent owes an answer."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to clear up before the open question goes on (laws 6 and 7).

    about "value": `value` is what we understood, waiting for a yes or no.
    about "which": `options` are indexes of the choices the text fits.
    about "stop": `text` is a stop word that may as well be the answer.
    """

    about: str
    value: Any = None
    text: str = ""
    options: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """An interview between two events.

    `answers` is keyed by path, in a repeat by path and place (`anak[2]/nama`); None means asked
    and skipped. `at` is the path of the item being asked; `asked` counts the questions put so
    far, `misses` the replies to the present one that could not be read. `before` is the status
    to go back to after a stop. `kept` holds what is worked out once, `language` what the
    respondent reads when it is not the form's own.
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

    def to_json(self) -> str:
        """Return the state as compact JSON; what is empty is left out."""
        doubt = self.doubt
        data = {
            "f": self.form,
            "s": self.status,
            "at": self.at,
            "n": self.asked,
            "m": self.misses,
            "a": self.answers,
            "g": self.given,
            "w": self.facts,
            "t": self.told,
            "r": () if self.trail == tuple(self.answers) else self.trail,
            "d": doubt and [doubt.about, doubt.value, doubt.text, doubt.options],
            "b": self.before,
            "c": self.consented,
            "z": self.zone,
            "x": self.seed,
            "o": self.kept,
            "l": self.language,
        }
        return _encode({key: value for key, value in data.items() if value})

    @classmethod
    def from_json(cls, text: str | bytes) -> "State":
        """Return the state that `to_json` wrote."""
        data = json.loads(text)
        get = data.get
        doubt = get("d")
        return cls(
            form=data["f"],
            status=Status(data["s"]),
            at=get("at", ""),
            asked=get("n", 0),
            misses=get("m", 0),
            answers=get("a", {}),
            given=get("g", {}),
            facts=get("w", {}),
            told=tuple(get("t", ())),
            trail=tuple(data["r"] if "r" in data else data.get("a", ())),
            doubt=doubt and Doubt(doubt[0], doubt[1], doubt[2], tuple(doubt[3])),
            before=get("b", ""),
            consented=get("c", False),
            zone=get("z", "Asia/Jakarta"),
            seed=get("x", 0),
            kept=get("o", {}),
            language=get("l", ""),
        )


def replace(state: State, **changes: Any) -> State:
    """Return a copy with changes: `dataclasses.replace` takes four times as long."""
    made = State.__new__(State)
    for name, put, get in _FIELDS:
        put(made, changes[name] if name in changes else get(state))
    return made


_FIELDS = tuple(
    (name, getattr(State, name).__set__, getattr(State, name).__get__) for name in State.__slots__
)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
