"""Hearing Telegram through trouble: nothing is confirmed that is not stored (law 1)."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import repeat
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot import listening
from bot.service import Service
from flows.xlsform import Artefact
from storage import inbox
from tests import fakes
from tests.bot.live import TickingClock, serving
from tests.bot.telegram_office import (
    WEBHOOK,
    Road,
    make_office,
    open_road,
    telegram_environment,
)
from tests.bot.telegram_people import CONSENT
from tests.conftest import settings_for
from tests.fakes.faults import Garble, HangUp
from tests.fakes.telegram import FakeTelegram, Fault, Manner, Refuse
from tests.fakes.telegram.http import BotApiServer
from tests.fakes.telegram.updates import Webhook

Open = Callable[..., Road]
POLLED_ELSEWHERE = Refuse(
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
    "running",
)
TROUBLE = [
    POLLED_ELSEWHERE, Refuse(401), Refuse(404), Refuse(500), Refuse(429, retry_after=1),
    HangUp(accepted=False), HangUp(accepted=True), Garble(),
]  # fmt: skip


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less than the library of a real office does before asking again."""
    monkeypatch.setattr(listening, "PATIENCE_S", 0.01)
    monkeypatch.setattr(listening, "LONGEST_S", 0.05)


@pytest.fixture
def make_road(database_url: str, artefact: Artefact) -> Iterator[Open]:
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(open_road(database_url, artefact, **more))


def away() -> Exception:
    return OperationalError("INSERT", {}, Exception("disk full"))


def failing(
    monkeypatch: pytest.MonkeyPatch,
    wrong: Callable[[Any], bool],
    error: Callable[[], Exception] = away,
) -> list[str]:
    """Let storing fail of what is `wrong`; return the ids of all that was to be stored."""
    real, asked = inbox.add, list[str]()

    def add(db: Any, vault: Any, arrival: Any) -> int | None:
        asked.append(arrival.provider_id)
        if wrong(arrival):
            raise error()
        return real(db, vault, arrival)

    monkeypatch.setattr(inbox, "add", add)
    return asked


