"""Which language a respondent reads: how it is told, offered and spoken."""

import re
from collections.abc import Mapping

from flows.model import Form
from flows.phrases import Phrases, phrases

OWN = "id"
_OFFERS: Mapping[str, str] = {
    "en": "English? Reply ENGLISH.", OWN: "Bahasa Indonesia? Balas BAHASA.",
}  # fmt: skip
"""How a language is come by, in that language: who needs it reads no other."""
_CODE = re.compile(r"\(([a-z]{2})\)\s*$")


def code_of(language: str) -> str:
    """Return the code of a form's language: `en` of `English (en)`; the bot's own when unknown."""
    found = _CODE.search(language)
    if found is not None:
        return found[1]
    return "en" if language.strip().lower() in ("en", "english") else OWN


def offer(form: Form, language: str) -> str:
    """Return how to come by the form's other languages, as the notice says it; mostly nothing.

    `language` is what is spoken now, as a state keeps it.
    """
    if len(form.languages) < 2:
        return ""
    spoken = code_of(language or form.language)
    codes = dict.fromkeys(map(code_of, form.languages))
    said = " ".join(_OFFERS[one] for one in codes if one != spoken and one in _OFFERS)
    return f"\n\n{said}" if said else ""


def language_in(form: Form, language: str) -> str:
    """Return a language as a state of this form keeps it: "" is the form's own.

    It may be one of another form: `English (en)` there is `Inggris (en)` here, or just `en` where
    only the bot's sentences are in it.
    """
    code = code_of(language) if language else OWN
    if code == code_of(form.language):
        return ""
    return next((one for one in form.languages if code_of(one) == code), code)


def words_for(language: str, own: Phrases) -> Phrases:
    """Return the bot's sentences in the language of a state; `own` where it has none."""
    return phrases(code_of(language)) if language else own
