"""The stand-in for Telegram gives updates as Telegram does, polled or to a webhook."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from telegram.error import Conflict

from tests.fakes.asking import PUBLIC, YES_NO, App, ask, fetch, refusal, set_webhook, tell, waiting
from tests.fakes.telegram import FakeTelegram, Manner, Person

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


# Polling.


def test_updates_come_again_until_an_offset_confirms_them(
    telegram: FakeTelegram, sari: Person
) -> None:
    first, second, third = (sari.says(text)["update_id"] for text in "abc")
    assert [u.update_id for u in fetch(telegram)] == [first, second, third]
    assert [u.update_id for u in fetch(telegram, limit=2)] == [first, second]
    assert [u.update_id for u in fetch(telegram, offset=second)] == [second, third]
    assert [u.update_id for u in fetch(telegram, offset=-1)] == [third]
    assert [u["update_id"] for u in telegram.pending] == [third]
    assert fetch(telegram, offset=third + 1) == ()
    assert [u["update_id"] for u in telegram.updates] == [first, second, third]
    telegram.settle()


def test_a_poll_waits_and_ends_early_when_something_comes(
    telegram: FakeTelegram, sari: Person
) -> None:
    polled = waiting(telegram, timeout=30)
    assert not polled.done()
    said = sari.says("Halo")
    assert [u.update_id for u in polled.result(60)] == [said["update_id"]]
    started = time.monotonic()
    assert fetch(telegram, offset=said["update_id"] + 1, timeout=1) == ()
    assert time.monotonic() - started >= 1


def test_a_second_poller_ends_the_first(telegram: FakeTelegram, sari: Person) -> None:
    first = waiting(telegram, timeout=30)
    assert fetch(telegram) == ()
    second = waiting(telegram, timeout=30)
    third = waiting(telegram, timeout=30)
    for ended in (first, second):
        with pytest.raises(Conflict, match="other getUpdates"):
            ended.result(60)
    sari.says("Halo")
    assert len(third.result(60)) == 1


def test_only_the_kinds_asked_for_come(telegram: FakeTelegram, sari: Person) -> None:
    before = sari.says("Halo")
    fetch(telegram, allowed_updates=["callback_query"])
    assert "update_id" not in sari.says("tidak terdengar")
    tell(telegram, sari, reply_markup=YES_NO)
    tap = sari.taps(sari.last)
    ids = [u.update_id for u in fetch(telegram)]
    assert ids == [before["update_id"], tap["update_id"]]
    fetch(telegram, allowed_updates=[])
    assert "update_id" in sari.says("terdengar")


def test_a_tap_waits_150_s_and_a_message_a_day() -> None:
    clock = [NOW]
    with FakeTelegram(clock=lambda: clock[0]) as telegram:
        sari = telegram.person("Sari")
        tell(telegram, sari, reply_markup=YES_NO)
        tap, said = sari.taps(sari.last), sari.says("Halo")
        clock[0] += timedelta(seconds=149)
        assert len(fetch(telegram)) == 2
        clock[0] += timedelta(seconds=1)
        assert [u.update_id for u in fetch(telegram)] == [said["update_id"]]
        clock[0] += timedelta(days=1)
        assert fetch(telegram) == ()
        assert telegram.expired == [tap, said]


@pytest.mark.parametrize("manner", Manner)
def test_polled_updates_come_in_their_manner(manner: Manner) -> None:
    with FakeTelegram(manner=manner, seed=3) as telegram:
        sari = telegram.person("Sari")
        ids = [sari.says(str(n))["update_id"] for n in range(20)]
        got = [update.update_id for update in fetch(telegram)]
    assert sorted(set(got)) == ids
    assert (got == ids) == (manner is Manner.IN_ORDER)
    assert len(got) == (40 if manner is Manner.TWICE else 20)


def test_an_update_can_come_again_after_it_was_confirmed(
    telegram: FakeTelegram, sari: Person
) -> None:
    said = sari.says("Halo")
    after = said["update_id"] + 1
    assert fetch(telegram, offset=after) == ()
    telegram.redeliver(said)
    assert [u.update_id for u in fetch(telegram, offset=after)] == [said["update_id"]]
    assert fetch(telegram, offset=after) == ()


def test_updates_held_back_come_together(telegram: FakeTelegram, sari: Person) -> None:
    polled = waiting(telegram, timeout=30)
    with telegram.held():
        sari.says("a")
        sari.says("b")
        assert not polled.done()
    assert len(polled.result(60)) == 2


# A webhook.


def test_a_webhook_gets_what_waited_and_what_comes_in_order(
    telegram: FakeTelegram, sari: Person, app: App
) -> None:
    telegram.app_url = app.url
    ids = [sari.says("sebelum")["update_id"]]
    set_webhook(telegram, secret_token="rahasia_1", max_connections=4)
    ids += [sari.says(str(n))["update_id"] for n in range(20)]
    telegram.settle()
    assert app.ids == ids
    assert {(path, secret) for path, secret, _ in app.calls} == {
        ("/hooks/telegram?kanal=1", "rahasia_1")
    }
    assert [(u["update_id"], status) for u, status in telegram.delivered] == [
        (number, 200) for number in ids
    ]
    info = ask(telegram, lambda bot: bot.get_webhook_info())
    assert (info.url, info.max_connections, info.pending_update_count) == (PUBLIC, 4, 0)
    assert info.last_error_date is None


def test_polling_and_a_webhook_exclude_each_other(telegram: FakeTelegram, sari: Person) -> None:
    polled = waiting(telegram, timeout=30)
    set_webhook(telegram)
    with pytest.raises(Conflict, match="setWebhook"):
        polled.result(60)
    assert "while webhook is active" in str(refusal(telegram, lambda bot: bot.get_updates()))
    sari.says("Halo")
    assert ask(telegram, lambda bot: bot.delete_webhook())
    assert len(fetch(telegram)) == 1
    assert ask(telegram, lambda bot: bot.get_webhook_info()).url == ""
    assert ask(telegram, lambda bot: bot.delete_webhook(drop_pending_updates=True))
    assert fetch(telegram) == ()


def test_what_the_application_does_not_take_is_repeated(
    telegram: FakeTelegram, sari: Person, app: App
) -> None:
    telegram.app_url = app.url
    app.statuses = iter([500, 404, 200])
    set_webhook(telegram)
    first, second = sari.says("a")["update_id"], sari.says("b")["update_id"]
    telegram.settle()
    assert app.ids == [first, first, first, second]
    assert app.calls[0][1] is None
    info = ask(telegram, lambda bot: bot.get_webhook_info())
    assert info.last_error_message == "Wrong response from the webhook: 404 Not Found"
    assert info.last_error_date


def test_an_application_that_is_away_gets_it_later(
    telegram: FakeTelegram, sari: Person, app: App
) -> None:
    telegram.app_url = "http://127.0.0.1:9"
    set_webhook(telegram)
    said = sari.says("Halo")
    telegram.wait_until(lambda: len(telegram.delivered) > 2)
    info = ask(telegram, lambda bot: bot.get_webhook_info())
    assert (info.pending_update_count, info.last_error_message) == (1, "Connection refused")
    with pytest.raises(TimeoutError, match="1 updates wait"):
        telegram.settle(0.01)
    telegram.app_url = app.url
    telegram.settle()
    assert app.ids == [said["update_id"]]
    assert {status for _, status in telegram.delivered} == {0, 200}


def test_without_an_application_nothing_leaves_the_machine(
    telegram: FakeTelegram, sari: Person
) -> None:
    set_webhook(telegram)
    sari.says("Halo")
    telegram.wait_until(lambda: bool(telegram.delivered))
    info = ask(telegram, lambda bot: bot.get_webhook_info())
    assert info.last_error_message == "Failed to resolve host: Name or service not known"


@pytest.mark.parametrize("manner", Manner)
def test_webhooks_come_in_their_manner(app: App, manner: Manner) -> None:
    with FakeTelegram(app_url=app.url, manner=manner, seed=3) as telegram:
        set_webhook(telegram, allowed_updates=["message"])
        sari = telegram.person("Sari")
        with telegram.held():
            ids = [sari.says(str(n))["update_id"] for n in range(20)]
            sari.blocks()
        telegram.settle()
        telegram.redeliver(telegram.updates[0])
        telegram.settle()
    once = app.ids[: -2 if manner is Manner.TWICE else -1]
    assert app.ids[-1] == ids[0]
    assert sorted(set(once)) == ids
    assert (once == ids) == (manner is Manner.IN_ORDER)
    assert len(once) == (40 if manner is Manner.TWICE else 20)
