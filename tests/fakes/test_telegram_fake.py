"""The stand-in for Telegram is strict, fails as told, and closes; else its tests lie."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import requests
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError

from tests.fakes import specs
from tests.fakes.asking import (
    PUBLIC,
    YES_NO,
    App,
    ask,
    editing,
    post,
    refusal,
    saying,
    set_webhook,
    tell,
    waiting,
)
from tests.fakes.specs import why_not
from tests.fakes.telegram import (
    TOKEN,
    TOO_FAST,
    FakeTelegram,
    Fault,
    Garble,
    HangUp,
    Person,
    Refuse,
    Slow,
    dice,
    spec,
)
from tests.fakes.telegram.http import JSON_FIELDS
from tests.fakes.telegram.methods import Methods
from tests.fakes.telegram.spec import DOCUMENT

needs_spec = pytest.mark.skipif(bool(why_not(DOCUMENT)), reason="the Bot API's text is absent")


def test_the_bot_is_named_by_its_token(telegram: FakeTelegram) -> None:
    me = ask(telegram, lambda bot: bot.get_me())
    assert (me.id, me.username, me.is_bot) == (int(TOKEN.split(":")[0]), "lacak_uji_bot", True)


@pytest.mark.parametrize(("token", "status"), [("71:lain", 401), ("lain", 404)])
def test_another_token_is_refused(telegram: FakeTelegram, token: str, status: int) -> None:
    answer = post(telegram, "getMe", token)
    assert (answer.status_code, answer.json()["ok"]) == (status, False)
    with pytest.raises(InvalidToken):
        ask(telegram, lambda bot: bot.get_me(), token)


def test_an_unknown_method_is_not_found(telegram: FakeTelegram) -> None:
    answer = post(telegram, "sendMesage")
    assert answer.json() == {
        "ok": False, "error_code": 404, "description": "Not Found: method not found"
    }  # fmt: skip


@needs_spec
def test_a_method_the_fake_does_not_play_is_named(strict: FakeTelegram) -> None:
    sari = strict.person("Sari")
    refusal(strict, lambda bot: bot.send_dice(sari.id))
    assert strict.violations == ["sendDice is not played by this fake"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"data": {"text": "Halo"}}, id="form"),
        pytest.param({"json": {"text": "Halo"}}, id="JSON"),
        pytest.param({"files": {"text": (None, "Halo")}}, id="multipart"),
        pytest.param({"params": {"text": "Halo"}}, id="query"),
    ],
)
def test_bodies_of_every_kind_are_read(
    telegram: FakeTelegram, sari: Person, body: dict[str, Any]
) -> None:
    chat_id = (None, str(sari.id)) if "files" in body else sari.id
    filled: dict[str, Any] = {kind: {**fields, "chat_id": chat_id} for kind, fields in body.items()}
    url = f"{telegram.base_url}/bot{TOKEN}/sendMessage"
    assert requests.post(url, timeout=10, **filled).status_code == 200
    assert sari.last.text == "Halo"
    assert telegram.asked[-1].fields == {"chat_id": sari.id, "text": "Halo"}


def test_a_get_request_will_do(telegram: FakeTelegram, sari: Person) -> None:
    url = f"{telegram.base_url}/bot{TOKEN}/sendMessage"
    answer = requests.get(url, params={"chat_id": str(sari.id), "text": "[1]"}, timeout=10)
    assert answer.json()["result"]["text"] == sari.last.text == "[1]"


@needs_spec
@pytest.mark.parametrize(
    ("method", "fields", "fault"),
    [
        ("sendMessage", {"text": "Halo"}, "sendMessage.chat_id is missing"),
        ("sendMessage", {"text": 7, "chat_id": 1}, "sendMessage.text is no String"),
        ("sendMessage", {"text": "a", "chat_id": True}, "sendMessage.chat_id is no Integer"),
        ("sendMessage", {"text": "a", "chat_id": 1, "nonsense": 1},
         "sendMessage.nonsense is not described"),
        ("sendMessage", {"text": "a", "chat_id": 1, "reply_markup": {"inline_keyboard": [
            [{"text": "Ya", "callback_dat": "a"}]]}},
         "sendMessage.reply_markup.inline_keyboard[0][0].callback_dat is not described"),
        ("sendMessage", {"text": "a", "chat_id": 1, "reply_markup": {"inline_keyboard": [
            {"text": "Ya"}]}}, "sendMessage.reply_markup.inline_keyboard[0] is no list"),
        ("getUpdates", {"timeout": "lama"}, "getUpdates.timeout is no Integer"),
        ("setMyCommands", {"commands": [{"command": "bantuan"}]},
         "setMyCommands.commands[0].description is missing"),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat"}},
         "setMyCommands.scope.chat_id is missing"),
        ("getMyCommands", {"scope": {"type": "semua"}},
         "getMyCommands.scope is no BotCommandScope"),
        ("sendDocument", {"chat_id": 1, "document": 7}, "sendDocument.document is no file"),
        ("sendMessage", {"text": "a", "chat_id": 1, "reply_markup": "{"},
         "sendMessage.reply_markup is no InlineKeyboardMarkup"),
    ],
    ids=str,
)  # fmt: skip
def test_what_the_bot_api_does_not_describe_is_refused(
    strict: FakeTelegram, method: str, fields: dict[str, Any], fault: str
) -> None:
    answer = post(strict, method, json=fields)
    assert answer.status_code == 400
    assert strict.violations == [fault]
    assert strict.sent == []


@needs_spec
def test_a_field_the_library_lets_through_is_refused(strict: FakeTelegram) -> None:
    sari = strict.person("Sari")
    wrong = refusal(strict, saying(sari.id, api_kwargs={"nonsense": 1}))
    assert isinstance(wrong, BadRequest)
    assert strict.violations == ["sendMessage.nonsense is not described"]


@needs_spec
def test_the_fields_read_as_json_are_those_that_are_no_text(telegram: FakeTelegram) -> None:
    described = spec.read()
    assert described
    for method in Methods(telegram._state).by_name:
        names = {field["name"] for field in described.methods[method].get("fields", ())}
        assert names & JSON_FIELDS == names - described.text_fields(method), method


def inline(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    ("method", "fields", "said"),
    [
        pytest.param("sendMessage", {"text": "x" * 4097}, "message is too long", id="long"),
        pytest.param("sendMessage", {"text": " \n"}, "message text is empty", id="empty"),
        pytest.param("sendMessage", {"reply_markup": inline({"text": "Ya"})},
                     "Text buttons are unallowed", id="no action"),
        pytest.param("sendMessage", {"reply_markup": inline(
            {"text": "Ya", "callback_data": "a", "url": "https://lacak.test"})},
            "Text buttons are unallowed", id="two actions"),
        pytest.param("sendMessage", {"reply_markup": inline({"text": "", "callback_data": "a"})},
                     "must be non-empty", id="no label"),
        pytest.param("sendMessage", {"reply_markup": inline(
            {"text": "Ya", "callback_data": "é" * 33})}, "BUTTON_DATA_INVALID", id="66 bytes"),
        pytest.param("sendMessage", {"reply_markup": inline({"text": "Ya", "callback_data": ""})},
                     "BUTTON_DATA_INVALID", id="no data"),
        pytest.param("sendMessage", {"reply_markup": inline({"text": "Ya", "url": "x"})},
                     "is invalid", id="no address"),
        pytest.param("sendMessage", {"reply_markup": inline(
            *[{"text": "Ya", "callback_data": "a"}] * 9)}, "too long", id="nine in a row"),
        pytest.param("sendMessage", {"reply_markup": {"keyboard": [[]]}}, "no buttons",
                     id="empty keyboard"),
        pytest.param("sendMessage", {"reply_markup": {"keyboard": [[{"text": ""}]]}}, "non-empty",
                     id="keyboard without label"),
        pytest.param("sendMessage", {"reply_markup": {"force_reply": True,
            "input_field_placeholder": "x" * 65}}, "too long", id="placeholder"),
        pytest.param("sendMessage", {"parse_mode": "HTML"}, "parse_mode", id="parse_mode"),
        pytest.param("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201},
                     "MESSAGE_TOO_LONG", id="toast"),
        pytest.param("sendChatAction", {"action": "thinking"}, "wrong parameter action",
                     id="action"),
        pytest.param("setMyCommands", {"commands": [{"command": "Mulai", "description": "a"}]},
                     "BOT_COMMAND_INVALID", id="command"),
        pytest.param("setMyCommands", {"commands": [{"command": "mulai", "description": ""}]},
                     "DESCRIPTION_INVALID", id="description"),
        pytest.param("setMyCommands", {"commands": [
            {"command": "a", "description": "a"}] * 101}, "TOO_MUCH", id="commands"),
        pytest.param("setWebhook", {"url": "http://lacak.test/x"}, "HTTPS URL", id="http"),
        pytest.param("setWebhook", {"url": "https://lacak.test:8000/x"}, "ports", id="port"),
        pytest.param("setWebhook", {"url": PUBLIC, "secret_token": "a b"}, "unallowed",
                     id="secret"),
        pytest.param("getUpdates", {"allowed_updates": ["mesage"]}, "allowed_updates",
                     id="allowed_updates", marks=needs_spec),
    ],
)  # fmt: skip
def test_rules_beyond_the_description_are_kept(
    strict: FakeTelegram, method: str, fields: dict[str, Any], said: str
) -> None:
    sari = strict.person("Sari")
    if method.startswith("send"):
        fields = {"chat_id": sari.id, **fields}
    if method == "sendMessage":
        fields = {"text": "Halo", **fields}
    answer = post(strict, method, json=fields)
    assert answer.status_code == 400
    assert said in answer.json()["description"]
    assert len(strict.violations) == 1
    assert (strict.sent, sari.sees) == ([], [])


# Faults.


def test_faults_come_in_the_order_given_and_then_end(telegram: FakeTelegram, sari: Person) -> None:
    telegram.faults = iter([
        TOO_FAST, Refuse(500), Refuse(502, accepted=True), HangUp(accepted=False),
        HangUp(accepted=True), Garble(), None,
    ])  # fmt: skip
    kinds = [type(refusal(telegram, saying(sari.id, str(n)))) for n in range(6)]
    assert kinds == [RetryAfter, *[NetworkError] * 4, TelegramError]
    tell(telegram, sari, "6")
    tell(telegram, sari, "7")
    assert [message.text for message in telegram.sent] == ["2", "4", "5", "6", "7"]
    assert sum(asked.method == "sendMessage" for asked in telegram.asked) == 8


def test_too_fast_says_when_to_come_back(telegram: FakeTelegram, sari: Person) -> None:
    telegram.faults = iter([Refuse(429, retry_after=7)])
    wrong = refusal(telegram, saying(sari.id))
    assert isinstance(wrong, RetryAfter)
    assert wrong.retry_after == timedelta(seconds=7)


def test_a_slow_answer_comes_late(telegram: FakeTelegram, sari: Person) -> None:
    telegram.faults = iter([Slow(0.3)])
    started = time.monotonic()
    tell(telegram, sari)
    assert time.monotonic() - started >= 0.3


def test_edits_and_updates_have_faults_of_their_own(telegram: FakeTelegram, sari: Person) -> None:
    number = tell(telegram, sari, reply_markup=YES_NO).message_id
    query = sari.taps(sari.last)["callback_query"]["id"]
    telegram.edit_faults = iter([Refuse(400, "Bad Request: nope"), HangUp(accepted=True)])
    assert str(refusal(telegram, lambda bot: bot.answer_callback_query(query))) == "Nope"
    assert sari.toasts == []
    refusal(telegram, editing(sari, number, "baru"))
    assert sari.last.text == "baru"
    telegram.update_faults = iter([Refuse(502), HangUp(accepted=False), HangUp(accepted=True)])
    after = telegram.updates[-1]["update_id"] + 1
    for waits in (1, 1, 0):
        refusal(telegram, lambda bot: bot.get_updates(offset=after))
        assert len(telegram.pending) == waits


def test_the_same_seed_makes_the_same_faults() -> None:
    odds: dict[Fault, float] = {TOO_FAST: 0.1, HangUp(accepted=True): 0.2}
    first, again, other = (list(islice(dice(seed, odds), 300)) for seed in (1, 1, 2))
    assert first == again != other


# Under load, and at the end.


def test_many_at_once_are_each_kept_once(telegram: FakeTelegram, sari: Person) -> None:
    async def fifty(bot: Bot) -> None:
        await asyncio.gather(*(bot.send_message(sari.id, str(n)) for n in range(50)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: ask(telegram, fifty), range(4)))
    assert len(telegram.sent) == 200
    assert sorted(message.message_id for message in sari.sees) == list(range(1, 201))


def test_it_closes_soon_whatever_is_open(app: App) -> None:
    with FakeTelegram(app_url=app.url) as telegram:
        sari = telegram.person("Sari")
        telegram.faults = iter([Slow(60)])
        with ThreadPoolExecutor(2) as pool:
            polled = waiting(telegram, timeout=50)
            slow = pool.submit(tell, telegram, sari)
            telegram.wait_until(lambda: bool(telegram.sent))
            pool.shutdown(wait=False)
            started = time.monotonic()
            telegram.__exit__(None, None, None)
            assert time.monotonic() - started < 15
        assert polled.exception(60) is not None or polled.result() == ()
        assert slow.exception(60) is not None or slow.result()
    with FakeTelegram(app_url=app.url) as telegram:
        app.may_answer.clear()
        set_webhook(telegram)
        telegram.person("Sari").says("Halo")
        assert app.called.wait(60)
        started = time.monotonic()
    assert time.monotonic() - started < 15


# The fake itself.


@needs_spec
def test_an_answer_of_the_fake_that_drifts_from_the_description_is_noticed(
    strict: FakeTelegram,
) -> None:
    sari = strict.person("Sari")
    del sari.json["type"]
    sari.json["nickname"] = "Sari"
    post(strict, "sendMessage", data={"chat_id": sari.id, "text": "Halo"})
    answered = ["result.chat.type is missing", "result.chat.nickname is not described"]
    assert strict.violations == answered
    sari.says("Halo")
    told = [fault.replace("result", "update.message") for fault in answered]
    assert strict.violations == answered + told


def test_without_the_description_it_says_what_goes_unchecked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(specs, "SPECS", tmp_path)
    spec.read.cache_clear()
    with FakeTelegram() as fake:
        sari = fake.person("Sari")
        tell(fake, sari, api_kwargs={"nonsense": 1})
        assert fake.unchecked == f"no {DOCUMENT} in {tmp_path}: requests go unchecked"
        assert (fake.violations, len(sari.sees)) == ([], 1)
    spec.read.cache_clear()
