"""What a turn says, as one message: words, and what may be tapped.

A turn makes one message, not several: an acknowledgement travels with the next question,
because each WhatsApp message costs its office money (facts: channels, §0.5).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from string import ascii_lowercase
from typing import Any

from flows.effects import ORDER, Ask, Effect, Option, Say
from flows.phrases import Phrases, phrases


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap. `data` says which question it answers and how; see `read_data`."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One message owed to a respondent, before a channel gives it its form.

    `text` ends with the question; `buttons` are its answers. `skip` is the button that
    skips, apart because channels show it apart. `several` allows more than one answer.
    `contact` offers to share one's own number, where a channel can. `asks` is true where the
    interview waits for an answer to it. `shows` is how the answers are put, where a channel can:
    buttons, list, numbers, or `order` where all are given in an order. `file` names a file that
    goes with it, `attach` is what kind of thing may be attached, as `Ask.attach`. `language` is
    what it is written in, when that is not the bot's own.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    skip: Button | None = None
    hint: str = ""
    several: bool = False
    contact: bool = False
    asks: bool = False
    shows: str = ""
    file: str = ""
    attach: str = ""
    language: str = ""


def prompt(effects: Iterable[Effect], words: Phrases, *, contact: bool = False) -> Prompt | None:
    """Return the message for these effects, or None when nothing is to be said."""
    effects = tuple(effects)
    language = words.language if words.language != "id" else ""
    ask = next((effect for effect in effects if isinstance(effect, Ask)), None)
    parts = [_sentence(effect, words) for effect in effects if isinstance(effect, Say)]
    if ask is None:
        text = "\n\n".join(part for part in parts if part)
        return Prompt(text, contact=contact, language=language) if text else None
    buttons = tuple(_button(ask, option, words) for option in ask.options if option.index >= 0)
    skips = (_button(ask, option, words) for option in ask.options if option.index < 0)
    hint = "" if ask.rows else ask.hint
    text = "\n\n".join(part for part in (*parts, _question(ask, words)) if part)
    return Prompt(
        text, buttons, next(skips, None), hint, ask.multiple, asks=True, shows=ask.shows,
        attach=ask.attach, language=language,
    )  # fmt: skip


def numbered(message: Prompt, words: Phrases) -> str:
    """Return the message as plain text with numbered answers, for channels without buttons."""
    words = phrases(message.language) if message.language else words
    lines = [f"{n}. {button.label}" for n, button in enumerate(message.buttons, 1)]
    if message.several and message.shows != ORDER:
        lines.append(words.say("several_hint", {}))
    if message.attach == "geopoint":
        lines.append(words.say("geopoint_hint", {}))
    if message.hint:
        lines.insert(0, message.hint)
    if message.skip is not None:
        lines.append(words.say("skip_hint", {}))
    return "\n".join((message.text, *lines))


def to_json(message: Prompt) -> dict[str, Any]:
    """Return the message as plain data, to be stored until it is sent."""
    buttons = [[button.label, button.data] for button in message.buttons]
    skip = message.skip and [message.skip.label, message.skip.data]
    data = {"b": buttons, "k": skip, "h": message.hint, "v": message.several}
    data |= {"c": message.contact, "q": message.asks, "s": message.shows}
    data |= {"d": message.file, "a": message.attach, "l": message.language}
    return {"t": message.text, **{key: value for key, value in data.items() if value}}


def from_json(data: Mapping[str, Any]) -> Prompt:
    """Return the message that `to_json` wrote."""
    skip = data.get("k")
    return Prompt(
        data["t"],
        tuple(Button(label, data) for label, data in data.get("b", ())),
        skip and Button(*skip),
        data.get("h", ""),
        data.get("v", False),
        data.get("c", False),
        data.get("q", False),
        data.get("s", ""),
        data.get("d", ""),
        data.get("a", ""),
        data.get("l", ""),
    )


def read_data(data: str) -> tuple[int, int, int] | None:
    """Return (asked, item, option) of a button's data, or None when we never wrote it."""
    parts = data.split(".")
    if len(parts) != 3 or not all(_is_number(part) for part in parts):
        return None
    asked, item, option = (int(part) for part in parts)
    return asked, item, option


def _is_number(part: str) -> bool:
    return part.removeprefix("-").isascii() and part.removeprefix("-").isdigit() and len(part) < 9


def _sentence(effect: Say, words: Phrases) -> str:
    return effect.text or words.say(effect.phrase, effect.facts)


def _question(ask: Ask, words: Phrases) -> str:
    """Return what is asked, with where in the form we are and the rows of a table."""
    text = ask.text
    if ask.place is not None and text:
        here, last, total = ask.place
        span = str(here) if here == last else f"{here}–{last}"
        text = words.say("progress", {"here": span, "total": str(total)}) + " " + text
    if not ask.rows:
        return text
    head = "\n".join(part for part in (text, ask.hint) if part)
    scale = " · ".join(f"{n} {label}" for n, label in enumerate(ask.scale, 1))
    rows = "\n".join(
        f"{letter}. {row}" for letter, row in zip(ascii_lowercase, ask.rows, strict=False)
    )
    count = str(len(ask.rows))
    how = words.say("rows_how", {"rows": count, "example": _example(ask)})
    return "\n\n".join(part for part in (head, scale, rows, how) if part)


def _example(ask: Ask) -> str:
    """Return an answer to all rows, as it may be typed."""
    few = [n for n in (4, 3, 5, 4, 2, 3, 4) if n <= len(ask.scale)] or [1, 2]
    numbers = few if ask.scale else (10, 4, 2)
    return " ".join(str(n) for n in islice(cycle(numbers), len(ask.rows)))


def _button(ask: Ask, option: Option, words: Phrases) -> Button:
    return Button(words.label(option.label), f"{ask.asked}.{ask.item}.{option.index}")
