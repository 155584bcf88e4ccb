"""Free text, kept whole: only the space around and between the words changes."""

import re
import unicodedata

from flows.answers.reading import Asked, Reading, reask, sure

LONGEST = 4000
_UNSTORABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\u200b\u2060\ufeff]")


def read(text: str, asked: Asked) -> Reading:  # noqa: ARG001 - every reader is called alike
    value = " ".join(_UNSTORABLE.sub("", text).split())
    if not _says_something(value):
        return reask("text_empty")
    if len(value) > LONGEST:
        return reask("text_too_long", length=str(len(value)), limit=str(LONGEST))
    return sure(value)


def _says_something(value: str) -> bool:
    """True for a letter, a digit or an emoji; "..." and "-" say nothing."""
    return any(
        character.isalnum() or unicodedata.category(character) == "So" for character in value
    )
