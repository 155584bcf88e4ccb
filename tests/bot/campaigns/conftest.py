"""The office with campaigns, on each kind of database."""

import pytest

from bot.service import Service
from tests.bot.campaigns.office import CampaignOffice
from tests.conftest import FixedClock


@pytest.fixture
def office(service: Service, clock: FixedClock) -> CampaignOffice:
    made = CampaignOffice(service, clock)
    made.publish("kebekerjaan")
    return made
