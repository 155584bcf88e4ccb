"""Working days of an Indonesian office: Monday to Friday, without holidays and cuti bersama."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

_SATURDAY = 5


def working_days_after(day: date, number: int) -> date:
    """Return the working day that is so many after `day`, which itself does not count."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day


def working_days_late(due: date, today: date) -> int:
    """Return how many working days have begun since the one that was due; 0 when none has."""
    days = (due + timedelta(days=n) for n in range(1, (today - due).days + 1))
    return sum(map(is_working_day, days))


def is_working_day(day: date) -> bool:
    """Whether offices work on that day."""
    return day.weekday() < _SATURDAY and day not in holidays()


@cache
def holidays() -> Mapping[date, str]:
    """Return the national holidays and cuti bersama by name, of the years that are listed."""
    text = files(__package__).joinpath("holidays.yaml").read_text("utf-8")
    return MappingProxyType(yaml.safe_load(text))
