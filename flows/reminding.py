"""Reminding a respondent of what they left open, at the question where they stopped."""

from flows.answers import read
from flows.answers.courtesy import is_courtesy
from flows.asking import Next, ask_again, ask_for_consent
from flows.effects import Effect, Say
from flows.events import Reminded
from flows.model import Form
from flows.state import Doubt, State, Status, replace
from flows.view import View


def remind(form: Form, state: State, event: Reminded) -> Next:
    """Return the open question again, after a friendly word; quietly, the word alone."""
    view = View(form, state, event.at)
    link: tuple[Effect, ...] = ()
    if event.link:
        link = (Say("remind_link", {"tautan": event.link}),)
    if state.status is Status.INVITED:
        return state, (Say("remind_invited", state.facts), *link)
    if event.quiet:
        if state.status is Status.ASKING:
            state = replace(state, doubt=Doubt("resume"), asked=state.asked + 1)
        return state, (Say("remind_quietly", state.facts), *link)
    if state.status is Status.CONSENTING:
        state, effects = ask_for_consent(form, state, view)
        return state, (Say("remind_consent", state.facts), *link, effects[-1])
    if state.doubt is not None and state.doubt.about == "resume":
        state = replace(state, doubt=None)
    return ask_again(form, state, view, Say("remind", state.facts), *link)


def goes_on(text: str) -> bool:
    """Whether a reply to a quiet reminder is about going on, and no answer yet."""
    return (
        read("yesno", text).value is True
        or read("command", text).value in ("mulai", "ulang")
        or is_courtesy(text)
    )
