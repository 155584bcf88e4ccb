"""A day and a time as YYYY-MM-DDTHH:MM: "17 agustus 2024 jam 8 pagi", "besok pukul 13.00"."""

import re

from flows.answers import clock, date
from flows.answers.normal import fold
from flows.answers.numerals import in_digits
from flows.answers.reading import Asked, Outcome, Reading, confirm, reask, sure

_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2})?")
_SAID = r"(?:jam|pukul|pkl|jm)\b.*"
_WRITTEN = r"(?<![\d./:-])\d{1,2}[:.]\d{2}(?![\d./-])(?: ?(?:wib|wita|wit|pagi|siang|sore|malam))*"
_TIME = re.compile(rf"{_SAID}|{_WRITTEN}|\b(?:tengah malam|tengah hari)\b")


def read(text: str, asked: Asked) -> Reading:
    if iso := _ISO.fullmatch(text.strip()):
        text = f"{iso[1]} jam {iso[2]}"
    folded = in_digits(fold(text))
    said = _TIME.search(folded)
    if said is None:
        day = date.read(text, asked)
        return reask("datetime_time" if day.value else "datetime_not_understood")
    time = clock.read(said[0], asked)
    day = date.read(folded[: said.start()] + folded[said.end() :], asked)
    if day.outcome is Outcome.REASK:
        return day if day.reason == "date_impossible" else reask("datetime_day")
    if time.outcome is Outcome.REASK:
        return reask("datetime_time")
    if day.value["precision"] != "day":
        return reask("datetime_day")
    return _together(day, time, text)


def _together(day: Reading, time: Reading, text: str) -> Reading:
    """An appointment may lie ahead, so a day that does is no reason to ask."""
    value = f"{day.value['value']}T{time.value}"
    ahead = day.reason == "date_in_future"
    if time.outcome is Outcome.SURE and (day.outcome is Outcome.SURE or ahead) and "?" not in text:
        return sure(value)
    said = f"{day.facts.get('value') or day.value['value']} pukul {time.value.replace(':', '.')}"
    return confirm(value, "datetime_meant", value=said)
