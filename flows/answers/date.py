"""Dates in Indonesian order with the precision people give: "17/8/2024", "agustus 2024"."""

import re
from collections.abc import Callable
from datetime import date

from flows.answers import english
from flows.answers.normal import FILLERS, fold, split, stance
from flows.answers.numerals import in_digits
from flows.answers.reading import Asked, Reading, confirm, reask, sure
from flows.answers.relative import read_relative
from flows.answers.spelling import vocabulary
from flows.answers.when import LONG_AGO, When, in_century, last_one, month_of

_WORDS = re.compile(r"[^\W\d_]+")
_APART = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_GLUE = FILLERS - {"mi", "pi", "ji", "uni", "om"} | vocabulary(
    "pada sejak mulai dari di baru pas waktu per masehi terhitung semenjak yaitu tmt"
)
_NAMED_PARTS = vocabulary("tanggal bulan tahun th hari")
_WEEKDAYS = {
    name: day
    for day, names in enumerate("senin selasa rabu kamis jumat,jum sabtu minggu,ahad".split())
    for name in names.split(",")
}
_YEAR = re.compile(r"\bth\b")
_NEW_YEAR = re.compile(r"\btahun baru\b")  # a day by itself, not a year that is new
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)(?=[ ,])")
_MONTH_BY_NUMBER = re.compile(r"(?<!\d )\bbulan (\d{1,2})\b(?!\d)")
_ROUGHLY = re.compile(r"\b(?:kurang lebih|kira[- ]?kira|kira2|sekitaran|sekitar|kisaran|kurleb)\b")
_PART = r"(?:awal|pertengahan|tengah|akhir|penghujung|permulaan)"
_PART_OF = re.compile(rf"^{_PART}(?: an|-{_PART}|2)? (?=.)|(?<=.) {_PART}(?: an)?$")
_LOOSE_END = re.compile(r"sebelum|sesudah|setelah|antara|sampai|hingga|kecuali|bukan|tidak|belum")
_IN_SENTENCE = re.compile(
    r"(?<![\d#])(?:(\d{1,2})[-/. ]+(?=#?\d{1,2}[-/. ]+\d{4}))?(?:#?(\d{1,2})[-/. ]+)?"
    r"((?:19|20)\d\d)(?!\d)"
)
_WORDED_YEAR = re.compile(r"\b2 ribu(?: (\d{1,2}))?$")


def read(text: str, asked: Asked) -> Reading:
    typed = english.without_small_words(english.in_indonesian(_ORDINAL.sub(" ", fold(text))))
    folded, rough = _ROUGHLY.subn(" ", in_digits(_YEAR.sub("tahun", typed)))
    folded = _NEW_YEAR.sub("tahunbaru", folded.replace("jum'at", "jumat"))
    marked = _WORDS.sub(_mark_month, _APART.sub(" ", folded))
    marked = _MONTH_BY_NUMBER.sub(r"#\1", marked)
    marked = _WORDED_YEAR.sub(lambda year: str(2000 + int(year[1] or 0)), marked)
    when = _part_of(marked, asked.today) or _whole(marked, asked.today) or _inside(marked)
    if when is None:
        return _not_a_date(folded, marked)
    reason = when.reason or ("date_meant" if "?" in text else "")
    rough_or_not = when.approximate or bool(rough)
    return _settle(when._replace(approximate=rough_or_not, reason=reason), asked.today)


def read_ahead(text: str, asked: Asked) -> Reading:
    """Read a date that may well lie ahead, such as when something begins."""
    reading = read(text, asked)
    if reading.reason == "date_in_future" and "?" not in text:
        return sure(reading.value)
    return reading


def _mark_month(word: re.Match[str]) -> str:
    month = month_of(word[0])
    return f" #{month} " if month else " " if word[0] in _GLUE else word[0]


def _settle(when: When, today: date | None) -> Reading:
    said = when.in_words()
    if not when.is_possible():
        return reask("date_impossible", value=said)
    if today and when.is_after(today):
        return confirm(when.value(), "date_in_future", value=said)
    reason = when.reason or ("date_meant" if when.year < LONG_AGO else "")
    return confirm(when.value(), reason, value=said) if reason else sure(when.value())


def _not_a_date(folded: str, marked: str) -> Reading:
    declined = stance(split(folded))
    if not declined and re.fullmatch(r"\W*(?:tanggal )?\W*\d{1,2}\W*", marked):
        return reask("date_month_missing")
    return reask(declined or "date_not_understood")


def _part_of(marked: str, today: date | None) -> When | None:
    """ "awal 2024" leaves the month open, so the year is confirmed; "awal mei 2024" does not."""
    text = " ".join(marked.split())
    rest, times = _PART_OF.subn("", text, count=1)
    when = _whole(rest, today) if times else None
    if when is None or when.day:
        return None
    reason = when.reason if when.month else when.reason or "date_approximate"
    return when._replace(approximate=True, reason=reason)


