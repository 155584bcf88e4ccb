"""The interview: `step(form, state, event)` returns where it stands next and what to do now.

Rule 1: an event that a status does not accept changes nothing and says so.
Rule 2: every accepted reply moves the interview on, asks back, or is left alone on purpose;
        it never stores what it did not understand (law 7).
Rule 3: the same form, state and event give the same turn, always (law 9).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows import attached, consenting, doubts, matrix, together
from flows.answers import LONGEST, Outcome, read
from flows.answers.command import command_of
from flows.answers.courtesy import is_courtesy
from flows.answers.normal import fold
from flows.asking import (
    Next,
    ask_again,
    ask_for_consent,
    ask_next,
    finish,
    go_back,
    is_searched,
    keep,
    skip,
)
from flows.effects import Effect, Handover, Resume, Say, StopAll
from flows.events import Event, Replied, Started, Tapped
from flows.held import held_as
from flows.metadata import known_at_start
from flows.model import MEDIA, Choice, Form, Giving, Item, Kind
from flows.state import Doubt, State, Status, replace
from flows.view import View
from flows.words import spoken

GIVES_UP_AFTER = 2
"""Times `Item.reask`: after so many misses a required question is a case for staff."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one event."""

    state: State
    effects: tuple[Effect, ...] = ()


class EventNotAllowed(Exception):
    """`ACCEPTS` has no such event for this status; the state is as it was."""


ACCEPTS: Mapping[Status, tuple[type[Event], ...]] = {
    Status.NEW: (Started,),
    Status.INVITED: (Replied, Tapped),
    Status.CONSENTING: (Replied, Tapped),
    Status.ASKING: (Replied, Tapped),
    Status.STOPPED: (Replied, Tapped),
    Status.DECLINED: (Replied, Tapped),
    Status.FINISHED: (),
}


_TAPPED = frozenset({Kind.SELECT_ONE, Kind.ACKNOWLEDGE, Kind.REPEAT})
"""Kinds of which one tap is the whole answer."""


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


def start(form: Form) -> State:
    """Return the state of an interview that has not begun."""
    return State(form=form.key)


def step(form: Form, state: State, event: Event) -> Turn:
    """Return the next state and what the caller must now do, in order.

    Raises:
        EventNotAllowed: see `ACCEPTS`; the caller may log it and go on.
        ValueError: the state belongs to another form version (law 5).
    """
    if state.form != form.key:
        raise ValueError(f"state of {state.form} cannot continue in {form.key}")
    if not isinstance(event, ACCEPTS[state.status]):
        raise EventNotAllowed(f"{type(event).__name__} in {state.status} ({form.key})")
    language = event.language if isinstance(event, Started) else state.language
    if language:
        form = form.spoken(language)
    match event:
        case Started():
            return _start(form, state, event)
        case Replied() if state.status is Status.ASKING:
            return _replied(form, state, event)
        case Tapped() if state.status is Status.ASKING:
            return _tapped(form, state, event)
        case Replied() | Tapped() if state.status is Status.CONSENTING:
            return _consenting(form, state, event)
        case Replied() | Tapped() if state.status is Status.INVITED:
            return _invited(form, state, event)
        case _:
            return _resting(form, state, event)


def _start(form: Form, state: State, event: Started) -> Turn:
    state = replace(
        state,
        status=Status.INVITED,
        given=known_at_start(form, event),
        facts=event.facts,
        consented=event.consented,
        zone=event.zone,
        seed=event.seed,
        language=event.language if event.language in form.languages[1:] else "",
    )
    return Turn(state) if event.quiet else _open(form, state, View(form, state, event.at))


def _open(form: Form, state: State, view: View) -> Turn:
    """Show the notice; who agreed to it before goes on to the first question."""
    if not state.consented:
        return Turn(*ask_for_consent(form, replace(state, status=Status.CONSENTING), view))
    state, effects = ask_next(form, replace(state, status=Status.ASKING), view)
    return Turn(state, (Say("hello", state.facts), *effects))


