"""The words that change the language in the middle of a talk."""

from collections.abc import Mapping

from flows.answering import reading_of
from flows.answers import Outcome
from flows.language import OWN, code_of, language_in
from flows.model import Form
from flows.state import State, Status
from flows.view import View

_WANTED: Mapping[str, str] = {
    "english": "en", "/english": "en", "in english": "en", "english please": "en",
    "english pls": "en", "use english": "en", "switch to english": "en", "bahasa inggris": "en",
    "in english please": "en", "speak english": "en", "do you speak english": "en",
    "can we use english": "en", "can we speak english": "en",
    "pakai bahasa inggris": "en", "bahasa": OWN, "/bahasa": OWN, "bahasa indonesia": OWN,
    "pakai bahasa indonesia": OWN, "in indonesian": OWN,
}  # fmt: skip
_SUBJECTS = frozenset(("bahasa inggris", "bahasa indonesia"))
"""Also what people teach, study or are good at, so in an open question they are the answer."""
_LONGEST = max(map(len, _WANTED))


def names_language(text: str) -> bool:
    """Whether a whole message may ask for a language; most are looked at no further."""
    return len(text) <= _LONGEST and text.strip(" .!?").lower() in _WANTED


def wanted_language(form: Form, state: State, text: str, view: View) -> str | None:
    """Return the language that words ask for, as a state keeps it; None when they ask for none.

    Words for the language that is spoken already, or that name a choice of the open question,
    are an answer.
    """
    said = text.strip(" .!?").lower()
    code = _WANTED[said]
    if code == code_of(state.language or form.language):
        return None
    if state.status is Status.ASKING and state.at:
        item = view.form.by_path[state.at]
        if item.reads == "text" and said in _SUBJECTS:
            return None
        if item.choices and reading_of(view, item, text).outcome is Outcome.SURE:
            return None
    return language_in(form, code)
