"""Working days: weekends, holidays, cuti bersama."""

from datetime import date

import pytest

from scheduler.working_days import is_working_day, working_days_after, working_days_late


@pytest.mark.parametrize(
    ("begun", "number", "due"),
    [
        pytest.param(date(2026, 11, 23), 1, date(2026, 11, 24), id="Monday to Tuesday"),
        pytest.param(date(2026, 11, 20), 3, date(2026, 11, 25), id="over a weekend"),
        pytest.param(date(2026, 11, 21), 14, date(2026, 12, 10), id="begun on a Saturday"),
        pytest.param(date(2026, 12, 23), 1, date(2026, 12, 28), id="over Natal, cuti bersama too"),
        pytest.param(date(2026, 11, 21), 0, date(2026, 11, 21), id="none"),
    ],
)
def test_days_allowed_are_working_days(begun: date, number: int, due: date) -> None:
    assert working_days_after(begun, number) == due


def test_a_weekend_makes_nothing_later() -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    assert working_days_late(friday, date(2026, 11, 22)) == 0
    assert working_days_late(friday, monday) == 1
    assert working_days_late(monday, friday) == 0


def test_independence_day_is_free() -> None:
    assert not is_working_day(date(2026, 8, 17))
    assert is_working_day(date(2026, 8, 18))
