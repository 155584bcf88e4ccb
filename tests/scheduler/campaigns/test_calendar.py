"""Months, zones, holidays, Ramadan and Fridays: when a wave is due and a message may go."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.campaigns import library
from scheduler.campaigns.calendar import (
    closing,
    first_moment,
    later,
    may_go,
    next_moment,
    reminder_moment,
)
from scheduler.campaigns.faults import CampaignFaults
from scheduler.campaigns.model import Campaign, Hours, Open, Span
from scheduler.campaigns.office_days import national, read_office_days
from scheduler.campaigns.read import read_campaign
from scheduler.campaigns.slots import following, slots

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
DAYS = national()


def shipped(name: str) -> Campaign:
    return read_campaign(library.source(name))


def wrote(old: str, new: str, name: str = "kebekerjaan_pascapelatihan") -> Campaign:
    source = library.source(name).decode()
    assert old in source
    return read_campaign(source.replace(old, new).encode())


def due(campaign: Campaign, ended: str, until: str = "2030-01-01") -> list[tuple[str, str]]:
    found = slots(campaign, date.fromisoformat(ended), date(2020, 1, 1), date.fromisoformat(until))
    return [(slot.due_on.isoformat(), slot.key) for slot in found]


def here(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("day", "span", "then"),
    [
        ("2026-08-31", Span(months=1), "2026-09-30"),
        ("2026-08-31", Span(months=3), "2026-11-30"),
        ("2026-01-31", Span(months=1), "2026-02-28"),
        ("2028-01-31", Span(months=1), "2028-02-29"),
        ("2024-02-29", Span(months=12), "2025-02-28"),
        ("2024-02-29", Span(months=48), "2028-02-29"),
        ("2024-02-01", Span(months=24), "2026-02-01"),
        ("2026-12-31", Span(days=1, months=2), "2027-03-01"),
    ],
)
def test_months_are_the_calendars(day: str, span: Span, then: str) -> None:
    assert later(date.fromisoformat(day), span).isoformat() == then


def test_after_training_there_are_waves_at_one_three_and_six_months() -> None:
    assert due(shipped("kebekerjaan_pascapelatihan"), "2026-08-31") == [
        ("2026-09-30", "1bulan"), ("2026-11-30", "3bulan"), ("2027-02-28", "6bulan"),
    ]  # fmt: skip


def test_two_years_after_a_yudisium_is_the_same_day() -> None:
    assert due(shipped("tracer"), "2024-02-01") == [("2026-02-01", "2tahun")]
    assert due(shipped("tracer_12bulan"), "2024-02-29") == [("2025-02-28", "1tahun")]


def test_a_caturwulan_is_asked_in_its_last_month_while_the_cohort_is_young() -> None:
    assert due(shipped("kebekerjaan_caturwulan"), "2026-05-20") == [
        ("2026-08-01", "2026-C2"), ("2026-12-01", "2026-C3"), ("2027-04-01", "2027-C1"),
    ]  # fmt: skip


def test_a_caturwulan_may_count_by_the_end_of_training() -> None:
    campaign = wrote(
        "by: jawaban, month: 4", "by: akhir_pelatihan, month: 1", "kebekerjaan_caturwulan"
    )
    assert due(campaign, "2026-05-20") == [("2026-09-01", "2026-C2")]
    assert due(campaign, "2026-12-31") == [("2027-01-01", "2026-C3")]


def test_fixed_days_and_crontabs_name_their_days() -> None:
    campaign = wrote("- after: {months: 6}", '- cron: "0 0 20 7 *"\n  - {on: 2027-01-05}')
    assert due(campaign, "2026-06-30", "2027-08-01") == [
        ("2026-07-20", "2026-07-20"), ("2026-07-30", "1bulan"), ("2026-09-30", "3bulan"),
        ("2027-01-05", "2027-01-05"), ("2027-07-20", "2027-07-20"),
    ]  # fmt: skip


def test_a_slot_keeps_its_name_when_its_rule_moves_or_a_date_is_corrected() -> None:
    campaign = shipped("kebekerjaan_pascapelatihan")
    turned = replace(campaign, waves=campaign.waves[::-1])
    keys = {key for _day, key in due(campaign, "2026-08-31")}
    assert {key for _day, key in due(turned, "2026-09-02")} == keys
    assert wrote("after: {months: 6}", "after: {days: 0, months: 6}").waves[2].key == "6bulan"


def test_the_next_wave_of_somebody_late() -> None:
    found = following(shipped("kebekerjaan_pascapelatihan"), date(2026, 8, 31), date(2026, 10, 5))
    assert found is not None
    assert found.due_on == date(2026, 11, 30)


def test_each_zone_has_its_own_nine_oclock() -> None:
    hours = Hours()
    found = [first_moment(hours, DAYS, zone, date(2026, 11, 24)) for zone in (WIT, WITA, WIB)]
    assert [one.hour for one in found] == [0, 1, 2]
    assert {here(one, zone) for one, zone in zip(found, (WIT, WITA, WIB), strict=True)} == {
        "2026-11-24 09:00"
    }


def test_a_wave_on_idulfitri_goes_after_the_holidays() -> None:
    assert here(first_moment(Hours(), DAYS, WITA, date(2026, 3, 21)), WITA) == "2026-03-25 09:00"
    always = Hours(on_holidays=True)
    assert here(first_moment(always, DAYS, WITA, date(2026, 3, 21)), WITA) == "2026-03-21 09:00"


def at(text: str, zone: str = WIB) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("since", "goes"),
    [
        ("2026-11-23 10:15", "2026-11-23 10:15"),
        ("2026-11-23 07:00", "2026-11-23 09:00"),
        ("2026-11-23 17:00", "2026-11-24 09:00"),
        ("2026-11-27 11:30", "2026-11-27 13:00"),  # Friday prayers
        ("2026-11-27 11:29", "2026-11-27 11:29"),
        ("2026-12-23 18:00", "2026-12-26 09:00"),  # 24 and 25 are off, the 26th a Saturday
        ("2026-02-23 15:30", "2026-02-24 09:00"),  # Ramadan ends the day at three
        ("2026-02-20 11:45", "2026-02-20 13:00"),  # a Friday in Ramadan
    ],
)
def test_when_a_message_may_go(since: str, goes: str) -> None:
    assert here(next_moment(Hours(), DAYS, WIB, at(since)), WIB) == goes


def test_an_office_may_close_its_weekends() -> None:
    hours = Hours(on_weekends=False)
    assert here(next_moment(hours, DAYS, WIB, at("2026-11-27 17:30")), WIB) == "2026-11-30 09:00"


@settings(max_examples=80)
@given(st.integers(0, 1_000_000), st.sampled_from([WIB, WITA, WIT]))
def test_the_next_moment_is_open_and_nothing_open_lies_before_it(minutes: int, zone: str) -> None:
    hours, moment = Hours(), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = next_moment(hours, DAYS, zone, moment)
    assert found >= moment
    assert may_go(hours, DAYS, zone, found)
    steps = min(int((found - moment) / timedelta(minutes=30)), 60)
    assert not any(
        may_go(hours, DAYS, zone, found - timedelta(minutes=30 * n + 1))
        for n in range(steps)
        if found - timedelta(minutes=30 * n + 1) >= moment
    )


def test_open_days_count_from_each_persons_own_delivery() -> None:
    monday, thursday = at("2026-11-23 09:00"), at("2026-11-26 14:00")
    assert closing(Open(3), DAYS, WIB, monday) == at("2026-11-26 09:00")
    assert closing(Open(3), DAYS, WIB, thursday) == at("2026-11-29 14:00")


def test_fourteen_working_days_run_over_lebaran() -> None:
    opened = Open(14, is_working=True)
    found = closing(opened, DAYS, WIB, at("2026-03-12 10:00"))
    assert here(found, WIB) == "2026-04-10 00:00"  # until the end of 9 April
    assert here(closing(opened, DAYS, WIB, at("2026-11-21 10:00")), WIB) == "2026-12-11 00:00"


def test_reminders_keep_to_the_hours_of_their_day() -> None:
    sent = at("2026-11-23 16:40")
    found: Sequence[datetime] = [reminder_moment(Hours(), DAYS, WIB, sent, n) for n in (1, 2)]
    assert [here(one, WIB) for one in found] == ["2026-11-24 09:00", "2026-11-25 09:00"]


def test_an_office_has_days_of_its_own() -> None:
    days = read_office_days(
        b"libur: {2026-11-24: Dies natalis}\nmasuk: [2026-12-24]\nramadan: {2028-01-28: 2028-02-25}"
    )
    hours = Hours()
    assert here(first_moment(hours, days, WIB, date(2026, 11, 24)), WIB) == "2026-11-25 09:00"
    assert here(first_moment(hours, days, WIB, date(2026, 12, 24)), WIB) == "2026-12-24 09:00"
    assert days.is_ramadan(date(2028, 2, 1))
    assert not days.is_working(date(2026, 12, 25))
    with pytest.raises(CampaignFaults) as found:
        read_office_days(b"libur: [2026-11-24]\nbuka: x\nmasuk: [besok]")
    assert [one.line for one in found.value.faults] == [1, 2, 3]


def test_a_campaign_may_switch_friday_and_ramadan_off() -> None:
    campaign = wrote(
        'friday: "11.30-13.00", ramadan: "09.00-15.00"', "friday: tidak, ramadan: tidak"
    )
    assert (campaign.hours.friday, campaign.hours.ramadan) == (None, None)
    assert campaign.hours.send_at == time(9)
