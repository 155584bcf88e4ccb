"""Going on after days: where we were, with the open question; words count where they surely fit."""

from flows import doubts, matrix
from flows.answering import reading_of, understood
from flows.answers import Outcome
from flows.answers.command import command_of
from flows.answers.courtesy import is_courtesy
from flows.asking import Next, ask_again, progress
from flows.effects import Say
from flows.events import Replied
from flows.model import MEDIA, Form, Item
from flows.overview import in_short, shortened
from flows.state import Doubt, State, replace
from flows.view import View

TAKES_UP = frozenset({"none", "mulai", "ulang"})
"""Words that are about going on; any other command is obeyed as ever."""


def take_up(form: Form, state: State, view: View, item: Item, event: Replied) -> Next:
    """Return the interview after words that follow a long silence.

    A sure answer is kept, and said back with the question it was taken for. Any words may be the
    answer to a question for a text, a greeting too, so that is asked.
    """
    here, total = map(str, progress(form, state, view))
    again = Say("resumed", {"here": here, "total": total})
    is_plain = item.kind not in MEDIA and len(matrix.rows(form, state, view, item)) == 1
    is_word = command_of(event.text) != "none" or is_courtesy(event.text)
    if not is_plain or is_word:
        return ask_again(form, state, view, again)
    reading = reading_of(view, item, event.text)
    if reading.outcome is Outcome.REASK:
        return ask_again(form, state, view, again)
    value = doubts.stored(item, reading.value)
    question = shortened(view.fill(item.wording, item))
    said = in_short(view.worded(item), value)
    if reading.outcome is Outcome.CONFIRM or item.reads == "text":
        state = replace(state, doubt=Doubt("value", value=value))
        meant = Say(
            "resumed_meant", {"here": here, "total": total, "question": question, "value": said}
        )
        return ask_again(form, state, view, meant)
    after, effects = understood(form, state, view, item, value)
    if item.path not in after.answers or after.answers[item.path] != value:
        return after, (again, *effects)
    kept = Say("resumed_with", {"here": here, "total": total, "question": question, "value": said})
    return after, (kept, *effects)
