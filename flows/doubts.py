"""Clearing up what a reply meant before anything is stored (laws 6 and 7)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flows import together
from flows.answers import Outcome, read
from flows.asking import STOP_OPTIONS, YES_NO_OPTIONS, Next, ask_again, keep, named_options
from flows.effects import Option
from flows.model import Choice, Form, Item, Kind
from flows.phrases import phrases
from flows.reminding import goes_on
from flows.state import Doubt, State, replace
from flows.view import View

STOP: Final = "stop"
"""What `settle` returns when the respondent did mean to stop."""

_KINDS = {"Kota": ("kota", "kotanya"), "Kab.": ("kab", "kabupaten", "kabupatennya")}
_NO_OTHERS: Mapping[str, tuple[str, ...]] = {}
PRECISIONS = ("year", "month", "day")


def settle(form: Form, state: State, view: View, doubt: Doubt, text: str) -> Next | str | None:
    """Return what the reply to a doubt leads to, `STOP`, or None when it is a fresh answer."""
    if doubt.about == "stop" and read("command", text).value == "berhenti":
        return STOP
    if doubt.about == "resume":
        return ask_again(form, replace(state, doubt=None), view) if goes_on(text) else None
    picked = _picked(form.by_path[state.at], doubt, text)
    if picked is not None:
        return settle_tap(form, state, view, doubt, picked)
    return ask_again(form, state, view) if doubt.about == "stop" else None


def settle_tap(form: Form, state: State, view: View, doubt: Doubt, option: int) -> Next | str:
    """Return what a tap on a doubt's button leads to, or `STOP`."""
    item = form.by_path[state.at]
    if doubt.about == "stop" and option == 0:
        return STOP
    if doubt.about == "stop" and option == 1:
        return keep(form, state, view, item, _reread(item, doubt.text))
    if doubt.about == "rows" and option in (0, 1):
        return together.settle(form, state, view, doubt, agreed=option == 0)
    if doubt.about == "value" and option in (0, 1):
        return _settle_value(form, state, view, doubt.value, agreed=option == 0)
    if doubt.about == "named" and 0 <= option < len(doubt.value):
        return keep(form, state, view, item, _reread(item, doubt.value[option]))
    if doubt.about == "which" and option in doubt.options:
        return keep(form, state, view, item, item.choices[option].code)
    return ask_again(form, state, view)


def stored(item: Item, value: Any) -> Any:
    """Return a read value as it is kept: a yes or no becomes the code of its choice."""
    if item.reads == "yesno":
        return "ya" if value else "tidak"
    return value


def is_too_coarse(item: Item, value: Any) -> bool:
    """Whether a date is less precise than the item asks for."""
    if item.kind is not Kind.DATE:
        return False
    return PRECISIONS.index(value["precision"]) < PRECISIONS.index(item.precision)


def _settle_value(form: Form, state: State, view: View, value: Any, *, agreed: bool) -> Next:
    item = form.by_path[state.at]
    if agreed and view.accepts(item, value):
        return keep(form, state, view, item, value)
    return ask_again(form, replace(state, doubt=None), view)


def _picked(item: Item, doubt: Doubt, text: str) -> int | None:
    """Return the index of the option that was meant, or None when the text names none."""
    match doubt.about:
        case "stop":
            return picked_among(STOP_OPTIONS, text)
        case "value" | "rows":
            picked = picked_among(YES_NO_OPTIONS, text)
            return _yes_or_no(text) if picked is None else picked
        case "named":
            return picked_among(named_options(doubt), text, _KINDS)
    return picked_among([Option(i, item.choices[i].label) for i in doubt.options], text)


def _yes_or_no(text: str) -> int | None:
    reading = read("yesno", text)
    return int(not reading.value) if reading.outcome is Outcome.SURE else None


def picked_among(
    options: Sequence[Option], text: str, also: Mapping[str, tuple[str, ...]] = _NO_OTHERS
) -> int | None:
    """Return the index of the option that was named or numbered, counting from 1 as shown.

    `also` has other names by the first word of a label; the bot's own are known in English too.
    """
    english = phrases("en").labels
    choices = [
        Choice(
            str(option.index),
            option.label,
            (*also.get(option.label.split()[0], ()), english.get(option.label, option.label)),
        )
        for option in options
    ]
    reading = read("choice", text, choices=choices)
    return int(reading.value) if reading.outcome is Outcome.SURE else None


def _reread(item: Item, text: str) -> Any:
    """Return a text that was asked about as the answer it is after all."""
    return stored(item, read(item.reads, text, choices=item.choices).value)
