"""What someone earns a month, in rupiah: "2,5 jt", "Rp 4.250.000,-", "3-4 juta"."""

import re
from typing import Any

from flows.answers import english
from flows.answers.amounts import Amount, Figures, find_figures
from flows.answers.normal import FILLERS, fold, root, split, stance
from flows.answers.numerals import MILLION, THOUSAND
from flows.answers.reading import Asked, Reading, confirm, reask, sure
from flows.answers.spelling import vocabulary
from flows.answers.unsettling import UNSETTLING

_LEAST, _MOST = 100_000, 100_000_000
# Under this an income is more likely a day's, over it a slip of the zero key: both are asked about.
_WRITTEN_OUT = 10_000  # a bare number of this size is in rupiah, not in thousands or millions

_PREFIX = re.compile(r"\b(?:rp|idr)\.? ?(?=\d)")
_AT_LEAST = re.compile(r"^\W*min(?=\.? ?(?:rp\.? ?)?\d)")
_MONTHLY = re.compile(
    r"(?:\b(?:per|tiap|setiap|dalam|se)|/)(?: ?1)? ?bulan(?:nya|an)?\b"
    r"|(?<![\d.,])\b1 bulan\b|(?<!\d)(?<!\d )\bbulan(?:an)?\b"
)
_ROUGHLY = re.compile(
    r"\bkurang lebih\b|\bkira[- ]?kira\b|\bkira2\b|\+ ?/? ?-|\brata[- ]?rata\b|\brata2\b"
    r"|±|(?<!\d)~(?= ?\d)|\b(?:kurleb|kisaran|sekitar|sekitaran|hampir)\b|-? ?\ban\b"
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:umur|usia)\w*(?: saya| sekarang)* ?\d{1,2}\b(?: ?(?:tahun|th)\b)?"
    r"|[\U0001F300-\U0001FAFF\u2600-\u27BF]"
)
_TAIL = re.compile(r" (?:di|sebagai|dari|untuk|karena|soalnya) [^\d]*$")
_WORDS_FOR = {"ceban": "10 ribu", "gocap": "50 ribu", "cepek": "100", "goceng": "5 ribu"}
_SLANG = re.compile(r"\b(?:" + "|".join(_WORDS_FOR) + r")\b")

_NEUTRAL = FILLERS - UNSETTLING | vocabulary(
    "rp idr rupiah perak gaji gajinya gajiku gajih penghasilan pendapatan upah honor saya"
    " sekarang dapat dapatnya terima bersih bersihnya net nett total totalnya sebesar sejumlah"
    " adalah yaitu di angka cuma hanya masih antara alias thp = : nya ada untuk take home pay"
)
_OTHER_PERIODS = vocabulary(
    "bulan hari harian sehari perhari hr jam perjam sejam minggu mingguan seminggu perminggu tahun"
    " tahunan setahun pertahun shift pershift trip proyek project borongan semester sekali kali"
    " day week hour year mingguannya hariannya"
)
_FOREIGN = vocabulary(
    "$ € £ ¥ usd dollar dolar us rm myr ringgit sgd yen jpy won krw euro eur ntd hkd riyal sar"
    " real dirham baht peso pound aud yuan"
)
_DOUBTFUL = UNSETTLING | vocabulary(
    "pokok tunjangan bonus lembur thr insentif komisi kotor gross bruto potong potongan pajak bpjs"
    " biaya modal omzet omset laba untung cicilan hutang utang tabungan belum tidak bukan naik"
    " turun dia ditambah tambah bayar training probation percobaan uang makan transport sampingan"
)
_BOUNDS = vocabulary(
    "kurang lebih bawah dibawah bawahnya atas diatas atasnya minimal minimum min maksimal"
    " maksimum maks max < > + - belum nyampe nyampai lebihan lebihnya sampai hingga ≤ ≥"
)
_TELLING = _DOUBTFUL | _OTHER_PERIODS | _BOUNDS | _FOREIGN
_MINIMUM_WAGE = vocabulary("umr umk ump umkm umr/umk")
_VARYING = re.compile(
    r" (?:(?:tidak|belum|gak) (?:tentu|menentu|nentu|pasti|tetap|netap)|tergantung|variatif"
    r"|bervariasi|beda beda|naik turun|fluktuatif) "
)
_NOTHING = re.compile(
    r" (?:(?:tidak|belum) (?:ada|punya|dapat|terima|di ?gaji|dibayar|berpenghasilan"
    r"|menghasilkan|gajian)|nihil|kosong|gratis|sukarela) "
)


