"""Which language a respondent reads, and the words that change it in the middle of a talk."""

import re
from collections.abc import Mapping

from flows.answering import reading_of
from flows.answers import Outcome
from flows.model import Form
from flows.phrases import Phrases, phrases
from flows.state import State, Status
from flows.view import View

OWN = "id"
_WANTED: Mapping[str, str] = {
    "english": "en", "/english": "en", "in english": "en", "english please": "en",
    "english pls": "en", "use english": "en", "switch to english": "en", "bahasa inggris": "en",
    "pakai bahasa inggris": "en", "bahasa": OWN, "/bahasa": OWN, "bahasa indonesia": OWN,
    "pakai bahasa indonesia": OWN, "in indonesian": OWN,
}  # fmt: skip
_LONGEST = max(map(len, _WANTED))
_CODE = re.compile(r"\(([a-z]{2})\)\s*$")


def code_of(language: str) -> str:
    """Return the code of a form's language: `en` of `English (en)`; the bot's own when unknown."""
    found = _CODE.search(language)
    if found is not None:
        return found[1]
    return "en" if language.strip().lower() in ("en", "english") else OWN


def names_language(text: str) -> bool:
    """Whether a whole message may ask for a language; most are looked at no further."""
    return len(text) <= _LONGEST and text.strip(" .!?").lower() in _WANTED


def wanted_language(form: Form, state: State, text: str, view: View) -> str | None:
    """Return the language that words ask for, as a state keeps it; None when they ask for none.

    Words for the language that is spoken already, or that name a choice of the open question,
    are an answer.
    """
    code = _WANTED[text.strip(" .!?").lower()]
    if code == code_of(state.language or form.language):
        return None
    if state.status is Status.ASKING and state.at:
        item = view.form.by_path[state.at]
        if item.choices and reading_of(view, item, text).outcome is Outcome.SURE:
            return None
    if code == code_of(form.language):
        return ""
    return next((one for one in form.languages if code_of(one) == code), code)


def words_for(language: str, own: Phrases) -> Phrases:
    """Return the bot's sentences in the language of a state; `own` where it has none."""
    return phrases(code_of(language)) if language else own
