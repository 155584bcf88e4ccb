"""The stand-in for Telegram is strict, remembers, and delivers as told; else its tests lie."""

import asyncio
import json
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests
from telegram import (
    Bot,
    BotCommand,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from tests.fakes import specs
from tests.fakes.serving import Server
from tests.fakes.specs import why_not
from tests.fakes.telegram import (
    SECRET_HEADER,
    TOKEN,
    TOO_FAST,
    Button,
    FakeTelegram,
    Fault,
    Garble,
    HangUp,
    Manner,
    Person,
    Refuse,
    Slow,
    dice,
    spec,
)
from tests.fakes.telegram.http import JSON_FIELDS
from tests.fakes.telegram.methods import Methods
from tests.fakes.telegram.spec import DOCUMENT
from tests.people import BUDI, SARI

T = TypeVar("T")
PUBLIC = "https://lacak.test/hooks/telegram?kanal=1"
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
YES_NO = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Ya", callback_data="s:1:y")],
     [InlineKeyboardButton("Tidak", callback_data="s:1:t")]]
)  # fmt: skip
SHARE = ReplyKeyboardMarkup([[KeyboardButton("Bagikan nomor", request_contact=True)]])
UNUSED_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # reading the system's costs 20 ms a client
needs_spec = pytest.mark.skipif(bool(why_not(DOCUMENT)), reason="the Bot API's text is absent")


class App(Server):
    """An application that keeps what it is called with, and answers `statuses` and then 200."""

    def __init__(self) -> None:
        super().__init__(_Keep)
        self.calls: list[tuple[str, str | None, dict[str, Any]]] = []
        self.statuses: Iterator[int] = iter(())
        self.called = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()

    @property
    def ids(self) -> list[int]:
        return [update["update_id"] for _, _, update in self.calls]


class _Keep(BaseHTTPRequestHandler):
    server: App

    def do_POST(self) -> None:
        update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append((self.path, self.headers[SECRET_HEADER], update))
        self.server.called.set()
        self.server.may_answer.wait(10)
        self.send_response(next(self.server.statuses, 200))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by http.server
        """Stay silent."""


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


def ask(fake: FakeTelegram, call: Callable[[Bot], Awaitable[T]], token: str = TOKEN) -> T:
    """Return what the real library makes of one call."""

    async def main() -> T:
        origin = fake.base_url
        lines = [HTTPXRequest(httpx_kwargs={"verify": UNUSED_TLS}) for _ in range(2)]
        async with Bot(
            token,
            f"{origin}/bot",
            f"{origin}/file/bot",
            request=lines[0],
            get_updates_request=lines[1],
        ) as bot:
            return await call(bot)

    return asyncio.run(main())


def refusal(fake: FakeTelegram, call: Callable[[Bot], Awaitable[object]]) -> TelegramError:
    with pytest.raises(TelegramError) as error:
        ask(fake, call)
    return error.value


def saying(to: int, text: str = "Halo", **more: Any) -> Callable[[Bot], Awaitable[Message]]:
    return lambda bot: bot.send_message(to, text, **more)


def editing(to: Person, number: int, text: str) -> Callable[[Bot], Awaitable[object]]:
    return lambda bot: bot.edit_message_text(text, to.id, number)


def tell(fake: FakeTelegram, to: Person, text: str = "Halo", **more: Any) -> Message:
    return ask(fake, saying(to.id, text, **more))


def fetch(fake: FakeTelegram, **more: Any) -> tuple[Update, ...]:
    return ask(fake, lambda bot: bot.get_updates(**more))


def waiting(fake: FakeTelegram, **more: Any) -> "Future[tuple[Update, ...]]":
    """Start a poll that waits, and return once it does."""
    before = len(fake.asked)
    pool = ThreadPoolExecutor(1)
    polled = pool.submit(fetch, fake, **more)
    pool.shutdown(wait=False)
    fake.wait_until(lambda: len(fake.asked) > before + 1)  # getMe first
    return polled


def post(fake: FakeTelegram, method: str, token: str = TOKEN, **body: Any) -> requests.Response:
    return requests.post(f"{fake.base_url}/bot{token}/{method}", timeout=10, **body)


