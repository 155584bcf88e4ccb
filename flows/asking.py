"""Which question comes next, and how it is put."""

import dataclasses
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from flows import matrix, overview
from flows.changing import kept_values, triggered, upset
from flows.effects import ORDER, Ask, Effect, Finish, Option, Save, Say
from flows.language import offer
from flows.matrix import SKIP
from flows.model import MEDIA, Form, Item, Kind, Showing
from flows.overview import WHOLE
from flows.state import Doubt, State, Status, replace
from flows.view import View
from flows.walking import ahead, met, stands
from flows.words import in_words, number

Next = tuple[State, tuple[Effect, ...]]

CONSENT = -1
"""The item number in the buttons of the consent question, which is no item of the form."""

CONSENT_OPTIONS = (Option(0, "Bersedia"), Option(1, "Tidak"))
STOP_OPTIONS = (Option(0, "Berhenti menerima pesan"), Option(1, "Itu jawaban saya"))
YES_NO_OPTIONS = (Option(0, "Ya, benar"), Option(1, "Bukan"))

MANY = 30
"""More choices than this are searched by typing, unless the author says otherwise."""

FUTURES = 20
"""Choices that are tried to say how many questions may still come."""

_ATTACHED = MEDIA | {Kind.GEOPOINT}


def ask_for_consent(form: Form, state: State, view: View) -> Next:
    """Return the notice and the question whether the respondent takes part."""
    state = replace(state, asked=state.asked + 1)
    return state, (
        notice(form, state, view),
        Ask(state.asked, CONSENT, "", options=CONSENT_OPTIONS),
    )


def notice(form: Form, state: State, view: View) -> Say:
    """Return who asks, why, how long answers are kept (UU 27/2022 Ps 21), and how to switch."""
    purpose, how_to_switch = view.fill(form.purpose), offer(form, state.language)
    return Say("consent", {**state.facts, "tujuan": purpose, "bahasa": how_to_switch})


def ask_next(form: Form, state: State, view: View) -> Next:
    """Return the first relevant question without an answer; notes on the way are told."""
    notes: list[Effect] = []
    answers, told = state.answers, state.told
    kept = kept_values(form, state, view) if form.kept else state.kept
    for item in ahead(form, state, view):
        path = item.path
        if path in answers or path in told or not view.is_relevant(item):
            continue
        if item.kind is Kind.NOTE:
            told = (*told, path)
            text = _told(item, view)
            notes += [Say("note", text=text)] if text else []
        elif item.filter is None or view.offered(item):  # without a choice there is no question
            asked = state.asked + 1
            state = replace(state, at=path, told=told, misses=0, doubt=None, asked=asked, kept=kept)
            return state, (*notes, *_question(form, state, view, item))
    state = replace(state, at="", told=told, misses=0, doubt=None, kept=kept)
    if form.summary == "ask" and state.answers:
        return ask_again(form, replace(state, doubt=Doubt("send")), view, *notes)
    return finish(form, state, view, *notes)


def finish(form: Form, state: State, view: View, *first: Effect) -> Next:
    """Return the interview at its end, after what is said `first`."""
    ends = {item.path: view.now.isoformat() for item in form.meta if item.meta == "end"}
    given = {**state.given, **ends} if ends else state.given
    state = replace(state, at="", doubt=None, status=Status.FINISHED, given=given)
    closing = Say("closing", state.facts, text=view.fill(form.closing))
    return state, (*first, closing, *overview.told(form, state, view), Finish())


