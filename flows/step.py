"""The interview: `step(form, state, event)` returns where it stands next and what to do now.

Rule 1: an event that a status does not accept changes nothing and says so.
Rule 2: every accepted reply moves the interview on, asks back, or is left alone on purpose;
        it never stores what it did not understand (law 7).
Rule 3: the same form, state and event give the same turn, always (law 9).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows import (
    amending,
    carrying,
    closing,
    consenting,
    doubts,
    matrix,
    overview,
    reminding,
    resuming,
    reviewing,
    together,
)
from flows.answering import answered, attachment, prefilled, understood
from flows.answers import LONGEST, Outcome, read
from flows.answers.command import command_of
from flows.answers.courtesy import is_courtesy
from flows.answers.normal import fold
from flows.asking import (
    Next,
    ask_again,
    ask_for_consent,
    ask_next,
    go_back,
)
from flows.effects import Effect, Handover, Resume, Say, StopAll
from flows.events import Closed, Event, Reminded, Replied, Started, Tapped
from flows.language import language_in
from flows.metadata import known_at_start
from flows.model import MEDIA, Form, Item
from flows.state import OPEN, Doubt, State, Status, replace
from flows.switching import names_language, wanted_language
from flows.view import View


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one event."""

    state: State
    effects: tuple[Effect, ...] = ()


class EventNotAllowed(Exception):
    """`ACCEPTS` has no such event for this status; the state is as it was."""


ACCEPTS: Mapping[Status, tuple[type[Event], ...]] = {
    Status.NEW: (Started,),
    Status.INVITED: (Replied, Tapped, Reminded, Closed),
    Status.CONSENTING: (Replied, Tapped, Reminded, Closed),
    Status.ASKING: (Replied, Tapped, Reminded, Closed),
    Status.STOPPED: (Replied, Tapped),
    Status.DECLINED: (Replied, Tapped),
    Status.FINISHED: (Replied, Tapped),
    Status.CLOSED: (Replied, Tapped),
    Status.LAPSED: (Replied, Tapped),
}


_GOODBYES = {"berhenti": "stopped", "salah_orang": "wrong_person"}


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
    if isinstance(event, Replied) and names_language(event.text):
        switched = _switched(form, state, event)
        if switched is not None:
            return switched
    language = state.language
    if isinstance(event, Started) and event.language:
        language = language_in(form, event.language)
    return _take(form.spoken(language) if language else form, state, event)


def _take(form: Form, state: State, event: Event) -> Turn:
    match event:
        case Started():
            return _start(form, state, event)
        case Reminded():
            return Turn(*reminding.remind(form, state, event))
        case Closed():
            return Turn(*closing.close(form, state, event))
        case Replied() if state.status is Status.ASKING:
            return _replied(form, state, event)
        case Tapped() if state.status is Status.ASKING:
            return _tapped(form, state, event)
        case Replied() | Tapped() if state.status is Status.CONSENTING:
            return _consenting(form, state, event)
        case Replied() | Tapped() if state.status is Status.INVITED:
            return _invited(form, state, event)
        case Replied() | Tapped() if state.status is Status.FINISHED:
            return _finished(form, state, event)
        case _:
            return _resting(form, state, event)


def _switched(form: Form, state: State, event: Replied) -> Turn | None:
    """Return the open question in the language that was asked for; None when none was."""
    if state.status not in OPEN:
        return None
    spoken = form.spoken(state.language) if state.language else form
    wanted = wanted_language(form, state, event.text, View(spoken, state, event.at))
    if wanted is None:
        return None
    state = replace(state, language=wanted, heard=amending.NOTHING)
    form = form.spoken(wanted)
    view, said = View(form, state, event.at), Say("language_now")
    match state.status:
        case Status.ASKING if state.doubt is not None and state.doubt.about == "still":
            state, effects = carrying.begin(form, replace(state, doubt=None), view)
            return Turn(state, (said, *effects))
        case Status.ASKING:
            return Turn(*ask_again(form, state, view, said))
        case Status.CONSENTING:
            return Turn(*ask_for_consent(form, state, view))
    return _open(form, state, view)