# Who may call, and what.


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


# Messages.


def test_a_message_is_kept_as_the_person_sees_it(telegram: FakeTelegram, sari: Person) -> None:
    message = tell(telegram, sari, "  Sudah bekerja, Kak? ", reply_markup=YES_NO)
    assert (message.text, message.chat.id, message.message_id) == (
        "Sudah bekerja, Kak?",
        sari.id,
        1,
    )
    assert message.reply_markup == YES_NO
    assert sari.sees == telegram.sent == [sari.last]
    assert sari.last.buttons == [Button("Ya", "s:1:y"), Button("Tidak", "s:1:t")]
    assert [len(row) for row in sari.last.rows] == [1, 1]
    tell(telegram, sari, "x" * 4096)
    assert [kept.message_id for kept in sari.sees] == [1, 2]


def test_the_keyboard_under_the_chat_stays_until_it_is_removed(
    telegram: FakeTelegram, sari: Person
) -> None:
    assert sari.keyboard == []
    tell(telegram, sari, reply_markup=SHARE)
    assert sari.keyboard == ["Bagikan nomor"]
    assert sari.last.keyboard["keyboard"][0][0]["request_contact"] is True
    tell(telegram, sari, reply_markup=YES_NO)
    assert sari.keyboard == ["Bagikan nomor"]
    tell(telegram, sari, reply_markup=ReplyKeyboardRemove())
    assert sari.keyboard == []
    tell(telegram, sari, reply_markup=ForceReply(input_field_placeholder="Nama"))
    assert sari.last.keyboard["force_reply"] is True


def test_a_reply_shows_what_it_answers(telegram: FakeTelegram, sari: Person) -> None:
    said = sari.says("Halo")["message"]["message_id"]
    reply = tell(telegram, sari, reply_parameters=ReplyParameters(said))
    assert reply.reply_to_message
    assert reply.reply_to_message.text == "Halo"
    again = tell(telegram, sari, reply_parameters=ReplyParameters(reply.message_id))
    assert again.reply_to_message
    assert again.reply_to_message.message_id == reply.message_id
    gone = ReplyParameters(99)
    assert "replied not found" in str(refusal(telegram, saying(sari.id, reply_parameters=gone)))
    anyway = ReplyParameters(99, allow_sending_without_reply=True)
    assert tell(telegram, sari, reply_parameters=anyway).reply_to_message is None


def test_a_document_goes_up_and_comes_down_as_it_is(telegram: FakeTelegram, sari: Person) -> None:
    content = bytes(range(256)) * 9 + b"\r\n--boundary\r\n\r\n"

    async def there_and_back(bot: Bot) -> bytes:
        sent = await bot.send_document(sari.id, content, caption="Surat", filename="surat é.pdf")
        assert sent.document
        file = await bot.get_file(sent.document.file_id)
        return bytes(await file.download_as_bytearray())

    assert ask(telegram, there_and_back) == content
    assert (sari.last.document, sari.last.text) == ("surat é.pdf", "Surat")


def test_a_photo_can_be_fetched_and_a_stranger_cannot(telegram: FakeTelegram, sari: Person) -> None:
    sari.sends_photo("Kartu alumni", b"\xff\xd8 kartu")
    (update,) = fetch(telegram)
    assert update.message
    assert update.message.caption == "Kartu alumni"
    photo = update.message.photo[-1]
    file = ask(telegram, lambda bot: bot.get_file(photo.file_id))
    assert file.file_path
    assert requests.get(file.file_path, timeout=10).content == b"\xff\xd8 kartu"
    missing = requests.get(f"{telegram.base_url}/file/bot{TOKEN}/photos/x.jpg", timeout=10)
    assert missing.status_code == 404
    foreign = requests.get(file.file_path.replace(TOKEN, "71:lain"), timeout=10)
    assert foreign.status_code == 401
    assert str(refusal(telegram, lambda bot: bot.get_file("AgAC"))) == "Invalid file_id"


