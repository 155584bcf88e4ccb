"""Which question comes next, and how it is put."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flows.effects import Ask, Effect, Finish, Option, Save, Say
from flows.model import Choice, Form, Item, Kind
from flows.state import State, Status, replace
from flows.view import View
from flows.words import spoken

Next = tuple[State, tuple[Effect, ...]]

CONSENT = -1
"""The item number in the buttons of the consent question, which is no item of the form."""

CONSENT_OPTIONS = (Option(0, "Bersedia"), Option(1, "Tidak"))
STOP_OPTIONS = (Option(0, "Berhenti menerima pesan"), Option(1, "Itu jawaban saya"))
YES_NO_OPTIONS = (Option(0, "Ya, benar"), Option(1, "Bukan"))


def ask_for_consent(form: Form, state: State, view: View) -> Next:
    """Return the notice and the question whether the respondent takes part."""
    state = replace(state, asked=state.asked + 1)
    return state, (
        notice(form, state, view),
        Ask(state.asked, CONSENT, "", options=CONSENT_OPTIONS),
    )


def notice(form: Form, state: State, view: View) -> Say:
    """Return who asks, why, and how long answers are kept (UU 27/2022 Ps 21)."""
    return Say("consent", {**state.facts, "tujuan": view.fill(form.purpose)})


def ask_next(form: Form, state: State, view: View) -> Next:
    """Return the first relevant question without an answer; notes on the way are told."""
    notes: list[Effect] = []
    answers, told = state.answers, state.told
    for item in form.asked[form.place.get(state.at, 0) :]:  # nothing before `at` can change
        path = item.path
        if path in answers or path in told or not view.is_relevant(item):
            continue
        if item.kind is not Kind.NOTE:
            asked = state.asked + 1
            state = replace(state, at=path, told=told, misses=0, doubt=None, asked=asked)
            return state, (*notes, _question(item, asked, view))
        told = (*told, path)
        text = view.fill(item.label)
        notes += [Say("note", text=text)] if text else []
    state = replace(state, at="", told=told, misses=0, doubt=None, status=Status.FINISHED)
    return state, (*notes, Say("closing", state.facts, text=view.fill(form.closing)), Finish())


def ask_again(form: Form, state: State, view: View, *first: Effect) -> Next:
    """Return the open question, or the doubt about its answer, after what is said `first`."""
    item = form.by_path[state.at]
    asked = state.asked + 1
    state = replace(state, asked=asked)
    if state.doubt is None:
        if item.path in state.answers:
            first = (*first, Say("so_far", {"value": _said(item, state)}))
        return state, (*first, _question(item, asked, view))
    match state.doubt.about:
        case "stop":
            ask = Ask(asked, item.index, "", options=STOP_OPTIONS)
            return state, (*first, Say("stop_or_answer", {"text": state.doubt.text}), ask)
        case "value":
            return state, (*first, Ask(asked, item.index, "", options=YES_NO_OPTIONS))
    options = tuple(Option(i, item.choices[i].label) for i in state.doubt.options)
    return state, (*first, Say("which"), Ask(asked, item.index, "", options=options))


def keep(form: Form, state: State, view: View, item: Item, value: Any) -> Next:
    """Return the state with the answer kept, and the question that follows from it.

    A later question that now reads differently was another question: its answer is asked again.
    """
    trail = state.trail if item.path in state.trail else (*state.trail, item.path)
    answers = {**state.answers, item.path: value}
    kept = replace(state, answers=answers, trail=trail)
    after = View(form, kept, view.now)
    if state.answers.get(item.path, value) != value:
        for path in _reworded(form, view, after):
            del answers[path]
        kept = replace(kept, at="")  # so that the walk begins with the first question
        after = View(form, kept, view.now)
    kept, effects = ask_next(form, kept, after)
    return kept, (Save(item.path, value), *effects)


def _reworded(form: Form, before: View, after: View) -> list[str]:
    """Return answered items whose question reads differently after a change."""
    answered_items = [item for item in form.asked if item.path in after.answers]
    return [
        item.path
        for item in answered_items
        if after.is_relevant(item) and before.fill(item.label) != after.fill(item.label)
    ]


def skip(form: Form, state: State, view: View, item: Item) -> Next:
    """Return the state with the item left unanswered, and the next question."""
    return keep(form, state, view, item, None)


def go_back(form: Form, state: State, view: View) -> Next:
    """Return the question answered before this one; its answer stands until another comes."""
    trail = state.trail
    earlier = trail[: trail.index(state.at)] if state.at in trail else trail
    path = next((p for p in reversed(earlier) if view.is_relevant(form.by_path[p])), None)
    if path is None:
        return ask_again(form, state, view, Say("no_way_back"))
    return ask_again(form, replace(state, at=path, misses=0, doubt=None), view)


def progress(form: Form, state: State, view: View) -> tuple[int, int]:
    """Return (which question this is, how many there are at most, as the answers stand).

    Questions that hang on the open one count as its longest branch would have them, so the
    total shrinks along the way and does not grow.
    """
    here = form.by_path.get(state.at)
    codes = [choice.code for choice in here.choices] if here else []
    futures = [
        View(form, replace(state, answers={**state.answers, state.at: code}), view.now)
        for code in codes
    ]
    total = max(sum(_may_come(form, i, one) for i in form.asked) for one in futures or [view])
    answered = sum(i.path in state.answers and view.is_relevant(i) for i in form.asked)
    return min(answered + 1, total), total


def _may_come(form: Form, item: Item, view: View) -> bool:
    """Whether the item is a question now, or hangs on an answer that is still to come."""
    if item.kind is Kind.NOTE:
        return False
    if view.is_relevant(item):
        return True
    uses = (form.by_path[path] for one in item.relevant for path in one.references)
    return any(
        used.is_asked and used.path not in view.answers and view.is_relevant(used) for used in uses
    )


def _said(item: Item, state: State) -> str:
    return spoken(item, state.answers[item.path]) or "dilewati"


def _question(item: Item, asked: int, view: View) -> Ask:
    options = _options(item.choices, item.required)
    return Ask(
        asked,
        item.index,
        view.fill(item.label),
        hint=view.fill(item.hint),
        options=options,
        multiple=item.kind is Kind.SELECT_MULTIPLE,
    )


@lru_cache(maxsize=4096)
def _options(choices: tuple[Choice, ...], required: bool) -> tuple[Option, ...]:
    options = tuple(Option(i, c.label, c.short) for i, c in enumerate(choices))
    return options if required else (*options, Option(-1, "Lewati"))


def answered(form: Form, state: State, view: View) -> Mapping[str, Any]:
    """Return the answers that stand: relevant items only, in form order."""
    return {
        item.path: state.answers[item.path]
        for item in form.asked
        if item.path in state.answers and view.is_relevant(item)
    }
