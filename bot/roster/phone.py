"""Phone numbers as offices keep them, made into E.164 without its plus: `6281234567890`.

The forms in the wild are listed in domain/locale_id.yaml (`phone`). Numbers that begin with 8
and have no plus are Indonesian with a lost zero; a foreign number needs its plus, unless no
Indonesian reading is left.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.roster.cells import BROKEN_FORMULA, Cell, digits_of, excel_error, is_empty

RIGHT = "tulis seperti 081234567890"
LANDLINE = (
    "ini telepon rumah atau kantor, tidak punya WhatsApp; tulis nomor HP seperti 081234567890"
)

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
MAX_DIGITS = 40
_MOBILE = re.compile(r"628[1-9]\d{7,10}")
_PREFIXES = re.compile(r"(?:0|62)*(?=8)")


@dataclass(frozen=True, slots=True)
class Phones:
    """The numbers of a cell, the one to use first; or why there is none."""

    numbers: tuple[str, ...] = ()
    fault: str = ""


def read_phones(cell: Cell) -> Phones:
    """Return every number of a cell; an empty cell has none and no fault."""
    if is_empty(cell):
        return Phones()
    if excel_error(cell):
        return Phones(fault=BROKEN_FORMULA)
    if isinstance(cell, date | time | timedelta):
        return Phones(fault=f"Excel mengira ini tanggal, jadi nomornya tidak terbaca; {RIGHT}")
    said = digits_of(_plain_digits(cell))
    if said.value is None:
        return Phones(fault=said.fault)
    if said.value.strip("0+ -") == "":
        return Phones()
    bare = _JID.sub(r"\1", _LINK.sub(r"+\1", _plain(said.value)))
    bare = _LABELS.sub(" ", bare)
    if re.search(r"\d[^\W\d_]|[^\W\d_]\d", bare):
        return Phones(fault=f"ada huruf di tengah nomornya; {RIGHT}")
    return _from_pieces(bare)


def read_phone(cell: Cell) -> str:
    """Return the number to use, or nothing when there is none to be had."""
    numbers = read_phones(cell).numbers
    return numbers[0] if numbers else ""


def _plain_digits(cell: Cell) -> Cell:
    """Digits of other scripts and full-width ones, as 0-9."""
    if not isinstance(cell, str):
        return cell
    return "".join(str(int(c)) if c.isdecimal() and not c.isascii() else c for c in cell)


def _plain(said: str) -> str:
    return re.sub(r"[‐‑‒–—−]", "-", said)


def _from_pieces(said: str) -> Phones:
    pieces = [piece for piece in _BETWEEN.split(said) if re.search(r"\d", piece)]
    if not pieces:
        return Phones(fault=f"nomor HP tidak terbaca; {RIGHT}")
    if any(len(_digits(piece)) < 7 for piece in pieces):  # "0812/3456/7890" is one number
        pieces = [said]
    numbers: list[str] = []
    faults: list[str] = []
    for piece in pieces:
        found, fault = _read_one(piece)
        numbers += [number for number in found if number not in numbers]
        if fault:
            faults.append(fault)
    return Phones(tuple(numbers)) if numbers else Phones(fault=faults[0])


def _read_one(piece: str) -> tuple[tuple[str, ...], str]:
    """Return the numbers of one piece, or the fault."""
    digits = _digits(piece)
    if len(digits) > MAX_DIGITS:
        return (), f"terlalu panjang untuk nomor HP; {RIGHT}"
    if piece.lstrip(" (").startswith("+") or digits.startswith("00"):
        international = digits.lstrip("0")
        if not international.startswith("62"):
            return _foreign(international)
    if not _PREFIXES.match(digits):
        return _without_eight(digits)
    number = _indonesian(digits)
    if number:
        return (number,), ""
    two = _two_in_one(piece, digits)
    return (two, "") if two else ((), _wrong_length(digits))


def _indonesian(digits: str) -> str:
    """Return an Indonesian mobile number as `628…`, or nothing."""
    number = _PREFIXES.sub("62", digits, count=1)
    return number if _MOBILE.fullmatch(number) else ""


def _wrong_length(digits: str) -> str:
    typed = "0" + _PREFIXES.sub("", digits, count=1)
    if typed.startswith("080"):
        return f"080… bukan nomor HP; {RIGHT}"
    short_or_long = "kurang" if len(typed) < 10 else "lebih"
    return f"nomor HP 10 sampai 13 angka, yang ini {short_or_long} ({len(typed)}); {RIGHT}"


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


def _without_eight(digits: str) -> tuple[tuple[str, ...], str]:
    """A landline, or a foreign number that lost its plus."""
    import phonenumbers  # noqa: PLC0415 -- 0.1 s, only for what is no Indonesian mobile number

    if digits[0] != "0" and not digits.startswith("62") and len(digits) >= 10:
        abroad, _fault = _foreign(digits)
        if abroad:
            return abroad, ""
    local = re.sub(r"^(?:62|0)+", "", digits)
    number = phonenumbers.PhoneNumber(country_code=62, national_number=int(local or 0))
    if phonenumbers.is_possible_number(number) and len(local) >= 8:
        return (), LANDLINE
    return (), f"nomor HP tidak terbaca; {RIGHT}"


def _foreign(digits: str) -> tuple[tuple[str, ...], str]:
    """Return a number of another country, if there it is one that people carry about."""
    import phonenumbers  # noqa: PLC0415 -- as above

    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return (), f"kode negaranya tidak dikenal; {RIGHT}, atau dengan kode negara: +60123456789"
    if not phonenumbers.is_valid_number(number):
        return (), f"nomor luar negeri ini tidak lengkap; tulis seperti +60123456789, atau {RIGHT}"
    if phonenumbers.number_type(number) not in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    ):
        return (), LANDLINE
    return (phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:],), ""


def _digits(piece: str) -> str:
    return re.sub(r"[^0-9]", "", piece)
