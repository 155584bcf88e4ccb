"""What a reply to the open question leads to: kept, confirmed, asked about, or asked again."""

from collections.abc import Mapping, Sequence
from typing import Any

from flows import attached, doubts, matrix, together
from flows.answers import DATED, Outcome, read
from flows.answers.reading import Reading
from flows.asking import Next, ask_again, finish, is_searched, keep, skip
from flows.effects import Handover, Say
from flows.events import Replied
from flows.held import held_as
from flows.model import MEDIA, Choice, Form, Giving, Item, Kind
from flows.state import Doubt, State, replace
from flows.view import View
from flows.words import spoken

GIVES_UP_AFTER = 2
"""Times `Item.reask`: after so many misses a required question is a case for staff."""


WANTED: Mapping[Kind, Say] = {
    Kind.IMAGE: Say("image_wanted"),
    Kind.AUDIO: Say("audio_wanted"),
    Kind.VIDEO: Say("video_wanted"),
    Kind.FILE: Say("file_wanted"),
}
"""What is said when words come where an attachment was asked for."""

MISSING: Mapping[str, Say] = {
    "lost": Say("media_lost"),
    "too_large": Say("media_too_large"),
    "wrong_type": Say("media_wrong_type"),
}
"""What is said when what was attached could not be had (`Replied.missing`)."""


def prefilled(form: Form, state: State, view: View, item: Item) -> Next:
    """The respondent lets stand what was filled in for them, if it can stand."""
    value = held_as(item, view.value(item.path))
    if value is None:
        return ask_again(form, state, view)
    return understood(form, state, view, item, value)


def answered(form: Form, state: State, view: View, item: Item, event: Replied) -> Next:
    """Return what words, or an attachment, lead to as a reply to `item`, which is open."""
    if item.kind in MEDIA:
        return missed(form, state, view, item, WANTED[item.kind])
    if event.media and not event.text.strip():
        return missed(form, state, view, item, Say("words_wanted"))
    rows = matrix.rows(form, state, view, item)
    if len(rows) > 1:
        return together.answer(form, state, view, rows, event.text)
    reading = reading_of(view, item, event.text)
    match reading.outcome:
        case Outcome.SURE:
            value = doubts.stored(item, reading.value)
            return understood(form, state, view, item, value)
        case Outcome.CONFIRM:
            doubt = Doubt("value", value=doubts.stored(item, reading.value))
            say = Say(reading.reason, {**reading.facts})
            return ask_again(form, replace(state, doubt=doubt), view, say)
    if reading.reason in ("refused", "dont_know", "has_none") and not view.requires(item):
        state, effects = skip(form, state, view, item)
        return state, (Say("moved_on"), *effects)
    if reading.options and not item.choices:
        state = replace(state, doubt=Doubt("named", value=list(reading.options)))
        return ask_again(form, state, view)
    if reading.options:
        indexes = tuple(i for i, c in enumerate(item.choices) if c.code in reading.options)
        state = replace(state, doubt=Doubt("which", options=indexes))
        return ask_again(form, state, view)
    if reading.reason == "question":
        state, effects = ask_again(form, state, view, Say("handed_over", state.facts))
        return state, (Handover("question"), *effects)
    return missed(form, state, view, item, Say(reading.reason, {**reading.facts}))


def reading_of(view: View, item: Item, text: str) -> Reading:
    """Return what words mean as an answer to `item`, as things stand."""
    choices: Sequence[Choice] = item.choices
    if item.filter is not None or item.shuffled or item.named:
        choices = list(view.choices(item))  # a list: `menu_of` keeps only a form's own tuples
    return read(
        "search" if choices and is_searched(item, view) else item.reads,
        text,
        choices=choices,
        today=view.now.astimezone(view.zone).date() if item.reads in DATED else None,
        question=view.fill(item.label, item),
        unit=item.unit,
    )


def attachment(form: Form, state: State, view: View, item: Item, event: Replied) -> Next:
    """Keep what fits the question; what was lost on its way to us is no miss of theirs."""
    fitting = [one for one in event.media if attached.fits(item.kind, one)]
    if fitting:
        return keep(form, state, view, item, fitting)
    if event.missing == "lost":
        return ask_again(form, state, view, MISSING["lost"])
    return missed(form, state, view, item, MISSING.get(event.missing, WANTED[item.kind]))


def understood(form: Form, state: State, view: View, item: Item, value: Any) -> Next:
    """Return what an answer that was read without doubt leads to: it may not be acceptable."""
    if doubts.is_too_coarse(item, value) and state.misses == 0:
        is_year = value["precision"] == "year"
        say = Say("date_month_missing" if is_year else "date_day_missing")
        return missed(form, state, view, item, say)
    if not view.accepts(item, value):
        text = view.fill(item.constraint_message, item)
        return missed(form, state, view, item, Say("not_accepted", text=text))
    if item.confirm and state.answers.get(item.path) != value:
        state = replace(state, doubt=Doubt("value", value=value))
        say = Say("value_meant", {"value": spoken(view.worded(item), value)})
        return ask_again(form, state, view, say)
    return keep(form, state, view, item, value)


def missed(form: Form, state: State, view: View, item: Item, say: Say) -> Next:
    """Ask again, saying what would work; after `item.reask` tries an optional item is left.

    What the form's author chose to happen then, if anything, goes before that. A required one
    stays, and staff are asked to help, once.
    """
    misses = state.misses + 1
    if misses >= item.reask and item.gives_up is not None:
        return _give_up(form, state, view, item)
    if misses >= item.reask and not view.requires(item):
        state, effects = skip(form, state, view, item)
        return state, (Say("moved_on"), *effects)
    if misses == GIVES_UP_AFTER * item.reask:
        say = Say("given_up", state.facts)
        state, effects = ask_again(form, replace(state, misses=misses), view, say)
        return state, (Handover("gave_up"), *effects)
    return ask_again(form, replace(state, misses=misses), view, say)


def _give_up(form: Form, state: State, view: View, item: Item) -> Next:
    match item.gives_up:
        case Giving.END:
            return finish(form, state, view, Say("ended"))
        case Giving.INBOX:
            state = replace(state, misses=0)
            return ask_again(form, state, view, Handover("gave_up"), Say("given_up", state.facts))
    state, effects = skip(form, state, view, item)
    return state, (Say("moved_on"), *effects)
