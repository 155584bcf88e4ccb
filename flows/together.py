"""What a reply to several questions at once leads to: rows are kept where they are certain."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flows import matrix
from flows.answers import Outcome
from flows.answers.normal import fold
from flows.answers.rows import read_rows
from flows.asking import Next, ask_again, keep_all
from flows.effects import Say
from flows.model import Form, Item, parse_key
from flows.state import Doubt, State, replace
from flows.view import View

_ONE_BY_ONE = re.compile(
    r"satu(?:[ -]?satu|2| ?per ?satu)(?: (?:saja|ya|kak|dong))*|one[ -](?:by[ -]one|at a time)"
    r"(?: please)?"
)


def answer(form: Form, state: State, view: View, together: Sequence[Item], text: str) -> Next:
    """Return the interview after a reply to rows put together.

    Rows that were not understood are asked again by themselves; after `reask` replies that
    said nothing, or when the respondent would rather, all are asked one by one.
    """
    item = together[0]
    if _ONE_BY_ONE.fullmatch(fold(text).strip(" .!")):
        return one_by_one(form, state, view, item)
    labels = [view.fill(one.wording, one) for one in together]
    reading = read_rows(text, labels, item.choices)
    optional = not any(view.requires(one) for one in together)
    if reading.outcome is Outcome.SURE:
        return _keep(form, state, view, together, reading.value)
    if reading.outcome is Outcome.CONFIRM:
        doubt = Doubt("rows", value=[[row, value] for row, value in reading.value.items()])
        say = Say(reading.reason, {**reading.facts})
        return ask_again(form, replace(state, doubt=doubt), view, say)
    if reading.reason in ("refused", "dont_know") and optional:
        return skip(form, state, view, together)
    misses = state.misses + 1
    if misses >= item.reask:
        return one_by_one(form, state, view, item)
    say = Say(reading.reason, {**reading.facts})
    return ask_again(form, replace(state, misses=misses), view, say)


def settle(form: Form, state: State, view: View, doubt: Doubt, *, agreed: bool) -> Next:
    """Return what a yes or no to "all of them?" leads to."""
    state = replace(state, doubt=None)
    together = matrix.rows(form, state, view, form.by_path[state.at])
    if not agreed:
        return ask_again(form, state, view)
    return _keep(form, state, view, together, dict(doubt.value))


def skip(form: Form, state: State, view: View, together: Sequence[Item]) -> Next:
    """Return the interview with all the rows left unanswered."""
    return keep_all(form, state, view, [(one, None) for one in together])


def one_by_one(form: Form, state: State, view: View, item: Item) -> Next:
    """Return the first of the rows by itself; the others follow it."""
    state = replace(state, told=(*state.told, matrix.key(item)), misses=0, doubt=None)
    return ask_again(form, state, view, Say("one_by_one"))


def _leans_on(item: Item, together: Sequence[Item]) -> bool:
    """Whether what the item accepts hangs on another row."""
    paths = {parse_key(one.path)[0] for one in together}
    return item.constraint is not None and not paths.isdisjoint(item.constraint.references)


def _keep(
    form: Form, state: State, view: View, together: Sequence[Item], values: Mapping[int, Any]
) -> Next:
    """Keep what is certain and acceptable; say what is not and ask only that again."""
    said = [
        (one, values[row])
        for row, one in enumerate(together)
        if row in values and not (values[row] is None and view.requires(one))
    ]
    answers = {**state.answers, **{one.path: value for one, value in said}}
    after = View(form, replace(state, answers=answers), view.now)  # rows may lean on one another
    given = [(one, value) for one, value in said if value is None or after.accepts(one, value)]
    taken = {one.path for one, _value in given}
    refused = [one for one, _value in said if one.path not in taken]
    if any(_leans_on(one, together) for one in refused):
        given = []  # which of the two is wrong, the respondent knows
    first = tuple(
        Say("not_accepted", text=view.fill(one.constraint_message, one)) for one in refused[:1]
    )
    if not given:
        return ask_again(form, state, view, *first)
    left = len(together) - len(given)
    state, effects = keep_all(form, state, view, given)
    if left and state.at in {one.path for one in together}:
        first = first or (Say("rows_left", {"count": str(len(given)), "left": str(left)}),)
    return state, (*first, *effects)
