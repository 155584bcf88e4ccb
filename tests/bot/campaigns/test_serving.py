"""A running `serve` opens what is due by itself."""

import time

from bot.service import Service
from storage import waves
from tests.bot.campaigns.office import CampaignOffice
from tests.bot.live import TickingClock, serving
from tests.conftest import settings_for


def test_serve_opens_a_due_wave_and_invites_its_people(sqlite_url: str) -> None:
    clock = TickingClock()  # a Saturday, ten in the morning
    service = Service(settings_for(sqlite_url), clock=clock)
    office = CampaignOffice(service, clock)
    service.settings = settings_for(sqlite_url)  # no provider: by web
    office.publish("kebekerjaan")
    office.cohort("Menjahit 1", "2026-10-21", office.people(3, has_number=False))
    office.turn_on("kebekerjaan_pascapelatihan")
    with serving(service):
        deadline = time.monotonic() + 60
        while not office.waves() and time.monotonic() < deadline:
            time.sleep(0.1)
        while office.standing(1) != {("owed", ""): 3} and time.monotonic() < deadline:
            time.sleep(0.1)
        assert office.standing(1) == {("owed", ""): 3}
        with service.database.read() as db:
            assert waves.listed(db)[0].campaign == "kebekerjaan_pascapelatihan"