def test_an_edit_shows_and_one_that_changes_nothing_is_refused(
    telegram: FakeTelegram, sari: Person
) -> None:
    number = tell(telegram, sari, "Bekerja?", reply_markup=YES_NO).message_id

    ask(telegram, editing(sari, number, "Bekerja? Ya"))
    assert (sari.last.text, sari.last.buttons) == ("Bekerja? Ya", [])
    assert sari.last.edited
    assert "not modified" in str(refusal(telegram, editing(sari, number, "Bekerja? Ya")))
    assert "not modified" in str(
        refusal(telegram, lambda bot: bot.edit_message_reply_markup(sari.id, number))
    )
    shown = ask(
        telegram, lambda bot: bot.edit_message_reply_markup(sari.id, number, reply_markup=YES_NO)
    )
    assert isinstance(shown, Message)
    assert (shown.text, shown.reply_markup) == ("Bekerja? Ya", YES_NO)
    assert len(telegram.sent) == 1


def test_what_is_not_the_bots_to_edit_is_refused(telegram: FakeTelegram, sari: Person) -> None:
    theirs = sari.says("Halo")["message"]["message_id"]
    shared = tell(telegram, sari, reply_markup=SHARE).message_id
    for number, why in ((theirs, "can't be edited"), (shared, "can't be edited"), (9, "not found")):
        wrong = refusal(telegram, editing(sari, number, "a"))
        assert why in str(wrong)


def test_a_deleted_message_is_gone_and_an_old_one_stays() -> None:
    clock = [NOW]
    with FakeTelegram(clock=lambda: clock[0]) as telegram:
        sari = telegram.person("Sari")
        said = sari.says("Halo")["message"]["message_id"]
        first, second = (tell(telegram, sari).message_id for _ in range(2))
        assert ask(telegram, lambda bot: bot.delete_message(sari.id, first))
        assert ask(telegram, lambda bot: bot.delete_message(sari.id, said))
        assert [kept.message_id for kept in sari.sees] == [second]
        again = refusal(telegram, lambda bot: bot.delete_message(sari.id, first))
        clock[0] += timedelta(hours=48, seconds=1)
        late = refusal(telegram, lambda bot: bot.delete_message(sari.id, second))
        assert telegram.violations == []
    assert "to delete not found" in str(again)
    assert "can't be deleted" in str(late)


def test_a_message_to_nobody_says_why(telegram: FakeTelegram, sari: Person) -> None:
    budi = telegram.person("Budi", started=False)
    rina = telegram.person("Rina")
    sari.blocks()
    rina.deactivates()
    for to, kind, why in (
        (4711, BadRequest, "Chat not found"),
        (budi.id, BadRequest, "Chat not found"),
        (sari.id, Forbidden, "Forbidden: bot was blocked by the user"),
        (rina.id, Forbidden, "Forbidden: user is deactivated"),
    ):
        wrong = refusal(telegram, saying(to))
        assert (type(wrong), str(wrong)) == (kind, why)
    assert telegram.sent == []
    budi.starts()
    sari.unblocks()
    tell(telegram, budi)
    tell(telegram, sari)


def test_commands_are_kept_by_scope_and_language(telegram: FakeTelegram) -> None:
    help_ = [BotCommand("bantuan", "Cara memakai")]

    async def set_and_get(bot: Bot) -> list[int]:
        await bot.set_my_commands(help_)
        await bot.set_my_commands([*help_, BotCommand("mulai", "Mulai")], language_code="id")
        counts = [len(await bot.get_my_commands()), len(await bot.get_my_commands(None, "id"))]
        await bot.delete_my_commands()
        return [*counts, len(await bot.get_my_commands())]

    assert ask(telegram, set_and_get) == [1, 2, 0]


def test_a_chat_action_needs_a_chat(telegram: FakeTelegram, sari: Person) -> None:
    assert ask(telegram, lambda bot: bot.send_chat_action(sari.id, "typing"))
    sari.blocks()
    assert isinstance(
        refusal(telegram, lambda bot: bot.send_chat_action(sari.id, "typing")), Forbidden
    )


# People.