def _invited(form: Form, state: State, event: Replied | Tapped) -> Turn:
    """The first reply to an invitation: a refusal is one, anything else opens the talk."""
    view = View(form, state, event.at)
    if isinstance(event, Replied):
        match _command(event.text):
            case "berhenti":
                return _stop(state, "stopped")
            case "salah_orang":
                return _stop(state, "wrong_person")
        if consenting.refuses(event.text):
            return Turn(*consenting.decline(state, Say("invite", state.facts)))
    return _open(form, state, view)


def _consenting(form: Form, state: State, event: Replied | Tapped) -> Turn:
    view = View(form, state, event.at)
    if isinstance(event, Replied):
        match _command(event.text):
            case "berhenti":
                return _stop(state, "stopped")
            case "salah_orang":
                return _stop(state, "wrong_person")
            case "mulai" | "ulang":
                return Turn(*ask_for_consent(form, state, view))
    return Turn(*consenting.answer(form, state, view, event))


def _resting(form: Form, state: State, event: Event) -> Turn:
    """Stopped or declined: only the wish to start again is heard (law 6).

    Who declined one survey may still ask us something; who stopped hears nothing from us.
    """
    if not isinstance(event, Replied):
        return Turn(state)
    command = _command(event.text)
    if command != "mulai":
        asks = command == "none" and not is_courtesy(event.text)
        return _hand_over(state) if asks and state.status is Status.DECLINED else Turn(state)
    stopped = state.status is Status.STOPPED
    status = Status(state.before) if stopped else Status.CONSENTING
    if status is not Status.ASKING:
        status = Status.CONSENTING
    state = replace(state, status=status, before="", doubt=None)
    view = View(form, state, event.at)
    resume: tuple[Effect, ...] = (Resume(), Say("welcome_back")) if stopped else ()
    if status is Status.CONSENTING:
        state, effects = ask_for_consent(form, state, view)
    else:
        state, effects = ask_next(form, state, view)
    return Turn(state, (*resume, *effects))


def _stop(state: State, phrase: str) -> Turn:
    stopped = replace(state, status=Status.STOPPED, before=state.status, doubt=None)
    return Turn(stopped, (StopAll(phrase), Say(phrase)))


def _hand_over(state: State) -> Turn:
    return Turn(state, (Handover("question"), Say("handed_over", state.facts)))


def _replied(form: Form, state: State, event: Replied) -> Turn:
    view = View(form, state, event.at)
    item = form.by_path[state.at]
    if state.doubt is not None:
        settled = doubts.settle(form, state, view, state.doubt, event.text)
        if isinstance(settled, str):
            return _stop(state, "stopped")
        if settled is not None:
            return Turn(*settled)
        state = replace(state, doubt=None)
    if item.skip_words and fold(event.text).strip() in item.skip_words:
        return _obey(form, state, view, event.text, "lewati")
    command = _command(event.text)
    if (event.media or event.missing) and item.kind in MEDIA:
        return _attached(form, state, view, item, event)
    if command != "none":
        return _obey(form, state, view, event.text, command)
    return _answered(form, state, view, item, event)