@pytest.mark.parametrize("fault", TROUBLE, ids=str)
def test_after_trouble_everything_is_heard(
    sqlite_url: str, artefact: Artefact, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    with open_road(sqlite_url, artefact) as road:
        sari = road.person("Sari")
        road.telegram.update_faults = iter([fault] * 2)
        assert "Apa kesibukan" in road.says(sari, "ya")[-1]
        assert "Apa nama usaha" in road.says(sari, "wirausaha")[-1]
        assert [update["update_id"] for update in road.telegram.pending] == []
        said = [one.getMessage() for one in caplog.records if one.name == "lacak"]
        assert "not_listening" in said
        assert road.telegram.token not in caplog.text


def test_while_another_program_polls_nothing_is_lost(make_road: Open) -> None:
    road = make_road()
    sari = road.person("Sari")
    road.telegram.update_faults = repeat(POLLED_ELSEWHERE)
    sari.says("ya")
    time.sleep(0.3)
    assert len(road.telegram.pending) == 1
    road.telegram.update_faults = iter(())
    road.quiet()
    assert "Apa kesibukan" in sari.last.text


def test_a_network_that_is_down_at_the_start_is_waited_for(
    sqlite_url: str, artefact: Artefact, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    class Late(BotApiServer):
        def server_bind(self) -> None:
            self.server_address = ("127.0.0.1", port)
            super().server_bind()

    monkeypatch.setattr(fakes.telegram, "BotApiServer", Late)
    clock = TickingClock()
    environment = telegram_environment(f"http://127.0.0.1:{port}")
    service = Service(settings_for(sqlite_url, **environment), clock=clock)
    telegram = FakeTelegram(clock=clock)
    road = Road(service, telegram, clock, *make_office(service, artefact))
    token = road.link(road.respondent("Sari"))
    with serving(service):
        time.sleep(0.2)
        with telegram:
            sari = telegram.person("Sari")
            sari.starts(token)
            road.wait(lambda: sari.sees)
            road.quiet()
            assert CONSENT in sari.last.text


def test_law_1_what_cannot_be_stored_is_not_confirmed(
    make_road: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    road = make_road()
    sari = road.person("Sari")
    broken = iter([True] * (listening.TRIES - 1))
    asked = failing(monkeypatch, lambda _arrival: next(broken, False))
    sari.says("ya")
    road.quiet()
    assert len(asked) == listening.TRIES
    assert "Apa kesibukan" in sari.last.text
    assert road.count("stray") == 1  # the link, and not this


def test_law_1_a_batch_in_disorder_that_breaks_off_loses_nothing(
    make_road: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    road = make_road(manner=Manner.SHUFFLED)
    people = [road.person(f"Orang {n}") for n in range(5)]
    count = iter(range(100))
    failing(monkeypatch, lambda _arrival: next(count) % 3 == 1)
    with road.telegram.held():
        for person in people:
            person.says("ya")
    road.quiet()
    assert all("Apa kesibukan" in person.last.text for person in people)
    assert road.count("inbox", "channel = 'telegram'") == 5


def test_one_update_that_always_fails_is_kept_and_holds_nobody_up(
    make_road: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    road = make_road()
    sari, budi = road.person("Sari"), road.person("Budi")
    road.says(sari, "ya")
    asked = failing(monkeypatch, lambda one: one.event.text == "bekerja", ValueError)
    with road.telegram.held():
        sari.says("bekerja")
        budi.says("ya")
    road.quiet()
    assert len(asked) == listening.TRIES + 1
    assert "Apa kesibukan" in budi.last.text
    assert road.count("stray") == 3  # two links, and this
    assert "update_set_aside" in caplog.text
    assert "Apa nama usaha" in road.says(sari, "wirausaha")[-1]


def test_while_the_database_is_away_nothing_is_set_aside(
    make_road: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    road = make_road()
    sari = road.person("Sari")
    is_away = [True]
    asked = failing(monkeypatch, lambda _arrival: is_away[0])
    sari.says("ya")
    road.wait(lambda: len(asked) > 2 * listening.TRIES)
    assert len(road.telegram.pending) == 1
    is_away[0] = False
    road.quiet()
    assert "Apa kesibukan" in sari.last.text
    assert road.count("stray") == 1


@pytest.mark.parametrize(
    "content",
    [{"message": 1}, {"message": {}}, {"message": {"chat": {"id": "x"}}}, {"callback_query": {}}],
    ids=str,
)
def test_what_is_polled_and_cannot_be_read_is_kept(
    sqlite_url: str, artefact: Artefact, content: dict[str, Any]
) -> None:
    with open_road(sqlite_url, artefact) as road:
        sari = road.person("Sari")
        number = road.telegram.updates[-1]["update_id"] + 1
        with road.telegram._changed:
            road.telegram._updates._last_id = number
            road.telegram._updates.pending.append({"update_id": number, **content})
        assert "Apa kesibukan" in road.says(sari, "ya")[-1]
        content_of = dict(road.rows("SELECT provider_id, content FROM stray"))
        sealed = content_of[str(number)]
        kept = json.loads(road.service.vault.open(sealed, "stray.content"))
        assert kept == {"update_id": number, **content}
        assert all(one.startswith("result[") for one in road.telegram.violations)
        road.telegram.violations.clear()  # of the stand-in: this was no update of Telegram's


def test_stopping_does_not_wait_for_a_poll(sqlite_url: str, artefact: Artefact) -> None:
    with open_road(sqlite_url, artefact) as road:
        road.person("Sari")
        began = time.monotonic()
    assert time.monotonic() - began < listening.WAIT_S / 2


def test_a_webhook_is_set_once_telegram_takes_it(sqlite_url: str, artefact: Artefact) -> None:
    with open_road(sqlite_url, artefact, how=WEBHOOK) as road:
        road.wait(lambda: road.telegram._updates.webhook.url)
        assert road.telegram._updates.webhook.url == "https://lacak.test/hooks/telegram"
        assert CONSENT in road.person("Sari").last.text


def test_polling_takes_a_webhook_away_first(sqlite_url: str, artefact: Artefact) -> None:
    clock = TickingClock()
    with FakeTelegram(clock=clock) as telegram:
        telegram._updates.webhook = Webhook("https://lacak.test/hooks/telegram", "secret")
        environment = telegram_environment(telegram.base_url)
        service = Service(settings_for(sqlite_url, **environment), clock=clock)
        road = Road(service, telegram, clock, *make_office(service, artefact))
        with serving(service):
            assert CONSENT in road.person("Sari").last.text