def test_what_a_person_writes_comes_as_an_update(telegram: FakeTelegram, sari: Person) -> None:
    tell(telegram, sari, "Bekerja?", reply_markup=YES_NO)
    said = sari.starts("k_abc-123")
    sari.edits(said, "/mulai sekarang")
    sari.quotes(sari.last, "Sudah")
    start, edited, quoted = fetch(telegram)
    assert start.message
    assert (start.message.text, start.message.parse_entities()) == (
        "/start k_abc-123", {start.message.entities[0]: "/start"}
    )  # fmt: skip
    assert start.effective_user
    assert (start.effective_user.id, start.effective_user.full_name) == (sari.id, "Sari Wulandari")
    assert edited.edited_message
    assert edited.edited_message.message_id == start.message.message_id
    assert edited.edited_message.edit_date
    assert quoted.message
    assert quoted.message.reply_to_message
    assert quoted.message.reply_to_message.reply_markup == YES_NO
    assert [u.update_id for u in (start, edited, quoted)] == [
        said["update_id"] + n for n in (0, 1, 2)
    ]


def test_a_deep_link_carries_what_telegram_lets_it_carry(sari: Person) -> None:
    for payload in ("a b", "x" * 65):
        with pytest.raises(AssertionError, match="0-64"):
            sari.starts(payload)


def test_a_contact_is_the_persons_own_anothers_or_nobodys(
    telegram: FakeTelegram, sari: Person
) -> None:
    budi = telegram.person("Budi", phone=BUDI.phone)
    sari.shares_contact()
    sari.shares_contact(of=budi)
    sari.shares_contact(of="6281200000199")
    contacts = [update.message.contact for update in fetch(telegram) if update.message]
    assert [(c.phone_number, c.user_id) for c in contacts if c] == [
        (SARI.phone, sari.id), (BUDI.phone, budi.id), ("6281200000199", None)
    ]  # fmt: skip


def test_a_tap_brings_the_message_as_it_is_now(telegram: FakeTelegram, sari: Person) -> None:
    number = tell(telegram, sari, "Bekerja?", reply_markup=YES_NO).message_id
    sari.taps(sari.last, "Tidak")
    ask(telegram, editing(sari, number, "Bekerja? Tidak"))
    sari.taps(sari.last, 0)  # the client still shows what was edited away
    sari.taps(sari.last, data="s:9:palsu")
    sari.taps(sari.last, "Ya", accessible=False)
    taps = [update.callback_query for update in fetch(telegram)]
    assert [tap.data for tap in taps if tap] == ["s:1:t", "s:1:y", "s:9:palsu", "s:1:y"]
    first, second, _, blind = (tap.message for tap in taps if tap)
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert (first.text, first.reply_markup) == ("Bekerja?", YES_NO)
    assert (second.text, second.reply_markup) == ("Bekerja? Tidak", None)
    assert blind
    assert (blind.is_accessible, blind.message_id) == (False, number)
    assert len({tap.id for tap in taps if tap}) == 4
    with pytest.raises(LookupError, match="no button 'Mungkin'"):
        sari.taps(sari.last, "Mungkin")


def test_a_tap_under_a_deleted_message_tells_only_its_id(
    telegram: FakeTelegram, sari: Person
) -> None:
    number = tell(telegram, sari, reply_markup=YES_NO).message_id
    message = sari.last
    ask(telegram, lambda bot: bot.delete_message(sari.id, number))
    sari.taps(message, "Ya")
    (update,) = fetch(telegram)
    assert update.callback_query
    assert update.callback_query.message
    assert not update.callback_query.message.is_accessible


def test_a_link_cannot_be_heard(telegram: FakeTelegram, sari: Person) -> None:
    link = InlineKeyboardMarkup([[InlineKeyboardButton("Baca", url="https://lacak.test/a")]])
    tell(telegram, sari, reply_markup=link)
    assert sari.last.buttons == [Button("Baca", url="https://lacak.test/a")]
    with pytest.raises(AssertionError, match="opens an address"):
        sari.taps(sari.last, "Baca")


