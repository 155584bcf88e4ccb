"""An office with a linked spreadsheet, on both databases."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.conftest import FixedClock
from tests.exports.mirror.google.office import Office
from tests.fakes.sheets import FakeSheets


@pytest.fixture
def google(clock: FixedClock) -> Iterator[FakeSheets]:
    with FakeSheets(clock=clock) as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
def office(sqlite_url: str, google: FakeSheets, clock: FixedClock) -> Iterator[Office]:
    database = Database(sqlite_url)
    office = Office(database, google, clock)
    yield office
    office.close()
    database.close()