def read(text: str, asked: Asked) -> Reading:  # noqa: ARG001 - every reader is called alike
    folded = english.in_indonesian(_AT_LEAST.sub("minimal", fold(text)))
    folded = english.without_small_words(folded, of_pay=True)
    plain = _ROUGHLY.sub(" ", _MONTHLY.sub(" ", _PREFIX.sub(" ", _to_the_point(folded))))
    figures = find_figures(_SLANG.sub(lambda word: _WORDS_FOR[word[0]], plain))
    if figures is None:
        return reask("money_not_understood")
    if not figures.amounts:
        return _without_amount(split(folded))
    rest = [word for word in figures.rest if word not in _NEUTRAL]
    return _obstacle(figures, rest) or _value(figures, rest)


def _to_the_point(folded: str) -> str:
    """The text without an age, an emoji, or where the money is earned."""
    said = _OF_SOMETHING_ELSE.sub(" ", folded)
    tail = _TAIL.search(said)
    if tail is None or "?" in said:
        return said
    words = split(tail[0])
    is_told = _TELLING.isdisjoint(words) and _DOUBTFUL.isdisjoint(map(root, words))
    return said[: tail.start()] if is_told else said


def _without_amount(words: list[str]) -> Reading:
    sentence = f" {' '.join(words)} "
    if not _MINIMUM_WAGE.isdisjoint(words):
        return reask("money_minimum_wage")
    if _VARYING.search(sentence):
        return reask("money_varies")
    if _NOTHING.search(sentence):
        return _unusual(0)
    return reask(stance(words) or "money_not_understood")


def _obstacle(figures: Figures, rest: list[str]) -> Reading | None:
    """Why the amounts, though read, are no monthly pay."""
    if not _FOREIGN.isdisjoint(rest):
        return reask("money_currency")
    if not _OTHER_PERIODS.isdisjoint(rest):
        return reask("money_per_month", value=rupiah(figures.amounts[0].value))
    if len(figures.amounts) > 2 or "?" in figures.links:
        return reask("money_two_amounts")
    if not _BOUNDS.isdisjoint(rest):
        return reask("money_bound", value=rupiah(_in_full(figures.amounts[0])))
    return reask("money_not_understood") if "tidak" in rest or "bukan" in rest else None


def _value(figures: Figures, rest: list[str]) -> Reading:
    amounts = figures.amounts
    if figures.links == ["-"]:
        return _range(*amounts)
    value = sum(map(_in_full, amounts))
    if len(amounts) > 1 or rest or not amounts[0].clear or value != amounts[0].value:
        return _meant(value)
    return sure(value) if _LEAST <= value <= _MOST else _unusual(value)


def _meant(value: int) -> Reading:
    return confirm(value, "money_meant", value=rupiah(value)) if value else _unusual(0)


def _unusual(value: int) -> Reading:
    reason = "money_unusual" if value else "money_none"
    return confirm(value, reason, value=rupiah(value))


def _in_full(amount: Amount) -> int:
    """ "2,5" and "3000" are said in millions and thousands; a scale or size that fits stands."""
    if amount.scale > 1 or amount.value >= _WRITTEN_OUT:
        return amount.value
    literal = amount.literal
    return literal.times(MILLION if literal.whole < 100 else THOUSAND)


def _range(low: Amount, high: Amount) -> Reading:
    least, most = _in_full(low), _in_full(high)
    if low.scale == 1 and high.scale > 1:  # "3-4 juta", but "500-1jt"
        shared = low.literal.times(high.scale)
        least = shared if shared < most else least
    if not 0 < least < most:
        return reask("money_not_understood")
    value: dict[str, Any] = {"min": least, "max": most}
    return confirm(value, "money_range", min=rupiah(least), max=rupiah(most))


def rupiah(value: int) -> str:
    return f"Rp{value:,}".replace(",", ".")