def _start(form: Form, state: State, event: Started) -> Turn:
    state = replace(
        state,
        status=Status.INVITED,
        given=known_at_start(form, event),
        facts=event.facts,
        consented=event.consented,
        earlier=event.earlier,
        zone=event.zone,
        seed=event.seed,
        language=language_in(form, event.language) if event.language else "",
    )
    return Turn(state) if event.quiet else _open(form, state, View(form, state, event.at))


def _open(form: Form, state: State, view: View) -> Turn:
    """Show the notice; who agreed to it before goes on to the first question."""
    if not state.consented:
        return Turn(*ask_for_consent(form, replace(state, status=Status.CONSENTING), view))
    state, effects = carrying.begin(form, replace(state, status=Status.ASKING), view)
    return Turn(state, (Say("hello", state.facts), *effects))


def _invited(form: Form, state: State, event: Replied | Tapped) -> Turn:
    """The first reply to an invitation: a refusal is one, anything else opens the talk."""
    view = View(form, state, event.at)
    if isinstance(event, Replied):
        command = _command(event.text)
        if command in _GOODBYES:
            return _stop(state, _GOODBYES[command])
        if consenting.refuses(event.text):
            return Turn(*consenting.decline(state, Say("invite", state.facts)))
    return _open(form, state, view)


def _consenting(form: Form, state: State, event: Replied | Tapped) -> Turn:
    view = View(form, state, event.at)
    if isinstance(event, Replied):
        command = _command(event.text)
        if command in _GOODBYES:
            return _stop(state, _GOODBYES[command])
        if command in ("mulai", "ulang"):
            return Turn(*ask_for_consent(form, state, view))
    return Turn(*consenting.answer(form, state, view, event))


def _resting(form: Form, state: State, event: Event) -> Turn:
    """Stopped or declined: only the wish to start again is heard (law 6).

    Who declined one survey may still ask us something, or want no other either; who stopped
    hears nothing from us.
    """
    if state.status in (Status.CLOSED, Status.LAPSED):
        return Turn(*closing.tell(state, event))
    if not isinstance(event, Replied):
        return Turn(state)
    command = _command(event.text)
    if command in _GOODBYES and state.status is Status.DECLINED:
        return _stop(state, _GOODBYES[command])
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


def _finished(form: Form, state: State, event: Replied | Tapped) -> Turn:
    """An answer is changed by asking to; a button of what is over says so, twice nothing."""
    if isinstance(event, Tapped):
        is_known = reviewing.repeats(form, state, event)
        return Turn(state, () if is_known else (Say("over"),))
    view = View(form, state, event.at)
    if event.early and state.heard and _command(event.text) in amending.PASSES_BY:
        return Turn(*amending.amend(form, state, view, event))
    if _command(event.text) != "ubah":
        raise EventNotAllowed(f"words in {state.status} ({form.key})")
    if not overview.entries(form, state, view):
        return Turn(state, (Say("nothing_to_change"),))
    state = replace(state, status=Status.ASKING)
    return Turn(*reviewing.choose(form, state, view, event.text))


def _stop(state: State, phrase: str) -> Turn:
    stopped = replace(state, status=Status.STOPPED, before=state.status, doubt=None)
    return Turn(stopped, (StopAll(phrase), Say(phrase)))


def _hand_over(state: State) -> Turn:
    return Turn(state, (Handover("question"), Say("handed_over", state.facts)))


def _replied(form: Form, state: State, event: Replied) -> Turn:
    view = View(form, state, event.at)
    if _is_more(form, state, view, event):
        return Turn(*amending.amend(form, state, view, event))
    if state.doubt is not None:
        settled = _settled(form, state, view, state.doubt, event.text)
        if isinstance(settled, str):
            return _stop(state, "stopped")
        if settled is not None:
            return Turn(*settled)
        if not state.at:
            return _obey_anywhere(form, state, view, event.text, _command(event.text))
    item = form.by_path[state.at]
    is_skipped = bool(item.skip_words) and fold(event.text).strip() in item.skip_words
    command = "lewati" if is_skipped else _command(event.text)
    is_media = bool(event.media or event.missing) and item.kind in MEDIA and not is_skipped
    is_answer = command == "none" or is_media
    heard = amending.said(item, event.text) if is_answer else amending.NOTHING
    state = replace(state, doubt=None, heard=heard)
    if event.silent_h and command in resuming.TAKES_UP and not is_media:
        return Turn(*resuming.take_up(form, state, view, item, event))
    if is_media:
        return Turn(*attachment(form, state, view, item, event))
    if not is_answer:
        return _obey(form, state, view, event, command)
    return Turn(*answered(form, state, view, item, event))


