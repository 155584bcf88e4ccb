"""What people type, read as values: sure, to be confirmed, or asked again.

The rule above all others: nothing wrong is stored silently. A text that can be read in two
ways is never sure. A new kind is a file with `read(text, asked)` and a line in `READERS`.
"""

from collections.abc import Callable, Sequence
from datetime import date as _date
from typing import Any

from flows.answers import (
    choice,
    clock,
    command,
    date,
    datetime,
    decimal,
    geopoint,
    integer,
    money,
    multi,
    rank,
    search,
    yesno,
)
from flows.answers import text as free_text
from flows.answers.reading import Asked, Outcome, Reading, reask, sure

__all__ = ["READERS", "Outcome", "Reading", "read"]

READERS: dict[str, Callable[[str, Asked], Reading]] = {
    "choice": choice.read,
    "command": command.read,
    "date": date.read,
    "datetime": datetime.read,
    "decimal": decimal.read,
    "geopoint": geopoint.read,
    "integer": integer.read,
    "money": money.read,
    "multi": multi.read,
    "rank": rank.read,
    "search": search.read,
    "text": free_text.read,
    "time": clock.read,
    "yesno": yesno.read,
}

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

    `choices` are mappings or objects with code, label and perhaps aliases, in the order shown.
    Without `today`, dates that lean on it ("kemarin", "mei") are asked again.

    Raises:
        ValueError: no reader knows `kind`.
    """
    try:
        reader = READERS[kind]
    except KeyError:
        raise ValueError(f"No reader for answers of kind {kind!r}.") from None
    if len(text) > LONGEST and kind != "text":
        return reask("too_long", limit=str(LONGEST)) if kind != "command" else sure("none")
    return reader(text, Asked(choices, today, question or "", unit or ""))
