"""Telegram's keyboards: how answers are laid out, and what a tapped button says.

A button carries our payload and the delivery it came with, so that a tap proves that this
delivery arrived (law 3): `asked.item.option~delivery`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from flows.phrases import Phrases
from flows.prompts import Button, Prompt, numbered

PAYLOAD_BYTES = 64
"""https://core.telegram.org/bots/api#inlinekeyboardbutton"""

MOST_BUTTONS = 100
"""Telegram refuses a longer keyboard, and one over 10 kB."""

LONGEST_LABEL = 40
MOST_LABELS = 30
"""More, or longer ones, cannot be read on buttons: they are listed, and the buttons numbered."""

SHORT_LABEL = 20
FEW = 6
"""So few buttons, so short, stand two in a row."""

NUMBERS_IN_A_ROW = 5

Row = list[dict[str, Any]]


def layout(prompt: Prompt, words: Phrases) -> tuple[str, dict[str, Any]]:
    """Return a message's text, and the keyboard under it as Telegram writes it; {}: none."""
    if prompt.contact:
        button = {"text": words.say("share_contact", {}), "request_contact": True}
        keyboard = {"keyboard": [[button]], "one_time_keyboard": True, "resize_keyboard": True}
        return numbered(prompt, words), keyboard
    is_listed = _is_listed(prompt)
    shown = replace(prompt, buttons=prompt.buttons if is_listed else (), skip=None)
    rows = _numbers(prompt) if is_listed else _labels(prompt.buttons)
    if prompt.skip is not None:
        rows.append(_row((prompt.skip,)))
    return numbered(shown, words), {"inline_keyboard": rows} if rows else {}


def seal(keyboard: dict[str, Any], delivery_id: str) -> dict[str, Any]:
    """Return the keyboard with the delivery on its buttons, where it fits."""
    if "inline_keyboard" not in keyboard:
        return keyboard
    rows = [
        [
            {**button, "callback_data": _sealed(button["callback_data"], delivery_id)}
            for button in row
        ]
        for row in keyboard["inline_keyboard"]
    ]
    return {"inline_keyboard": rows}


def _is_listed(prompt: Prompt) -> bool:
    too_long = any(len(button.label) > LONGEST_LABEL for button in prompt.buttons)
    return prompt.several or too_long or len(prompt.buttons) > MOST_LABELS


def _numbers(prompt: Prompt) -> list[Row]:
    """Return a button for each number; none where several are typed, or too many would be."""
    if prompt.several or len(prompt.buttons) >= MOST_BUTTONS:
        return []
    numbers = [Button(str(n), button.data) for n, button in enumerate(prompt.buttons, 1)]
    return list(_rows(numbers, NUMBERS_IN_A_ROW))


def _labels(buttons: Sequence[Button]) -> list[Row]:
    is_short = all(len(button.label) <= SHORT_LABEL for button in buttons)
    return list(_rows(buttons, 2 if is_short and len(buttons) <= FEW else 1))


def _rows(buttons: Sequence[Button], width: int) -> Iterator[Row]:
    return (_row(buttons[start : start + width]) for start in range(0, len(buttons), width))


def _row(buttons: Iterable[Button]) -> Row:
    return [{"text": button.label, "callback_data": button.data} for button in buttons]


def _sealed(data: str, delivery_id: str) -> str:
    payload = f"{data}~{delivery_id}"
    return payload if len(payload.encode()) <= PAYLOAD_BYTES else data