def _is_more(form: Form, state: State, view: View, event: Replied) -> bool:
    """Whether words are about the answer before, not about the question that is open."""
    if not (event.early and state.heard and _command(event.text) in amending.PASSES_BY):
        return False
    return not (event.shown and amending.answers_open(form, state, view, event))


def _settled(form: Form, state: State, view: View, doubt: Doubt, text: str) -> Next | str | None:
    if doubt.about in overview.ABOUT:
        state = replace(state, heard=amending.NOTHING)
        return reviewing.settle(form, state, view, doubt, text)
    return doubts.settle(form, state, view, doubt, text)


def _obey(form: Form, state: State, view: View, event: Replied, command: str) -> Turn:
    """Do what a word asks of the open question; what it asks of us, see `_obey_anywhere`."""
    item, text = form.by_path[state.at], event.text
    is_seen = event.shown or not event.early
    match command:
        case "berhenti" if is_seen and _may_be_the_answer(item, text, view.now):
            state = replace(state, doubt=Doubt("stop", text=text))
            return Turn(*ask_again(form, state, view))
        case "lewati" if _requires(form, state, view):
            text = view.fill(item.required_message, item)
            return Turn(*ask_again(form, state, view, Say("cannot_skip", text=text)))
        case "lewati":
            return Turn(*_skip(form, state, view))
        case "bantuan":
            guidance = view.fill(item.guidance, item)
            more = (Say("note", text=guidance),) if guidance else ()
            return Turn(*ask_again(form, state, view, Say("help", state.facts), *more))
        case "mulai" if item.path in state.answers:
            return Turn(*ask_next(form, state, view))
        case "mulai" if item.default is not None:
            return Turn(*prefilled(form, state, view, item))
    return _obey_anywhere(form, state, view, text, command)


def _obey_anywhere(form: Form, state: State, view: View, text: str, command: str) -> Turn:
    match command:
        case "berhenti" | "salah_orang":
            return _stop(state, _GOODBYES[command])
        case "kembali":
            return Turn(*go_back(form, state, view))
        case "ubah":
            return Turn(*reviewing.choose(form, state, view, text))
        case "nanti":
            return Turn(state, (Say("later"),))
        case "bantuan":
            return Turn(*ask_again(form, state, view, Say("help", state.facts)))
        case "data_saya" | "hapus_data":
            state, effects = ask_again(form, state, view, Say("ask_office", state.facts))
            return Turn(state, (Handover("question"), *effects))
    return Turn(*ask_again(form, state, view))


def _tapped(form: Form, state: State, event: Tapped) -> Turn:
    view = View(form, state, event.at)
    if state.doubt is not None and event.asked == state.asked:
        if state.doubt.about in overview.ABOUT:
            return Turn(*reviewing.settle_tap(form, state, view, state.doubt, event.option))
        settled = doubts.settle_tap(form, state, view, state.doubt, event.option)
        return _stop(state, "stopped") if isinstance(settled, str) else Turn(*settled)
    if not state.at or event.item != form.by_path[state.at].index:
        return Turn(*reviewing.late(form, state, view, event))
    item = form.by_path[state.at]
    state = replace(state, doubt=None, heard=amending.said(item, ""))
    if event.option == -1 and not _requires(form, state, view):
        return Turn(*_skip(form, state, view))
    if item.kind in reviewing.TAPPED and event.option in view.offered(item):
        return Turn(*understood(form, state, view, item, item.choices[event.option].code))
    return Turn(*ask_again(form, state, view))


def _requires(form: Form, state: State, view: View) -> bool:
    """Whether what is open, one question or several, must be answered."""
    item = form.by_path[state.at]
    return any(view.requires(one) for one in matrix.rows(form, state, view, item))


def _skip(form: Form, state: State, view: View) -> Next:
    item = form.by_path[state.at]
    return together.skip(form, state, view, matrix.rows(form, state, view, item))


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
