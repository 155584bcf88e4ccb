"""People who think better of it, or are not sure themselves: "3 eh 4", "kalau ga salah 3".

What is said last is what is meant, as a rule; so it is the candidate, and never sure.
"""

import re

from flows.answers.normal import core, fold, split

_SLIP = r"(?:ketik|tulis|pencet|klik|kirim|sebut|isi)"
_MARK = (
    rf"(?:e+h+m?(?: (?:salah|bukan|sorry|maaf))?|ralat|koreksi|typo|sorry|i mean|salah {_SLIP}"
    r"|(?:maaf |sorry )?(?:maksud|mksd|mksud|maksd)(?:nya|ny|ku|q| saya| sy| aku| gw)?)"
)
_CORRECTED = re.compile(rf"(?is)(.*\w)\W*?[\s,.;(]{_MARK}\b[\s,.:;]*(\S.*)")
_INSTEAD = re.compile(
    r"(?is)\W*(?:bukan|bkn|bukannya|jangan|jgn)\s(.*?\w)\W*?[\s,](?:tapi|tp|tpi|melainkan|tetapi)"
    r"\s+(\S.*)"
)
_HEDGE = re.compile(
    r"(?i)[\s,.(]*\b(?:(?:kalau?|kl[ou]|jika) (?:tidak|tdk|[ge]n?g?g?ak?|ndak?) (?:salah|keliru)"
    r"(?: (?:ingat|inget|ya))*|se-?ing[ae]t(?:ku| saya| sy| aku| gw)?)\b[\s,.)]*"
)
_MAY = re.compile(
    r"(?i)eh|ralat|koreksi|typo|sorry|mean|salah|keliru|ma?ks|b(?:u?kan|kn)|ja?n?g|ing[ae]t"
)


def may_think_again(text: str) -> bool:
    """Whether a text has any of the words that people correct or hedge themselves with."""
    return _MAY.search(text) is not None


def last_word(text: str) -> str:
    """What is said instead of what was said first, or nothing."""
    found = _CORRECTED.fullmatch(text) or _INSTEAD.fullmatch(text)
    if found is None:
        return ""
    return found[2] if all(core(split(fold(part))) for part in found.groups()) else ""


def unhedged(text: str) -> str:
    """The text without "kalau tidak salah", or nothing where nobody hedges."""
    said, times = _HEDGE.subn(" ", text)
    return said if times else ""
