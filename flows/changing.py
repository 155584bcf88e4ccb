"""What an answer does to others: answers that no longer stand, values that are kept."""

from collections.abc import Mapping
from typing import Any

from flows.model import Form, Item, parse_key
from flows.state import State
from flows.view import View
from flows.walking import met


def upset(form: Form, before: View, after: View, changed: str) -> list[str]:
    """Return the paths of answers that must be asked for again after the one at `changed`.

    A question that reads differently was another question; an answer that is no longer offered
    or no longer accepted is none (as Collect finds when a form is finished).
    """
    return [
        item.path
        for item in met(form, after)
        if item.path in after.answers
        and item.path != changed
        and after.is_relevant(item)
        and (_reads_otherwise(item, before, after) or not _still_holds(item, after))
    ]


def kept_values(form: Form, state: State, view: View) -> Mapping[str, Any]:
    """Return what is worked out once, with what could be worked out only now."""
    fresh = {
        item.path: view.work_out(item)
        for template in form.kept
        if not template.trigger
        for item in form.each(template, view)
        if item.path not in state.kept and view.is_relevant(item)
    }
    found = {path: value for path, value in fresh.items() if value != ""}
    return {**state.kept, **found} if found else state.kept


def triggered(form: Form, state: State, view: View, answered: Item) -> Mapping[str, Any]:
    """Return what is kept, with what the answer to this item has worked out anew."""
    plain, places = parse_key(answered.path)
    fresh = {
        item.path: view.work_out(item)
        for template in form.kept
        if template.trigger == plain
        for item in form.each(template, view)
        if item.places[: len(places)] == places[: len(item.places)]
    }
    return {**state.kept, **fresh} if fresh else state.kept


def _reads_otherwise(item: Item, before: View, after: View) -> bool:
    return before.fill(item.label, item) != after.fill(item.label, item)


def _still_holds(item: Item, view: View) -> bool:
    value = view.answers[item.path]
    if value is None:
        return not view.requires(item)
    if item.filter is not None:
        offered = {choice.code for choice in view.choices(item)}
        return offered.issuperset(value if isinstance(value, list) else [value])
    return view.accepts(item, value)
