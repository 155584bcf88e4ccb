"""What a reader hands back, and what it may know about the question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    SURE = "sure"
    CONFIRM = "confirm"
    REASK = "reask"


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as JSON would hold it, or why we must ask back.

    `reason` is the key of a phrase, `facts` what that phrase mentions, `options` the codes
    to ask between. When the outcome is `confirm`, `value` is the candidate.
    """

    outcome: Outcome
    value: Any = None
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, as far as it helps to read the reply."""

    choices: Sequence[Any] = ()
    today: date | None = None
    question: str = ""
    unit: str = ""


def sure(value: Any) -> Reading:
    return Reading(Outcome.SURE, value)


def confirm(value: Any, reason: str, /, **facts: str) -> Reading:
    return Reading(Outcome.CONFIRM, value, reason, facts)


def reask(reason: str, /, *, options: tuple[str, ...] = (), **facts: str) -> Reading:
    return Reading(Outcome.REASK, None, reason, facts, options)
