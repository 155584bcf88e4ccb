"""The small office, on each kind of database."""

from collections.abc import Callable

import pytest

from bot.service import Service
from flows.xlsform import Artefact
from tests.bot.world import World, make_world


@pytest.fixture
def world(service: Service, artefact: Artefact) -> World:
    return make_world(service, artefact)


@pytest.fixture
def sqlite_world(
    sqlite_url: str, make_service: Callable[[str], Service], artefact: Artefact
) -> World:
    return make_world(make_service(sqlite_url), artefact)
