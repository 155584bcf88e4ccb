"""A day and a time of day: "21 agustus 2026 jam 07.30", "kemarin pukul 8 malam"."""

import re

from flows.answers import clock, date
from flows.answers.normal import fold, split, stance
from flows.answers.reading import Asked, Outcome, Reading, confirm, reask, sure

_NAMED = re.compile(r"\b(?:jam|pukul|pk|pkl)\b\.?", re.IGNORECASE)
_BARE = re.compile(r"[ T](?=\d{1,2}[.:]\d{2}(?!\d|[./-]))")


def read(text: str, asked: Asked) -> Reading:
    found = list(_NAMED.finditer(text)) or list(_BARE.finditer(text))
    if not found:
        return reask(stance(split(fold(text))) or "datetime_not_understood")
    divide = found[-1]
    day, time = text[: divide.start()].strip(" ,"), clock.find_clock(text[divide.end() :])
    if not day or time is None:
        return reask("datetime_not_understood")
    reading = date.read(day, asked)
    if reading.outcome is Outcome.REASK:
        return reading
    if reading.value["precision"] != "day":
        return reask("date_day_missing")
    value = f"{reading.value['value']}T{time.text}"
    if reading.outcome is Outcome.SURE and time.sure:
        return sure(value)
    year, month, number = reading.value["value"].split("-")
    said = f"{int(number)}/{int(month)}/{year} pukul {time.text.replace(':', '.')}"
    return confirm(value, "date_meant", value=said)