def _obey(form: Form, state: State, view: View, text: str, command: str) -> Turn:
    item = form.by_path[state.at]
    match command:
        case "berhenti" if _may_be_the_answer(item, text, view.now):
            state = replace(state, doubt=Doubt("stop", text=text))
            return Turn(*ask_again(form, state, view))
        case "berhenti":
            return _stop(state, "stopped")
        case "salah_orang":
            return _stop(state, "wrong_person")
        case "lewati" if _requires(form, state, view):
            text = view.fill(item.required_message, item)
            return Turn(*ask_again(form, state, view, Say("cannot_skip", text=text)))
        case "lewati":
            return Turn(*_skip(form, state, view))
        case "kembali":
            return Turn(*go_back(form, state, view))
        case "nanti":
            return Turn(state, (Say("later"),))
        case "bantuan":
            guidance = view.fill(item.guidance, item)
            more = (Say("note", text=guidance),) if guidance else ()
            return Turn(*ask_again(form, state, view, Say("help", state.facts), *more))
        case "mulai" if item.path in state.answers:
            return Turn(*ask_next(form, state, view))
        case "mulai" if item.default is not None:
            return _prefilled(form, state, view, item)
        case "mulai" | "ulang":
            return Turn(*ask_again(form, state, view))
    state, effects = ask_again(form, state, view, Say("ask_office", state.facts))
    return Turn(state, (Handover("question"), *effects))


def _prefilled(form: Form, state: State, view: View, item: Item) -> Turn:
    """The respondent lets stand what was filled in for them, if it can stand."""
    value = held_as(item, view.value(item.path))
    if value is None:
        return Turn(*ask_again(form, state, view))
    return _understood(form, state, view, item, value)


def _answered(form: Form, state: State, view: View, item: Item, event: Replied) -> Turn:
    if item.kind in MEDIA:
        return _missed(form, state, view, item, WANTED[item.kind])
    if event.media and not event.text.strip():
        return _missed(form, state, view, item, Say("words_wanted"))
    rows = matrix.rows(form, state, view, item)
    if len(rows) > 1:
        return Turn(*together.answer(form, state, view, rows, event.text))
    today = event.at.astimezone(view.zone).date()
    choices: Sequence[Choice] = item.choices
    if item.filter is not None or item.shuffled:
        choices = list(view.choices(item))  # a list: `menu_of` keeps only a form's own tuples
    kind = "search" if choices and is_searched(item, view) else item.reads
    reading = read(
        kind,
        event.text,
        choices=choices,
        today=today,
        question=view.fill(item.label, item),
        unit=item.unit,
    )
    match reading.outcome:
        case Outcome.SURE:
            value = doubts.stored(item, reading.value)
            return _understood(form, state, view, item, value)
        case Outcome.CONFIRM:
            doubt = Doubt("value", value=doubts.stored(item, reading.value))
            say = Say(reading.reason, {**reading.facts})
            return Turn(*ask_again(form, replace(state, doubt=doubt), view, say))
    if reading.reason in ("refused", "dont_know", "has_none") and not view.requires(item):
        state, effects = skip(form, state, view, item)
        return Turn(state, (Say("moved_on"), *effects))
    if reading.options and not item.choices:
        state = replace(state, doubt=Doubt("named", value=list(reading.options)))
        return Turn(*ask_again(form, state, view))
    if reading.options:
        indexes = tuple(i for i, c in enumerate(item.choices) if c.code in reading.options)
        state = replace(state, doubt=Doubt("which", options=indexes))
        return Turn(*ask_again(form, state, view))
    if reading.reason == "question":
        state, effects = ask_again(form, state, view, Say("handed_over", state.facts))
        return Turn(state, (Handover("question"), *effects))
    return _missed(form, state, view, item, Say(reading.reason, {**reading.facts}))


def _attached(form: Form, state: State, view: View, item: Item, event: Replied) -> Turn:
    """Keep what fits the question; what was lost on its way to us is no miss of theirs."""
    fitting = [one for one in event.media if attached.fits(item.kind, one)]
    if fitting:
        return Turn(*keep(form, state, view, item, fitting))
    if event.missing == "lost":
        return Turn(*ask_again(form, state, view, MISSING["lost"]))
    return _missed(form, state, view, item, MISSING.get(event.missing, WANTED[item.kind]))


