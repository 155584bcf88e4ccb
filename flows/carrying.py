"""Starting from last time: what was answered in the wave before is offered, never assumed.

The form's author marks what may be carried (`chat::carry`) and writes the question that opens
(`chat::still`: "Masih di ${tempat}?"). Only a yes to it fills those answers in, so the respondent
is asked what remains; anything else asks everything, as if there had been no earlier wave.
"""

from collections.abc import Mapping
from typing import Any

from flows.asking import Next, ask_again, ask_next, keep_all
from flows.effects import Say
from flows.model import Form, Item
from flows.state import Doubt, State, replace
from flows.view import View


def begin(form: Form, state: State, view: View) -> Next:
    """Return the first question: whether it is still as it was, where that is known."""
    text = _still(form, state, view)
    if not text:
        return ask_next(form, replace(state, earlier={}) if state.earlier else state, view)
    return ask_again(form, replace(state, doubt=Doubt("still", text=text)), view)


def settle(form: Form, state: State, view: View, *, agreed: bool) -> Next:
    """Return the interview after a yes or no to the opening question."""
    earlier = state.earlier
    state = replace(state, doubt=None, earlier={})
    if not agreed:
        return ask_next(form, state, view)
    past = View(form, replace(state, answers=earlier), view.now)
    given = [
        (item, earlier[item.path])
        for item in form.asked
        if item.carry and item.path in earlier and _stands(past, item, earlier[item.path])
    ]
    state, effects = keep_all(form, state, view, given)
    return state, (Say("carried"), *effects)


def carried(form: Form, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what of an earlier wave's answers this form may start from."""
    if not form.still:
        return {}
    return {
        item.path: answers[item.path]
        for item in form.asked
        if item.carry and answers.get(item.path) is not None
    }


def _still(form: Form, state: State, view: View) -> str:
    if not state.earlier or not form.still:
        return ""
    return View(form, replace(state, answers=state.earlier), view.now).fill(form.still).strip()


def _stands(past: View, item: Item, value: Any) -> bool:
    """Whether an earlier answer is one now: its choices may have changed, and its question."""
    if item.choices:
        codes = value if isinstance(value, list) else [value]
        if not {choice.code for choice in item.choices}.issuperset(codes):
            return False
    return past.is_relevant(item) and past.accepts(item, value)
