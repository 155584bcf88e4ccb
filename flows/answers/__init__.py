"""What people type, read as values: sure, to be confirmed, or asked again.

The rule above all others: nothing wrong is stored silently. A text that can be read in two
ways is never sure. A new kind is a file with `read(text, asked)` and a line in `READERS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date as _date
from typing import Any

from flows.answers import (
    choice,
    clock,
    command,
    date,
    decimal,
    email,
    geopoint,
    integer,
    moment,
    money,
    multi,
    nik,
    npwp,
    phone,
    place,
    rank,
    search,
    yesno,
)
from flows.answers import text as free_text
from flows.answers.correction import last_word, may_think_again, unhedged
from flows.answers.labels import as_given
from flows.answers.question import is_question
from flows.answers.reading import Asked, Outcome, Reading, reask, sure

__all__ = ["DATED", "LONGEST", "READERS", "Outcome", "Reading", "read"]

READERS: dict[str, Callable[[str, Asked], Reading]] = {
    "choice": choice.read,
    "command": command.read,
    "date": date.read,
    "date_ahead": date.read_ahead,
    "datetime": moment.read,
    "decimal": decimal.read,
    "email": email.read,
    "geopoint": geopoint.read,
    "integer": integer.read,
    "money": money.read,
    "multi": multi.read,
    "nik": nik.read,
    "npwp": npwp.read,
    "phone": phone.read,
    "place": place.read,
    "rank": rank.read,
    "search": search.read,
    "text": free_text.read,
    "time": clock.read,
    "yesno": yesno.read,
}

DATED = frozenset({"date", "date_ahead", "datetime", "nik", "npwp"})
"""Kinds that are read by what day it is."""

_OWN_REASONS = frozenset({"dont_know", "refused", "too_long", "text_question"})
_WHOLE = frozenset({"command", "search", "text"})  # read as they stand
_OF_CHOICES = frozenset({"choice", "multi", "rank", "search"})
_LISTS = frozenset({"multi", "rank"})  # "1, 2 eh 3" does not mean 3 alone
LONGEST = 500  # characters; only free text may be longer


def read(
    kind: str,
    text: str,
    *,
    choices: Sequence[Any] = (),
    today: _date | None = None,
    question: str | None = None,
    unit: str | None = None,
) -> Reading:
    """Read what was typed as an answer of this kind; no text makes it raise.

    `choices` are mappings or objects with code, label and perhaps aliases, in the order shown;
    codes come back as they were given.
    Without `today`, dates that lean on it ("kemarin", "mei") are asked again.

    Raises:
        ValueError: no reader knows `kind`.
    """
    if kind not in READERS:
        raise ValueError(f"No reader for answers of kind {kind!r}.")
    if len(text) > LONGEST and kind != "text":
        return reask("too_long", limit=str(LONGEST)) if kind != "command" else sure("none")
    asked = Asked(choices, today, question or "", unit or "")
    reading = _with_second_thoughts(kind, text, asked) or READERS[kind](text, asked)
    if kind in _OF_CHOICES and choices and isinstance(choices[0], Mapping):
        reading = replace(reading, value=as_given(choices, reading.value))
    return reask("question") if _is_asking(text, reading) else reading


def _with_second_thoughts(kind: str, text: str, asked: Asked) -> Reading | None:
    """What people correct or hedge themselves, to be confirmed: "?" lets no reader be sure."""
    if kind in _WHOLE or not may_think_again(text):
        return None
    last, plain = last_word(text), unhedged(text)
    if last and kind not in _LISTS:
        reading = READERS[kind](f"{last}?", asked)
        if reading.outcome is Outcome.CONFIRM:
            return reading
    return READERS[kind](f"{plain or text}?", asked) if last or plain else None


def _is_asking(text: str, reading: Reading) -> bool:
    """Whether a reply that gave no sure answer wants one from us; staff may give it."""
    if reading.outcome is Outcome.SURE or reading.reason in _OWN_REASONS:
        return False
    unclear = reading.reason.endswith(("_not_understood", "_both", "_negated"))
    return is_question(text) or ("?" in text and unclear)
