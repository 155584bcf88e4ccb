"""A phone number in E.164: "0812-3456-7890", "62812 3456 7890", "+60 12-345 6789"."""

import re

from flows.answers.normal import FILLERS, excuse, fold, negates, split
from flows.answers.numerals import DIGIT_OF
from flows.answers.phones import Found, Trouble, find_numbers, plain_digits
from flows.answers.reading import Asked, Reading, confirm, reask, sure
from flows.answers.spelling import vocabulary

_LINK_OR_JID = re.compile(r"\S*(?:wa\.me/|whatsapp\.)\S*", re.IGNORECASE)
_RUN = re.compile(r"(?<![^\W_])[+(]?\d(?:[\d\s().\-‐‑‒–—−]|/(?=\d{3,4}(?!\d)))*\d(?![^\W_])")
_ABROAD = re.compile(r"\+|(?<!\d)00")
_MONEY = re.compile(r"\b(?:rp|idr|gaji)\b", re.IGNORECASE)
_LOOKALIKES = str.maketrans("oOlIi", "00111")
_ALMOST_DIGITS = re.compile(r"[+(]?[\doOlI][\doOlI \-]{8,}")
_CUT_SHORT = re.compile(r"\d ?\*|\d ?/ ?\d{1,3}(?!\d)")  # "0812****7890", "081234567890/91"
_NOT_IN_USE = vocabulary(
    "dulu lama mati hilang ganti rusak blokir hangus kadang mantan salah keliru"
)


def read(text: str, asked: Asked) -> Reading:  # noqa: ARG001 - every reader is called alike
    typed = plain_digits(text)
    if _MONEY.search(typed):
        return reask("phone_not_understood")
    found = _find(typed)
    words = split(fold(text))
    was_spoken = sum(word in DIGIT_OF for word in words) >= 9  # beside one in figures
    if len(found.numbers) > 1 or (found.numbers and was_spoken and re.search(r"\d", typed)):
        return reask("phone_two")
    if found.numbers:
        doubted = (
            negates(words) or not _NOT_IN_USE.isdisjoint(words) or "?" in _LINK_OR_JID.sub("", text)
        )
        doubted = doubted or bool(_CUT_SHORT.search(typed))
        without_plus = not found.numbers[0].startswith("62") and not _ABROAD.search(typed)
        return _checked(found.numbers[0], doubted=doubted or without_plus)
    return _troubled(found, typed, words)


def _find(typed: str) -> Found:
    """Every number, whether the text holds nothing else or other words and figures too."""
    whole = find_numbers(_in_digits(typed))
    among = _by_runs(typed) or whole
    numbers = tuple(dict.fromkeys(whole.numbers + among.numbers))
    return Found(numbers) if numbers else among


def _by_runs(typed: str) -> Found | None:
    """The numbers among other words: "nomor saya 0812 3456 7890 ya kak"."""
    if _LINK_OR_JID.search(typed):
        return None
    runs = [run for run in _RUN.findall(typed) if sum(map(str.isdecimal, run)) >= 7]
    found = list(map(find_numbers, runs))
    numbers = tuple(dict.fromkeys(number for one in found for number in one.numbers))
    if numbers:
        return Found(numbers)
    return found[0] if len(found) == 1 else None


def _in_digits(typed: str) -> str:
    """The text with a number that was spoken digit by digit in digits."""
    words = re.findall(r"[^\W\d_]+", typed.casefold())
    if len(words) < 9 or any(c.isdecimal() for c in typed):
        return typed
    at = [n for n, word in enumerate(words) if word in DIGIT_OF]
    is_one_run = at == list(range(at[0], at[-1] + 1)) if at else False
    is_all = is_one_run and FILLERS.issuperset(words[at[-1] + 1 :])
    return "".join(DIGIT_OF[words[n]] for n in at) if is_all and len(at) >= 9 else typed


def _checked(number: str, *, doubted: bool) -> Reading:
    """A number of a series no operator has is confirmed."""
    import phonenumbers  # noqa: PLC0415 - 30 ms, only where phone numbers are asked for

    whole = f"+{number}"
    if doubted or not phonenumbers.is_valid_number(phonenumbers.parse(whole)):
        return confirm(whole, "phone_meant", value=whole)
    return sure(whole)


def _troubled(found: Found, typed: str, words: list[str]) -> Reading:
    if found.trouble is Trouble.LANDLINE and found.landline:
        return confirm(f"+{found.landline}", "phone_landline", value=f"+{found.landline}")
    if found.trouble in (Trouble.TOO_SHORT, Trouble.TOO_LONG):
        return reask("phone_length", digits=str(found.digits))
    if found.trouble in (Trouble.UNKNOWN_COUNTRY, Trouble.INCOMPLETE_ABROAD):
        return reask("phone_abroad")
    if almost := _ALMOST_DIGITS.search(typed):
        meant = find_numbers(almost[0].translate(_LOOKALIKES)).numbers
        if len(meant) == 1:
            return confirm(f"+{meant[0]}", "phone_meant", value=f"+{meant[0]}")
    return reask(excuse(words) or "phone_not_understood")