def test_an_answered_query_shows_and_an_old_one_is_refused() -> None:
    clock = [NOW]
    with FakeTelegram(clock=lambda: clock[0]) as telegram:
        sari = telegram.person("Sari")
        tell(telegram, sari, reply_markup=YES_NO)
        first, second = (sari.taps(sari.last, "Ya")["callback_query"]["id"] for _ in range(2))
        ask(telegram, lambda bot: bot.answer_callback_query(first, "x" * 200))
        ask(telegram, lambda bot: bot.answer_callback_query(first))
        assert sari.toasts == [""]
        unknown = refusal(telegram, lambda bot: bot.answer_callback_query("4711"))
        clock[0] += timedelta(minutes=3)
        late = refusal(telegram, lambda bot: bot.answer_callback_query(second))
        assert telegram.violations == []
    for wrong in (unknown, late):
        assert isinstance(wrong, BadRequest)
        assert "query is too old" in str(wrong).lower()
    assert sari.toasts == [""]


def test_a_block_and_its_end_are_told(telegram: FakeTelegram, sari: Person) -> None:
    sari.blocks()
    with pytest.raises(AssertionError, match="blocked"):
        sari.says("Halo")
    sari.starts("k")
    told = fetch(telegram)
    changes = [update.my_chat_member for update in told if update.my_chat_member]
    assert [(c.old_chat_member.status, c.new_chat_member.status) for c in changes] == [
        ("member", "kicked"), ("kicked", "member")
    ]  # fmt: skip
    assert told[-1].message
    assert told[-1].message.text == "/start k"


def test_a_group_is_heard_until_the_bot_leaves(telegram: FakeTelegram, sari: Person) -> None:
    budi = telegram.person("Budi")
    group = telegram.group("Alumni", [sari, budi])
    group.says(budi, "Halo semua")
    added, entered, said = fetch(telegram)
    assert added.my_chat_member
    assert added.my_chat_member.new_chat_member.status == "member"
    assert entered.message
    assert [user.username for user in entered.message.new_chat_members] == ["lacak_uji_bot"]
    assert said.message
    assert said.effective_user
    assert (said.message.chat.type, said.message.chat.id) == ("group", group.id)
    assert said.effective_user.id == budi.id
    assert group.id < 0
    share = refusal(telegram, saying(group.id, reply_markup=SHARE))
    assert "private chats only" in str(share)
    assert telegram.violations.pop() == "request_contact is for private chats"
    ask(telegram, saying(group.id, "Tulis pribadi ya", reply_markup=YES_NO))
    sari.taps(group.last, "Ya")
    ask(telegram, lambda bot: bot.leave_chat(group.id))
    tap, left, _ = fetch(telegram, offset=said.update_id + 1)
    assert tap.effective_chat
    assert tap.effective_chat.id == group.id
    assert left.my_chat_member
    assert left.my_chat_member.new_chat_member.status == "left"
    assert "update_id" not in group.says(budi, "Lho")
    wrong = refusal(telegram, saying(group.id))
    assert isinstance(wrong, Forbidden)
    private = refusal(telegram, lambda bot: bot.leave_chat(sari.id))
    assert "private chats" in str(private)


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
    assert [u.update_id for u in polled.result(5)] == [said["update_id"]]
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
            ended.result(5)
    sari.says("Halo")
    assert len(third.result(5)) == 1


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
    assert len(polled.result(5)) == 2


# A webhook.


def set_webhook(fake: FakeTelegram, **more: Any) -> None:
    assert ask(fake, lambda bot: bot.set_webhook(PUBLIC, **more))


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
        polled.result(5)
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


def test_it_closes_within_a_second_whatever_is_open(app: App) -> None:
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
            assert time.monotonic() - started < 1
        assert polled.exception(5) is not None or polled.result() == ()
        assert slow.exception(5) is not None or slow.result()
    with FakeTelegram(app_url=app.url) as telegram:
        app.may_answer.clear()
        set_webhook(telegram)
        telegram.person("Sari").says("Halo")
        assert app.called.wait(5)
        started = time.monotonic()
    assert time.monotonic() - started < 1


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
