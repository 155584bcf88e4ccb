"""Phone numbers as Indonesians write them, made into E.164 without its plus: `6281234567890`.

The forms in the wild are listed in domain/locale_id.yaml (`phone`). Numbers that begin with 8
and have no plus are Indonesian with a lost zero; a foreign number needs its plus, unless no
Indonesian reading is left. Offices' workbooks (`bot.roster.phone`) and chats
(`flows.answers.phone`) are read alike.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

_LABELS = re.compile(
    r"\b(?:no(?:mor)?|nmr|hp|wa|whats\s?app|telp?|telepon|tlp|tel|ponsel|handphone|mobile|phone|"
    r"call|aktif|pribadi|sms|kontak|contact|orang ?tua|ortu|ibu|ayah|bapak|istri|suami|kakak|adik|"
    r"sendiri)(?=\b|\d)",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:wa\.me/|api\.whatsapp\.com/send/?\?phone=)\+?(\d+)\S*",
    re.IGNORECASE,
)
_JID = re.compile(r"(\d)(?::\d+)?@(?:s\.whatsapp\.net|c\.us)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[/;,|&\\\n]|\b(?:atau|dan|or|and)\b)\s*", re.IGNORECASE)
_DASHES = re.compile(r"[‐‑‒–—−]")
_MAX_DIGITS = 40
_MOBILE = re.compile(r"628[1-9]\d{7,10}")
_PREFIXES = re.compile(r"(?:0|62)*(?=8)")


class Trouble(Enum):
    """Why there is no number to use."""

    UNREADABLE = auto()
    LETTERS = auto()
    TOO_MANY_DIGITS = auto()
    TOO_SHORT = auto()
    TOO_LONG = auto()
    FREE_OF_CHARGE = auto()
    LANDLINE = auto()
    UNKNOWN_COUNTRY = auto()
    INCOMPLETE_ABROAD = auto()


@dataclass(frozen=True, slots=True)
class Found:
    """The mobile numbers of a text in their order, or the trouble with the first of them.

    `digits` is how many digits a number of the wrong length has, `landline` a number that
    rings on a desk.
    """

    numbers: tuple[str, ...] = ()
    trouble: Trouble | None = None
    digits: int = 0
    landline: str = ""


def find_numbers(text: str) -> Found:
    """Return the mobile numbers in a text that holds little else; labels are passed over."""
    bare = _JID.sub(r"\1", _LINK.sub(_dialled, _DASHES.sub("-", text)))
    bare = _LABELS.sub(" ", bare)
    if re.search(r"\d[^\W\d_]|[^\W\d_]\d", bare):
        return Found(trouble=Trouble.LETTERS)
    pieces = [piece for piece in _BETWEEN.split(bare) if re.search(r"\d", piece)]
    if not pieces:
        return Found(trouble=Trouble.UNREADABLE)
    if any(len(_digits(piece)) < 7 for piece in pieces):  # "0812/3456/7890" is one number
        pieces = [bare]
    found = list(map(_read_one, pieces))
    numbers = tuple(dict.fromkeys(number for one in found for number in one.numbers))
    return Found(numbers) if numbers else next(one for one in found if one.trouble)


def _dialled(link: re.Match[str]) -> str:
    return link[1] if link[1].startswith("0") else f"+{link[1]}"


def plain_digits(text: str) -> str:
    """Return the text with digits of other scripts and full-width ones as 0-9."""
    return "".join(str(int(c)) if c.isdecimal() and not c.isascii() else c for c in text)


def _read_one(piece: str) -> Found:
    digits = _digits(piece)
    if len(digits) > _MAX_DIGITS:
        return Found(trouble=Trouble.TOO_MANY_DIGITS)
    if piece.lstrip(" (").startswith("+") or digits.startswith("00"):
        international = digits.lstrip("0")
        if not international.startswith("62"):
            return _foreign(international)
    if not _PREFIXES.match(digits):
        return _without_eight(digits)
    number = _indonesian(digits)
    if number:
        return Found((number,))
    two = _two_in_one(piece, digits)
    return Found(two) if two else _wrong_length(digits)


def _indonesian(digits: str) -> str:
    """Return an Indonesian mobile number as `628…`, or nothing."""
    number = _PREFIXES.sub("62", digits, count=1)
    return number if _MOBILE.fullmatch(number) else ""


def _wrong_length(digits: str) -> Found:
    typed = "0" + _PREFIXES.sub("", digits, count=1)
    if typed.startswith("080"):
        return Found(trouble=Trouble.FREE_OF_CHARGE)
    trouble = Trouble.TOO_SHORT if len(typed) < 10 else Trouble.TOO_LONG
    return Found(trouble=trouble, digits=len(typed))


def _two_in_one(piece: str, digits: str) -> tuple[str, ...]:
    """Return two numbers that were written as one, if they come apart in one way only."""
    ends, place = set(), 0
    for run in re.findall(r"\d+", piece):
        place += len(run)
        ends.add(place)
    begins = {n for n in range(1, len(digits)) if digits.startswith(("08", "628"), n)}
    for places in (ends, begins):
        pairs = {(_indonesian(digits[:n]), _indonesian(digits[n:])) for n in places}
        whole = [pair for pair in pairs if all(pair)]
        if len(whole) == 1:
            return tuple(dict.fromkeys(whole[0]))
    return ()


def _without_eight(digits: str) -> Found:
    """A landline, or a foreign number that lost its plus."""
    import phonenumbers  # noqa: PLC0415 -- 0.1 s, only for what is no Indonesian mobile number

    if digits[0] != "0" and not digits.startswith("62") and len(digits) >= 10:
        abroad = _foreign(digits)
        if abroad.numbers:
            return abroad
    local = re.sub(r"^(?:62|0)+", "", digits)
    number = phonenumbers.PhoneNumber(country_code=62, national_number=int(local or 0))
    if phonenumbers.is_possible_number(number) and len(local) >= 8:
        whole = f"62{local}" if phonenumbers.is_valid_number(number) else ""
        return Found(trouble=Trouble.LANDLINE, landline=whole)
    return Found(trouble=Trouble.UNREADABLE)


def _foreign(digits: str) -> Found:
    """Return a number of another country, if there it is one that people carry about."""
    import phonenumbers  # noqa: PLC0415 -- as above

    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return Found(trouble=Trouble.UNKNOWN_COUNTRY)
    if not phonenumbers.is_valid_number(number):
        return Found(trouble=Trouble.INCOMPLETE_ABROAD)
    whole = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]
    if phonenumbers.number_type(number) not in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    ):
        return Found(trouble=Trouble.LANDLINE, landline=whole)
    return Found((whole,))


def _digits(piece: str) -> str:
    return re.sub(r"[^0-9]", "", piece)
