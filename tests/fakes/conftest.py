"""The stand-in for Telegram, an application it may call, and Sari."""

import threading
from collections.abc import Iterator

import pytest

from tests.fakes.asking import App
from tests.fakes.telegram import FakeTelegram, Person
from tests.people import SARI


@pytest.fixture
def app() -> Iterator[App]:
    server = App()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.may_answer.set()
    server.shutdown()
    server.hang_up_on_everyone()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _retry_after_is_a_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the library for what it will do anyway: without it, it warns at each 429."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
def strict() -> Iterator[FakeTelegram]:
    """A fake whose rules are broken on purpose."""
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def sari(telegram: FakeTelegram) -> Person:
    return telegram.person("Sari Wulandari", phone=SARI.phone)