def _whole(marked: str, today: date | None) -> When | None:
    words = re.sub(r"[^\w#,]+", " ", marked).strip(" ,")
    if today and (when := read_relative(" ".join(words.split()), today)):
        return when
    dropped = _WORDS.sub(lambda word: " " if word[0] in _NAMED_PARTS else word[0], marked)
    weekdays = _WEEKDAYS.keys() & _WORDS.findall(dropped)
    if weekdays and any(character.isdecimal() for character in dropped):
        dropped = _WORDS.sub(lambda word: " " if word[0] in _WEEKDAYS else word[0], dropped)
    when = _written(" ".join(dropped.replace(",", " ").split()).strip(" .!?-"), today)
    return _on_weekday(when, {_WEEKDAYS[name] for name in weekdays}) if when and weekdays else when


def _on_weekday(when: When, weekdays: set[int]) -> When:
    """A day that falls on another day of the week than was said is confirmed."""
    if not when.day or not when.is_possible():
        return when
    fits = weekdays == {date(when.year, when.month, when.day).weekday()}
    return when if fits else when._replace(reason="date_meant")


def _written(text: str, today: date | None) -> When | None:
    for pattern, meaning in _FORMS:
        if found := pattern.fullmatch(text):
            parts = [int(part) for part in found.groups()]
            return None if _has_a_zero(parts) else meaning(parts, today)
    return None


def _has_a_zero(parts: list[int]) -> bool:
    """True for a day or month 0; a year may be '00."""
    return 0 in parts[:-1] or (parts[-1] == 0 and parts[0] > 31)


def _inside(marked: str) -> When | None:
    """The only date in a sentence that says more."""
    found = list(_IN_SENTENCE.finditer(marked))
    if len(found) != 1 or _LOOSE_END.search(marked):
        return None
    before_and_after = marked[: found[0].start()] + marked[found[0].end() :]
    if re.search(r"\d", before_and_after):
        return None
    if any(part and not int(part) for part in found[0].groups()):
        return None
    day, month, year = (int(part or 0) for part in found[0].groups())
    return When(year, month, day, reason="date_meant")


def _day_first(parts: list[int], today: date | None) -> When:
    day, month, year = parts
    year = in_century(year, today) if year < 100 else year
    if month > 12 >= day:  # the American order is then the only one left
        return When(year, day, month, reason="date_meant")
    return When(year, month, day)


def _month_first(parts: list[int], _today: date | None) -> When:
    return When(parts[2], parts[0], parts[1])


def _year_first(parts: list[int], _today: date | None) -> When:
    year, month, day = [*parts, 0, 0][:3]
    return When(year, month, day)


def _month_and_year(parts: list[int], today: date | None) -> When:
    year = in_century(parts[1], today) if parts[1] < 100 else parts[1]
    return When(year, parts[0])


def _month_and_two_digits(parts: list[int], today: date | None) -> When:
    return _month_and_year(parts, today)._replace(reason="date_meant")


def _day_and_month(parts: list[int], today: date | None) -> When | None:
    day, month = parts
    if month > 12:  # "8/24": no month 24, so a year
        return _month_and_two_digits(parts, today)
    return last_one(today, month, day) if today else None


def _only_month(parts: list[int], today: date | None) -> When | None:
    return last_one(today, parts[0]) if today else None


def _short_year(parts: list[int], today: date | None) -> When:
    return When(in_century(parts[0], today), reason="date_meant")


def _run_together(parts: list[int], _today: date | None) -> When:
    return When(parts[2], parts[1], parts[0], reason="date_meant")


_SEPARATED = r" ?[-/. ] ?"
_FORMS: list[tuple[re.Pattern[str], Callable[[list[int], date | None], When | None]]] = [
    (re.compile(pattern.replace("~", _SEPARATED)), meaning)
    for pattern, meaning in (
        (r"(\d{4})", _year_first),
        (r"#(\d+)~'?(\d{4})", _month_and_year),
        (r"(\d{1,2})~#?(\d{1,2})~'?(\d{4}|\d{2})", _day_first),
        (r"(\d{4})~#?(\d{1,2})~(\d{1,2})", _year_first),
        (r"(\d{1,2})~(\d{4})", _month_and_year),
        (r"(\d{4})~#?(\d{1,2})", _year_first),
        (r"#(\d+)~(\d{1,2})~(\d{4})", _month_first),
        (r"#(\d+)~'(\d{2})", _month_and_year),
        (r"#(\d+)~(\d{2})", _month_and_two_digits),
        (r"(\d{1,2})~#(\d+)", _day_and_month),
        (r"(\d{1,2}) ?[-/.] ?(\d{1,2})", _day_and_month),
        (r"#(\d+)", _only_month),
        (r"'(\d{2})", _short_year),
        (r"(\d\d)(\d\d)((?:19|20)\d\d)", _run_together),
    )
]
