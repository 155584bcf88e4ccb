"""The small office, on each kind of database."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from bot.service import Service
from flows.xlsform import Artefact
from tests.bot.phone import CHROMIUM, FLAGS
from tests.bot.world import World, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- skips before it is needed

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def world(service: Service, artefact: Artefact) -> World:
    return make_world(service, artefact)


@pytest.fixture
def sqlite_world(
    sqlite_url: str, make_service: Callable[[str], Service], artefact: Artefact
) -> World:
    return make_world(make_service(sqlite_url), artefact)