def ask_again(form: Form, state: State, view: View, *first: Effect) -> Next:
    """Return the open question, or the doubt about its answer, after what is said `first`."""
    asked = state.asked + 1
    state = replace(state, asked=asked)
    if state.doubt is not None and state.doubt.about in overview.ABOUT:
        return state, (*first, *overview.ask(form, state, view, state.doubt))
    item = form.by_path[state.at]
    if state.doubt is None:
        if item.path in state.answers:
            first = (*first, Say("so_far", {"value": _said(form, state, view, item)}))
        return state, (*first, *_question(form, state, view, item))
    match state.doubt.about:
        case "stop":
            ask = Ask(asked, WHOLE, "", options=STOP_OPTIONS)
            return state, (*first, Say("stop_or_answer", {"text": state.doubt.text}), ask)
        case "value" | "rows":
            return state, (*first, Ask(asked, WHOLE, "", options=YES_NO_OPTIONS))
        case "named":
            number, options = WHOLE, named_options(state.doubt)
        case _:
            number = item.index
            choices = view.worded(item).choices
            options = tuple(Option(i, choices[i].label) for i in state.doubt.options)
    return state, (*first, Say("which"), Ask(asked, number, "", options=options))


def named_options(doubt: Doubt) -> tuple[Option, ...]:
    """Return the names a reply may have meant, such as "Kota Bogor" and "Kab. Bogor"."""
    return tuple(Option(i, name) for i, name in enumerate(doubt.value))


def keep(form: Form, state: State, view: View, item: Item, value: Any) -> Next:
    """Return the state with the answer kept, and the question that follows from it."""
    path = item.path
    if form.kept or path in state.trail:
        return keep_all(form, state, view, ((item, value),))
    state = replace(state, answers={**state.answers, path: value}, trail=(*state.trail, path))
    state, effects = ask_next(form, state, View(form, state, view.now))
    return state, (Save(path, value), *effects)


def keep_all(form: Form, state: State, view: View, given: Sequence[tuple[Item, Any]]) -> Next:
    """Return the state with several answers kept, and the question that follows from them.

    A later answer that no longer stands after a change is asked for again (see `upset`).
    """
    fresh = {item.path: value for item, value in given}
    known, trail = state.answers, state.trail
    answers = {**known, **fresh}
    kept = replace(
        state, answers=answers, trail=trail + tuple([one for one in fresh if one not in trail])
    )
    after = View(form, kept, view.now)
    if not known.keys().isdisjoint(fresh) and _differ(known, fresh):
        for path in upset(form, view, after, fresh):
            del answers[path]
        kept = replace(kept, at="")  # so that the walk begins with the first question
        after = View(form, kept, view.now)
    for item, _value in given if form.kept else ():
        kept = replace(kept, kept=triggered(form, kept, after, item))
        after = View(form, kept, view.now)
    kept, effects = ask_next(form, kept, after)
    return kept, (*[Save(path, value) for path, value in fresh.items()], *effects)


def _differ(known: Mapping[str, Any], fresh: Mapping[str, Any]) -> bool:
    return any(known.get(path, value) != value for path, value in fresh.items())


def skip(form: Form, state: State, view: View, item: Item) -> Next:
    """Return the state with the item left unanswered, and the next question."""
    return keep(form, state, view, item, None)


def go_back(form: Form, state: State, view: View) -> Next:
    """Return the question answered before this one; its answer stands until another comes."""
    trail = state.trail
    earlier = trail[: trail.index(state.at)] if state.at in trail else trail
    path = next((p for p in reversed(earlier) if stands(view, form.by_path[p])), None)
    if path is None:
        return ask_again(form, state, view, Say("no_way_back"))
    path = matrix.first(form, state, view, form.by_path[path]).path
    return ask_again(form, replace(state, at=path, misses=0, doubt=None), view)


def progress(form: Form, state: State, view: View) -> tuple[int, int]:
    """Return (which question this is, how many there are at most, as the answers stand).

    Questions that hang on the open one count as its longest branch would have them, so the
    total shrinks along the way and does not grow. A repetition counts once it is begun.
    """
    here = form.by_path[state.at] if state.at else None
    codes = [choice.code for choice in here.choices[:FUTURES]] if here else []
    futures = [
        View(form, replace(state, answers={**state.answers, state.at: code}), view.now)
        for code in codes
    ]
    total = max(sum(_may_come(form, i, one) for i in met(form, one)) for one in futures or [view])
    answered = sum(i.path in state.answers and view.is_relevant(i) for i in met(form, view))
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


