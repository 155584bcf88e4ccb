"""Functions about dates and times. A date that cannot be read is blank."""

import math
import re
from collections.abc import Callable
from datetime import datetime

from flows.expressions.functions.signature import Function, scoped
from flows.expressions.moments import instant_days, moment_of_days, read_clock, read_moment
from flows.expressions.scope import Scope, Value

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_WEEKDAYS = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")

DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)

# Letters of ODK's format strings; names of months and days as respondents read them.
DIRECTIVES: dict[str, Callable[[datetime], str]] = {
    "Y": lambda moment: f"{moment.year:04}",
    "y": lambda moment: f"{moment.year % 100:02}",
    "m": lambda moment: f"{moment.month:02}",
    "n": lambda moment: f"{moment.month}",
    "b": lambda moment: _MONTHS[moment.month - 1],
    "d": lambda moment: f"{moment.day:02}",
    "e": lambda moment: f"{moment.day}",
    "H": lambda moment: f"{moment.hour:02}",
    "h": lambda moment: f"{moment.hour}",
    "M": lambda moment: f"{moment.minute:02}",
    "S": lambda moment: f"{moment.second:02}",
    "3": lambda moment: f"{moment.microsecond // 1000:03}",
    "a": lambda moment: _WEEKDAYS[moment.weekday()],
    "%": lambda _moment: "%",
}


def _today(scope: Scope) -> str:
    return scope.now.astimezone(scope.zone).date().isoformat()


def _now(scope: Scope) -> str:
    return scope.now.astimezone(scope.zone).isoformat(timespec="milliseconds")


def _date(scope: Scope, value: Value) -> str:
    moment = _moment(scope, value)
    return moment.date().isoformat() if moment else ""


def _date_time(scope: Scope, value: Value) -> str:
    moment = _moment(scope, value)
    return moment.isoformat(timespec="milliseconds") if moment else ""


def _format(scope: Scope, value: Value, pattern: str) -> str:
    moment = _moment(scope, value)
    if moment is None:
        return ""
    return DIRECTIVE.sub(lambda found: _written(found, moment), pattern)


def _written(directive: re.Match[str], moment: datetime) -> str:
    write = DIRECTIVES.get(directive[1])
    return write(moment) if write else directive[0]


def _decimal_date_time(scope: Scope, value: Value) -> float:
    moment = _moment(scope, value)
    return instant_days(moment) if moment else math.nan


def _decimal_time(scope: Scope, text: str) -> float:
    """The part of the day gone by, in the form's zone."""
    today = scope.now.astimezone(scope.zone).date()
    moment = read_moment(text, scope.zone) or read_clock(text, today, scope.zone)
    if moment is None:
        return math.nan
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return (seconds + moment.microsecond / 1e6) / 86_400


def _months_between(scope: Scope, first: Value, second: Value) -> float:
    """Whole calendar months from one date to another, negative when it goes back."""
    start, end = _moment(scope, first), _moment(scope, second)
    if start is None or end is None:
        return math.nan
    if end < start:
        return -_months_between(scope, second, first)
    months = (end.year - start.year) * 12 + end.month - start.month
    return float(months - (end.day < start.day))


def _days_between(scope: Scope, first: Value, second: Value) -> float:
    start, end = _moment(scope, first), _moment(scope, second)
    if start is None or end is None:
        return math.nan
    return float(end.toordinal() - start.toordinal())


def _weeks_between(scope: Scope, first: Value, second: Value) -> float:
    days = _days_between(scope, first, second)
    return days if math.isnan(days) else float(math.trunc(days / 7))


def _years_between(scope: Scope, first: Value, second: Value) -> float:
    months = _months_between(scope, first, second)
    return months if math.isnan(months) else float(math.trunc(months / 12))


def _moment(scope: Scope, value: Value) -> datetime | None:
    if isinstance(value, str):
        return read_moment(value, scope.zone)
    return None if isinstance(value, bool) else moment_of_days(value, scope.zone)


FUNCTIONS: dict[str, Function] = {
    "today": scoped("-> text", _today),
    "now": scoped("-> text", _now),
    "date": scoped("any -> text", _date),
    "date-time": scoped("any -> text", _date_time),
    "format-date": scoped("any text -> text", _format),
    "format-date-time": scoped("any text -> text", _format),
    "decimal-date-time": scoped("any -> number", _decimal_date_time),
    "decimal-time": scoped("text -> number", _decimal_time),
    # The Community Health Toolkit's, which many public forms use.
    "difference-in-months": scoped("any any -> number", _months_between),
    "parse-timestamp-to-date": scoped("any -> text", _date_time),
    "cht:difference-in-days": scoped("any any -> number", _days_between),
    "cht:difference-in-weeks": scoped("any any -> number", _weeks_between),
    "cht:difference-in-months": scoped("any any -> number", _months_between),
    "cht:difference-in-years": scoped("any any -> number", _years_between),
}