def _understood(form: Form, state: State, view: View, item: Item, value: Any) -> Turn:
    if doubts.is_too_coarse(item, value) and state.misses == 0:
        is_year = value["precision"] == "year"
        say = Say("date_month_missing" if is_year else "date_day_missing")
        return _missed(form, state, view, item, say)
    if not view.accepts(item, value):
        text = view.fill(item.constraint_message, item)
        return _missed(form, state, view, item, Say("not_accepted", text=text))
    if item.confirm and state.answers.get(item.path) != value:
        state = replace(state, doubt=Doubt("value", value=value))
        say = Say("value_meant", {"value": spoken(item, value)})
        return Turn(*ask_again(form, state, view, say))
    return Turn(*keep(form, state, view, item, value))


def _missed(form: Form, state: State, view: View, item: Item, say: Say) -> Turn:
    """Ask again, saying what would work; after `item.reask` tries an optional item is left.

    What the form's author chose to happen then, if anything, goes before that. A required one
    stays, and staff are asked to help, once.
    """
    misses = state.misses + 1
    if misses >= item.reask and item.gives_up is not None:
        return _give_up(form, state, view, item)
    if misses >= item.reask and not view.requires(item):
        state, effects = skip(form, state, view, item)
        return Turn(state, (Say("moved_on"), *effects))
    if misses == GIVES_UP_AFTER * item.reask:
        say = Say("given_up", state.facts)
        state, effects = ask_again(form, replace(state, misses=misses), view, say)
        return Turn(state, (Handover("gave_up"), *effects))
    return Turn(*ask_again(form, replace(state, misses=misses), view, say))


def _give_up(form: Form, state: State, view: View, item: Item) -> Turn:
    match item.gives_up:
        case Giving.END:
            return Turn(*finish(form, state, view, Say("ended")))
        case Giving.INBOX:
            state = replace(state, misses=0)
            return Turn(
                *ask_again(form, state, view, Handover("gave_up"), Say("given_up", state.facts))
            )
    state, effects = skip(form, state, view, item)
    return Turn(state, (Say("moved_on"), *effects))


def _tapped(form: Form, state: State, event: Tapped) -> Turn:
    view = View(form, state, event.at)
    item = form.by_path[state.at]
    if state.doubt is not None and event.asked == state.asked:
        settled = doubts.settle_tap(form, state, view, state.doubt, event.option)
        return _stop(state, "stopped") if isinstance(settled, str) else Turn(*settled)
    if event.item != item.index:
        return _late(form, state, view, event)
    state = replace(state, doubt=None)
    if event.option == -1 and not _requires(form, state, view):
        return Turn(*_skip(form, state, view))
    if item.kind in _TAPPED and event.option in view.offered(item):
        return _understood(form, state, view, item, item.choices[event.option].code)
    return Turn(*ask_again(form, state, view))


def _requires(form: Form, state: State, view: View) -> bool:
    """Whether what is open, one question or several, must be answered."""
    item = form.by_path[state.at]
    return any(view.requires(one) for one in matrix.rows(form, state, view, item))


def _skip(form: Form, state: State, view: View) -> Next:
    item = form.by_path[state.at]
    return together.skip(form, state, view, matrix.rows(form, state, view, item))


def _late(form: Form, state: State, view: View, event: Tapped) -> Turn:
    """A second tap on the answer just given is nothing new; any other gets the open question."""
    if state.trail and event.item == form.by_path[state.trail[-1]].index:
        return Turn(state)
    return Turn(*ask_again(form, state, view, Say("late_tap")))


def _may_be_the_answer(item: Item, text: str, now: datetime) -> bool:
    """Whether a stop word could as well answer the open question (law 6).

    A single word may be the answer to an open question; "tolong jangan WA lagi" is not.
    """
    if item.kind in MEDIA:
        return False
    if item.reads == "text":
        return len(text.split()) == 1
    reading = read(item.reads, text, choices=item.choices, today=now.date())
    return reading.outcome is not Outcome.REASK


def _command(text: str) -> str:
    if text.isdigit() or len(text) > LONGEST:  # many replies are; no command is
        return "none"
    return command_of(text)
