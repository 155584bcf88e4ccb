"""A simulated year: every wave accounted for, nobody over the cap, nothing outside its hours."""

from collections.abc import Callable

import pytest

from bot.service import Service
from tests.bot.campaigns.office import CampaignOffice
from tests.bot.campaigns.year import Year
from tests.conftest import FixedClock


def lived(service: Service, clock: FixedClock, alumni: int) -> Year:
    year = Year(CampaignOffice(service, clock), alumni)
    year.prepare()
    year.live()
    year.check()
    print("\n".join(year.calendar()))  # noqa: T201 -- the calendar is what staff would see
    return year


def test_a_year_of_a_small_office(
    sqlite_url: str, make_service: Callable[[str], Service], clock: FixedClock
) -> None:
    year = lived(make_service(sqlite_url), clock, 120)
    assert len(year.calendar()) == 12
    found = year.office.waves()
    assert {"2026-C1", "2026-C2", "2026-C3", "2026-03-2tahun", "2026-07-20"} <= set(found)
    with year.office.service.database.read() as db:
        from storage import waves  # noqa: PLC0415

        assert sum(bool(one.campaign) for one in waves.listed(db)) > 50


@pytest.mark.soak
def test_a_year_of_six_thousand_alumni(service: Service, clock: FixedClock) -> None:
    lived(service, clock, 6_000)
