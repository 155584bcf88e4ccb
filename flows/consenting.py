"""First contact: who agrees, who refuses, and what is unclear."""

from flows.answers import Outcome, read
from flows.asking import CONSENT, Next, ask_for_consent, notice
from flows.carrying import begin
from flows.effects import Ask, Consented, Declined, Say
from flows.events import Replied, Tapped
from flows.model import Choice, Form
from flows.state import State, Status, replace
from flows.view import View

CHOICES = (
    Choice(
        "ya",
        "Bersedia",
        (
            "ya",
            "iya",
            "mau",
            "boleh",
            "setuju",
            "oke",
            "ok",
            "siap",
            "i agree",
            "agree",
            "go ahead",
            "yes",
            "sure",
        ),
    ),
    Choice(
        "tidak",
        "Tidak",
        (
            "tidak bersedia",
            "tidak mau",
            "gak mau",
            "ga mau",
            "menolak",
            "disagree",
            "i disagree",
            "not agree",
            "i do not agree",
            "i dont agree",
            "i do not want to",
            "i dont want to",
        ),
    ),
)


def answer(form: Form, state: State, view: View, event: Replied | Tapped) -> Next:
    """Return the interview after a reply to the notice; an unclear one is asked again."""
    agreed = _tapped(event) if isinstance(event, Tapped) else _typed(event.text)
    if agreed is None:
        state, effects = ask_for_consent(form, state, view)
        asks = tuple(effect for effect in effects if isinstance(effect, Ask))
        return state, (Say("consent_again"), *asks)
    shown = notice(form, state, view)
    if not agreed:
        return decline(state, shown)
    state = replace(state, status=Status.ASKING, heard=("", ""))
    state, effects = begin(form, state, view)
    return state, (Consented(shown), Say("thanks"), *effects)


def refuses(text: str) -> bool:
    """Whether a reply to an invitation says no, beyond doubt."""
    return _typed(text) is False


def decline(state: State, shown: Say) -> Next:
    """Return the interview after a refusal of what was `shown`."""
    return replace(state, status=Status.DECLINED), (Declined(shown), Say("declined"))


def _tapped(event: Tapped) -> bool | None:
    if event.item != CONSENT or event.option not in (0, 1):
        return None
    return event.option == 0


def _typed(text: str) -> bool | None:
    for kind in ("choice", "yesno"):
        reading = read(kind, text, choices=CHOICES, question="Bersedia menjawab?")
        if reading.outcome is Outcome.SURE:
            return reading.value in ("ya", True)
    return None
