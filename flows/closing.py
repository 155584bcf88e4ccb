"""An interview whose wave is over: what was answered stays, and who writes again is told once."""

from flows.answers.command import command_of
from flows.answers.courtesy import is_courtesy
from flows.asking import Next, ask_next
from flows.effects import Effect, Handover, Say, StopAll
from flows.events import Closed, Event, Replied
from flows.model import Form
from flows.state import State, Status, replace
from flows.view import View


def close(form: Form, state: State, event: Closed) -> Next:
    """Return the interview closed: complete if nothing was left to ask, else as far as it came.

    Nobody is written to: the word is said when they write next, within their own window.
    """
    if state.status is not Status.ASKING:
        return replace(state, status=Status.LAPSED, doubt=None, heard=()), ()
    ended = replace(state, at="", doubt=None, heard=())
    after, _effects = ask_next(form, ended, View(form, ended, event.at))
    if not after.at and (state.answers or after.status is Status.FINISHED):
        return replace(after, status=Status.FINISHED, doubt=None, asked=state.asked), ()
    return replace(state, status=Status.CLOSED, doubt=None, heard=()), ()


def is_told(state: State) -> bool:
    """Whether the respondent has heard that it is closed."""
    return bool(state.before)


def tell(state: State, event: Event) -> Next:
    """Return the word that it is closed; a question, or a wish to stop, goes its way too."""
    told = replace(state, before=state.status)
    if not isinstance(event, Replied):
        return told, (Say("closed", state.facts),)
    match command_of(event.text):
        case "berhenti":
            return told, (StopAll("stopped"), Say("stopped"))
        case "salah_orang":
            return told, (StopAll("wrong_person"), Say("wrong_person"))
        case "bantuan" | "ubah" | "data_saya" | "hapus_data":
            more: tuple[Effect, ...] = (Handover("question"), Say("handed_over", state.facts))
        case "none" if not is_courtesy(event.text):
            more = (Handover("question"), Say("handed_over", state.facts))
        case _:
            more = ()
    return told, (Say("closed", state.facts), *more)
