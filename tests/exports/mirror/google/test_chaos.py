"""Law 8 on a bad day: the sheet equals the database at the end, and every note is where it was.

A quarter of all requests fail, some of them carried out, some carried out later; the process
dies before and after its steps; people edit between any two requests. How much of it there was
is asserted, so that the day cannot become an easy one unnoticed.
"""

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.conftest import FixedClock
from tests.exports.mirror.google.chaos import Chaos, dying_writes
from tests.exports.mirror.google.office import Office
from tests.fakes.sheets import FakeSheets, people


@pytest.fixture
def any_office(database_url: str, google: FakeSheets, clock: FixedClock) -> Iterator[Office]:
    database = Database(database_url)
    office = Office(database, google, clock)
    yield office
    office.close()
    database.close()


def live_through(office: Office, seed: int, flushes: int) -> Chaos:
    chaos = Chaos(office, seed)
    with dying_writes(chaos):
        chaos.run(flushes)
    assert chaos.notes_lost == []
    assert office.faults() == []
    assert office.google.violations == []
    assert chaos.count["crash"] >= flushes / 20
    assert chaos.count["flush later"] >= flushes / 5
    assert chaos.count["note"] >= flushes / 8
    assert sum(chaos.count[edit.__name__] for edit in people.EDITS) >= flushes / 4
    return chaos


@pytest.mark.parametrize("seed", [1, 2])
def test_law_8_a_sheet_converges_through_faults_crashes_and_people(
    any_office: Office, seed: int
) -> None:
    live_through(any_office, seed, 50)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 114))
def test_law_8_it_converges_for_four_thousand_responses(office: Office, seed: int) -> None:
    chaos = live_through(office, seed, 140)
    assert chaos.responses >= 300  # of fourteen days: more than 4,000
