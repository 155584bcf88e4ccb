"""Free text, kept whole: only the space around and between the words changes."""

import re
import unicodedata

from flows.answers.normal import fold
from flows.answers.question import is_question
from flows.answers.reading import Asked, Reading, confirm, reask, sure

LONGEST = 4000
_LONGEST_QUESTION = 200
_UNSTORABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\u200b\u2060\ufeff]")
_MAY_BE_ASKED_BACK = re.compile(r"\b(?:tanya|pertanyaan|pesan|saran|masukan|kritik|komentar)")


def read(text: str, asked: Asked) -> Reading:
    value = " ".join(_UNSTORABLE.sub("", text).split())
    if not _says_something(value):
        return reask("text_empty")
    if len(value) > LONGEST:
        return reask("text_too_long", length=str(len(value)), limit=str(LONGEST))
    return confirm(value, "text_question") if _asks_back(value, asked) else sure(value)


def _asks_back(value: str, asked: Asked) -> bool:
    """True for "ini buat apa ya?", unless messages and suggestions are what we asked for."""
    if "?" not in value or len(value) > _LONGEST_QUESTION:
        return False
    return is_question(value) and not _MAY_BE_ASKED_BACK.search(fold(asked.question))


def _says_something(value: str) -> bool:
    """True for a letter, a digit or an emoji; "..." and "-" say nothing."""
    return any(
        character.isalnum() or unicodedata.category(character) == "So" for character in value
    )
