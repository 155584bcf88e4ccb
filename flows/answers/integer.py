"""A whole number, perhaps with its unit: "3", "dua belas", "6 bulan"."""

import re

from flows.answers import english
from flows.answers.amounts import Amount, Figures, find_figures
from flows.answers.normal import FILLERS, NEGATIONS, fold, root, split, stance
from flows.answers.reading import Asked, Reading, confirm, reask, sure
from flows.answers.spelling import vocabulary

NEGATIVE = re.compile(r"(?:^|[^\w\s]|\s)\s*(?:(?<!\d)(?<!\d )-|minus|min) ?\d")
_ONESELF_TOO = re.compile(
    r"(?:\+|\b(?:sama|dan|dengan|plus|tambah|selain)) ?(?:saya|diri|istri|suami)\b|'\d"
)
_ONE_OF = re.compile(r"\bse(?=(?:bulan|tahun|minggu|hari|jam|orang|kali|buah)\b)")
_ROUGHLY = re.compile(r"\bkurang lebih\b|\bkira[- ]?kira\b|\bkira2\b|±|~(?= ?\d)")
_NOTHING = re.compile(
    r" (?:(?:tidak|belum) (?:ada|pernah|punya|sama sekali)|nihil|kosong|langsung) "
)
_TIMES = vocabulary("detik menit jam hari minggu bulan tahun semester")
_NAMED = re.compile(rf"\b(?:{'|'.join(sorted(_TIMES))}) ?\d")  # "bulan 3" is March
_COUNTED = vocabulary(
    "orang kali x buah anak perusahaan lamaran tempat unit kota sks karyawan pegawai pekerja"
)
_STAFF = vocabulary("karyawan pegawai pekerja")
_TIMES_OVER = vocabulary("kali x buah")
_MANY = 1000  # months or people; more is a slip, or rupiah
UNITS = _TIMES | _COUNTED
NEUTRAL = FILLERS | vocabulary(
    "saya sekitar sekitaran kisaran kurleb sekarang ada total totalnya sebanyak selama cuma"
    " hanya baru sudah masih jumlahnya adalah yaitu nya kira kira dalam"
)
BOUNDS = vocabulary(
    "kurang lebih bawah dibawah atas diatas minimal maksimal minimum maksimum maks max < > + -"
    " belum sampai hingga lewat"
)


_DIGITS = re.compile(r"0|[1-9][0-9]{0,14}")


def read(text: str, asked: Asked) -> Reading:
    if _DIGITS.fullmatch(text) and (
        len(text) < 4 or not asked.unit
    ):  # most are; nothing in them needs a closer look
        return sure(int(text))
    folded = plainly(text)
    if NEGATIVE.search(folded):
        return reask("number_negative")
    figures = find_figures(folded)
    if figures is None:
        return reask("number_not_understood")
    if not figures.amounts:
        return without_number(split(folded))
    rest = [word for word in figures.rest if word not in NEUTRAL]
    if _NAMED.search(folded) or _ONESELF_TOO.search(folded):
        rest.append("?")
    return _obstacle(figures, rest, asked) or _value(figures.amounts[0], rest, asked)


def plainly(text: str) -> str:
    """The folded text without "kira-kira", and with "sebulan" as 1 bulan."""
    folded = english.in_indonesian(fold(text))
    return _ROUGHLY.sub(" ", _ONE_OF.sub("1 ", folded).replace("%", " persen "))


def own_units(asked: Asked) -> frozenset[str]:
    """Words that may follow the number without changing it."""
    if asked.unit:
        return frozenset(split(fold(asked.unit.replace("%", " persen "))))
    asked_for = frozenset(split(fold(asked.question)))
    asked_for |= _STAFF if "orang" in asked_for else frozenset()
    return ((_COUNTED & asked_for) or _COUNTED) | _TIMES_OVER | asked_for


def _obstacle(figures: Figures, rest: list[str], asked: Asked) -> Reading | None:
    if asked.unit and UNITS.intersection(rest) - own_units(asked):
        return reask("number_unit", unit=asked.unit)
    if len(figures.amounts) > 1:
        return reask("number_range" if figures.links == ["-"] else "number_two")
    if not BOUNDS.isdisjoint(rest):
        return reask("number_bound")
    amount = figures.amounts[0]
    if "setengah" in rest or (amount.scale == 1 and amount.literal.fraction):
        return reask("number_whole")
    return reask("number_not_understood") if not NEGATIONS.isdisjoint(rest) else None


def _value(amount: Amount, rest: list[str], asked: Asked) -> Reading:
    if amount.clear or (amount.scale == 1 and amount.literal.clear):
        own = own_units(asked) if rest else frozenset()
        is_usual = amount.value < _MANY or not asked.unit
        if is_usual and all(word in own or _is_asked_for(word, asked) for word in rest):
            return sure(amount.value)
    return confirm(amount.value, "number_meant", value=f"{amount.value:,}".replace(",", "."))


def _is_asked_for(word: str, asked: Asked) -> bool:
    """ "10 lamaran", where it was asked how often one has "melamar"."""
    meant = root(word)
    if meant in UNITS or word.endswith("nya"):
        return False
    return meant in map(root, split(fold(asked.question)))


def without_number(words: list[str]) -> Reading:
    declined = stance(words)
    if not declined and _NOTHING.search(f" {' '.join(words)} "):
        return confirm(0, "number_none", value="0")
    return reask(declined or "number_not_understood")