def _told(item: Item, view: View) -> str:
    """Return what a note says, with what was worked out for it."""
    text = view.fill(item.wording, item)
    if item.calculation is None:
        return text
    value = in_words(view.worded(item), view.value(item.path))
    return f"{text} {value}".strip() if value else ""


def _said(form: Form, state: State, view: View, item: Item) -> str:
    together = matrix.rows(form, state, view, item)
    if len(together) > 1:
        return matrix.answered(together, state)
    return overview.in_short(view.worded(item), state.answers[item.path]) or "dilewati"


def _question(form: Form, state: State, view: View, item: Item) -> tuple[Effect, ...]:
    together = matrix.rows(form, state, view, item) if item.matrix else ()
    if len(together) > 1:
        effects: tuple[Effect, ...] = (matrix.ask(form, view, together, state.asked),)
    else:
        effects = _alone(form, item, state.asked, view)
    if not form.shows_progress:
        return effects
    here, total = _place(form, view, item), progress(form, state, view)[1]
    place = (here, here + max(len(together), 1) - 1, total)
    return tuple(
        dataclasses.replace(one, place=place) if isinstance(one, Ask) else one for one in effects
    )


def _place(form: Form, view: View, item: Item) -> int:
    """Return which question this is, counted among those that are asked as things stand."""
    before = takewhile(lambda one: one.path != item.path, met(form, view))
    return sum(one.kind is not Kind.NOTE and view.is_relevant(one) for one in before) + 1


def _alone(form: Form, item: Item, asked: int, view: View) -> tuple[Effect, ...]:
    if item.kind is Kind.REPEAT:
        label = view.fill(item.wording, item)
        say = Say("repeat_more", {"label": label})
        if item.places[-1] == 1:
            say = Say("repeat_first", {"label": label})
        return say, Ask(asked, item.index, "", options=item.options, remind=item.remind)
    options = _options(item, view)
    first: tuple[Effect, ...] = ()
    if item.default is not None and item.path not in view.answers:
        value = in_words(view.worded(item), view.value(item.path))
        first = (Say("prefilled", {"value": value}),) if value else ()
    if item.kind is Kind.RANK:
        first = (*first, Say("rank_hint"))
    elif item.bounds is not None:
        first = (*first, _range_said(item.bounds))
    shows = item.shows or (Showing.SEARCH if len(options) > MANY else None)
    is_ranked = item.kind is Kind.RANK
    if shows is Showing.SEARCH:
        first = (*first, Say("search", {"count": str(len(item.choices))}))
        options = tuple(option for option in options if option.index < 0)
    ask = Ask(
        asked,
        item.index,
        matrix.wording(form, item, view),
        hint=view.fill(item.hint, item),
        options=options,
        multiple=is_ranked or item.kind is Kind.SELECT_MULTIPLE,
        shows=ORDER if is_ranked else shows or "",
        remind=item.remind,
        attach=item.kind if item.kind in _ATTACHED else "",
    )
    return (*first, ask)


def _range_said(bounds: tuple[float, float, float]) -> Say:
    """Return between which numbers an answer lies."""
    least, most, _step = bounds
    return Say("range_said", {"min": number(least), "max": number(most)})


def _options(item: Item, view: View) -> tuple[Option, ...]:
    if item.filter is None and not (item.shuffled or item.required_when or item.named):
        return item.options
    choices = view.worded(item).choices
    options = tuple(Option(i, choices[i].label, choices[i].short) for i in view.offered(item))
    return options if view.requires(item) else (*options, SKIP)


def is_searched(item: Item, view: View) -> bool:
    """Whether the item's choices are found by typing, not shown."""
    if item.shows is not None:
        return item.shows is Showing.SEARCH
    return len(item.choices) > MANY and len(_options(item, view)) > MANY


def answered(form: Form, state: State, view: View) -> Mapping[str, Any]:
    """Return the answers that stand: relevant items only, in form order, by path and place."""
    return {
        item.path: state.answers[item.path]
        for item in met(form, view)
        if item.path in state.answers and item.is_answered and view.is_relevant(item)
    }
