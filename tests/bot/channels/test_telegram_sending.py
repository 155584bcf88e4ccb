"""Telegram over HTTP, by the real client: at most one `sendMessage` a message (law 3)."""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.channels import telegram as adapter
from bot.channels import telegram_client
from bot.channels.contract import (
    Accepted,
    Ambiguous,
    Disposition,
    Inbound,
    NotAnswered,
    NotListed,
    NotOurs,
    RawRequest,
    Rejected,
    Sent,
    Throttled,
    Trouble,
    Unsent,
    Window,
    Wire,
)
from bot.channels.telegram import Telegram, WebhookState
from bot.channels.telegram_errors import LONGEST_S, SLOW_DOWN_S, SOON_S, TooFast, outcome
from bot.settings import WrongSettings, read_settings
from flows.phrases import phrases
from flows.prompts import Button, Prompt
from tests.bot.channels.tls import self_signed_server
from tests.fakes.faults import Garble, HangUp, Slow, dice
from tests.fakes.telegram import TOKEN, TOO_FAST, FakeTelegram, Fault, Person, Refuse, Update

SECRET = "kata_rahasia-uji"
HOOK = "https://lacak.test/hooks/telegram"
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
OPEN = Window(is_open=True)
ASK = Prompt(
    "Halo Kak Sari, apa status Kakak sekarang?",
    (Button("Bekerja", "1.0.0"), Button("Belum bekerja", "1.0.1")),
    Button("Lewati", "1.0.-1"),
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stage:
    """The stand-in, a channel that talks to it, and Sari; all in one loop, as a channel is used.

    (Its connections belong to the loop they were opened in.)
    """

    fake: FakeTelegram
    sari: Person
    runner: asyncio.Runner
    opened: list[Telegram]

    @property
    def channel(self) -> Telegram:
        return self.opened[0]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def open(
        self, base_url: str = "", timeout_s: float = 30.0, secret: str = SECRET, token: str = TOKEN
    ) -> Telegram:
        """Return another channel."""
        given = {"TELEGRAM_TOKEN": token, "TELEGRAM_BASE_URL": base_url or self.fake.base_url}
        settings = read_settings(given, env_file=None)
        self.opened.append(Telegram(settings, phrases(), secret=secret, timeout_s=timeout_s))
        return self.opened[-1]

    def send(self, wire: Wire | None = None, channel: Telegram | None = None) -> Sent:
        """Send a message, to Sari unless told otherwise."""
        sending = (channel or self.channel).send(
            wire or self.wire(), delivery_id="71", attempt_id="7c9e"
        )
        return self.run(sending)

    def wire(self, person: Person | None = None, prompt: Prompt | None = None) -> Wire:
        address = str((person or self.sari).id)
        (wire,) = self.channel.render(prompt or ASK, address, OPEN)
        return wire

    def sends(self) -> int:
        """Return how often a message was asked to be sent."""
        return [one.method for one in self.fake.asked].count("sendMessage")

    def read(self, update: Update) -> Inbound:
        (said,) = self.channel.parse_update(update, at=NOW)
        assert isinstance(said, Inbound)
        return said

    def poll(self, offset: int | None = None, channel: Telegram | None = None) -> list[Update]:
        return self.run((channel or self.channel).updates(offset, wait_s=0))

    def hear(self, inbound: Inbound, note: str = "") -> None:
        self.run(self.channel.heard(inbound, note))

    async def polling(self) -> "asyncio.Task[list[Update]]":
        """Return a long poll that waits at the stand-in."""
        task = asyncio.ensure_future(self.channel.updates(None, wait_s=30))
        while not self.fake.asked:
            await asyncio.sleep(0.01)
        return task

    def tap(self, choice: str) -> Inbound:
        """Let Sari tap a button of the latest message."""
        return self.read(self.sari.taps(self.sari.last, choice))


@pytest.fixture
def stage() -> Iterator[Stage]:
    with FakeTelegram() as fake, asyncio.Runner() as runner:
        stage = Stage(fake, fake.person("Sari Wulandari", "6281200000101"), runner, [])
        stage.open()
        yield stage
        for channel in stage.opened:
            runner.run(channel.aclose())
        assert fake.violations == []


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


# Sending: one request, and what its outcome proves (law 3).


def test_a_message_goes_out_with_buttons_that_name_its_delivery(stage: Stage) -> None:
    assert stage.send() == Accepted(f"{stage.sari.id}:{stage.sari.last.message_id}")
    assert stage.sari.last.text == ASK.text
    assert [(button.text, button.data) for button in stage.sari.last.buttons] == [
        ("Bekerja", "1.0.0~71"), ("Belum bekerja", "1.0.1~71"), ("Lewati", "1.0.-1~71"),
    ]  # fmt: skip
    (request,) = stage.fake.asked
    assert request.fields["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    "prompt",
    [
        pytest.param(Prompt("Halo https://lacak.test/x 🙏"), id="plain"),
        pytest.param(Prompt("Nomor Kakak?", contact=True), id="a number asked for"),
        pytest.param(
            Prompt("Apa?", tuple(Button(f"{n} {'🌱' * 37}", f"1.0.{n}") for n in range(30))),
            id="as many labels as fit",
        ),
        pytest.param(
            Prompt("Apa?", tuple(Button("x" * 41, f"9999999.999999.{n}") for n in range(99)),
                   Button("Lewati", "9999999.999999.-1")),
            id="a hundred buttons",
        ),
        pytest.param(Prompt("😀" * 9000, ASK.buttons), id="in pieces"),
    ],
)  # fmt: skip
def test_whatever_is_rendered_telegram_takes(stage: Stage, prompt: Prompt) -> None:
    for wire in stage.channel.render(prompt, str(stage.sari.id), OPEN):
        assert isinstance(stage.send(wire), Accepted)
    assert "".join(message.text for message in stage.sari.sees).startswith(prompt.text)


GARBLED = Ambiguous("Jawaban Telegram terputus atau tidak terbaca.")
TROUBLED = Ambiguous("Telegram menjawab bahwa ia sedang terganggu.")
NO_NUMBER = Ambiguous("Telegram menerima, tetapi tanpa nomor pesan.")

OUTCOMES: dict[str, tuple[Fault, Sent]] = {
    "429": (TOO_FAST, Throttled(1.0)),
    "429 that says when": (Refuse(429, retry_after=17), Throttled(17.0)),
    "429 that says never": (Refuse(429, retry_after=10**9), Throttled(LONGEST_S)),
    "429 that says nothing": (Refuse(429), Throttled(SLOW_DOWN_S)),
    "blocked": (
        Refuse(403, "Forbidden: bot was blocked by the user"),
        Rejected(Disposition.RECIPIENT_STOPPED, 403),
    ),
    "deactivated": (
        Refuse(403, "Forbidden: user is deactivated"), Rejected(Disposition.BAD_ADDRESS, 403),
    ),
    "never started": (
        Refuse(403, "Forbidden: bot can't initiate conversation with a user"),
        Rejected(Disposition.BAD_ADDRESS, 403),
    ),
    "forbidden, who knows why": (
        Refuse(403, "Forbidden: something new"), Rejected(Disposition.BAD_ADDRESS, 403),
    ),
    "no such chat": (
        Refuse(400, "Bad Request: chat not found"), Rejected(Disposition.BAD_ADDRESS, 400),
    ),
    "too long": (
        Refuse(400, "Bad Request: message is too long"), Rejected(Disposition.BAD_MESSAGE, 400),
    ),
    "a wrong token": (Refuse(401, "Unauthorized"), Rejected(Disposition.CHANNEL_DOWN, 401)),
    "a wrong address": (Refuse(404, "Not Found"), Rejected(Disposition.CHANNEL_DOWN, 404)),
    "another program": (
        Refuse(409, "Conflict: terminated by other getUpdates request"),
        Rejected(Disposition.RETRY, 409),
    ),
    "500, not kept": (Refuse(500), TROUBLED),
    "502, kept": (Refuse(502, accepted=True), TROUBLED),
    "hung up before": (HangUp(accepted=False), GARBLED),
    "hung up after": (HangUp(accepted=True), GARBLED),
    "no JSON": (Garble(), GARBLED),
    "no object": (Garble("[1]"), GARBLED),
    "no result": (Garble('{"ok": true}'), GARBLED),
    "a strange result": (Garble('{"ok": true, "result": true}'), NO_NUMBER),
    "a truth": (Garble('{"ok": true, "result": {"message_id": true}}'), NO_NUMBER),
    "no number": (Garble('{"ok": true, "result": {"message_id": "1"}}'), NO_NUMBER),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "expected"), OUTCOMES.values(), ids=OUTCOMES)
def test_each_failure_says_what_it_proves_after_one_request(
    stage: Stage, fault: Fault, expected: Sent
) -> None:
    stage.fake.faults = iter([fault])
    assert stage.send() == expected
    assert stage.sends() == 1


def test_people_who_left_are_told_apart_from_strangers(stage: Stage) -> None:
    stranger = stage.fake.person("Budi", started=False)
    expected = Rejected(Disposition.BAD_ADDRESS, 400)
    assert stage.send(stage.wire(stranger)) == expected
    stage.sari.blocks()
    assert stage.send() == Rejected(Disposition.RECIPIENT_STOPPED, 403)
    stage.sari.starts()
    assert isinstance(stage.send(), Accepted)


@pytest.mark.parametrize("address", ["@kanal_umum", "-0", "", "0", "12x", "9" * 30])
def test_only_people_are_written_to(stage: Stage, address: str) -> None:
    wire = Wire(address, {"text": "Halo", "markup": ""})
    assert stage.send(wire) == Rejected(Disposition.BAD_ADDRESS, 400)
    assert stage.fake.asked == []


def test_no_connection_proves_that_nothing_was_sent(stage: Stage) -> None:
    assert stage.send(channel=stage.open(closed_port())) == Unsent()


def test_a_name_that_is_not_found_proves_it_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_found(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", not_found)
    assert stage.send(channel=stage.open("http://telegram.invalid")) == Unsent()


def test_a_certificate_that_is_not_trusted_proves_it_too(stage: Stage, tmp_path: Path) -> None:
    with self_signed_server(tmp_path) as address:
        assert stage.send(channel=stage.open(address)) == Unsent()


def test_waiting_for_a_free_connection_proves_it_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_client, "CONNECTIONS", 1)
    monkeypatch.setattr(telegram_client, "POOL_S", 0.1)
    stage.fake.faults = iter([Slow(1.0)])
    assert set(stage.run(at_once(stage, stage.open(), 2))) == {
        Unsent(),
        Accepted(f"{stage.sari.id}:1"),
    }
    assert stage.sends() == 1


def test_a_late_answer_is_ambiguous(stage: Stage) -> None:
    stage.fake.faults = iter([Slow(5)])
    hasty = stage.open(timeout_s=0.2)
    assert stage.send(channel=hasty) == Ambiguous("Telegram tidak menjawab sampai batas waktu.")
    assert (stage.sends(), len(stage.sari.sees)) == (1, 1)


def test_a_closed_channel_sends_nothing(stage: Stage) -> None:
    stage.run(stage.channel.aclose())
    assert stage.send() == Unsent()
    stage.hear(Inbound("1:1", "1", NOW, tap="1"))
    assert stage.fake.asked == []


async def at_once(stage: Stage, channel: Telegram, count: int) -> list[Sent]:
    wire = stage.wire()
    one = (channel.send(wire, delivery_id=str(n), attempt_id="") for n in range(count))
    return await asyncio.gather(*one)


def test_thirty_two_go_at_once_while_updates_are_polled(stage: Stage) -> None:
    stage.fake.faults = iter([Slow(0.5)] * 32)

    async def both() -> list[Sent]:
        polling = await stage.polling()
        started = time.monotonic()
        sent = await at_once(stage, stage.channel, 32)
        assert time.monotonic() - started < 5
        stage.sari.says("halo")
        assert len(await polling) == 1
        return sent

    assert {type(one) for one in stage.run(both())} == {Accepted}
    assert len(stage.sari.sees) == 32


def test_whatever_happens_a_message_is_sent_once_and_no_outcome_claims_what_is_not_so(
    stage: Stage,
) -> None:
    """Law 3, over 200 sends under seeded faults."""
    faults = [fault for fault, _ in OUTCOMES.values()]
    stage.fake.faults = dice(7, dict.fromkeys(faults, 0.8 / len(faults)))
    for n in range(200):
        person = stage.fake.person(f"Orang {n}")
        outcome = stage.send(stage.wire(person))
        assert stage.sends() == n + 1
        assert len(person.sees) <= 1
        match outcome:
            case Accepted(provider_id):
                assert provider_id == f"{person.id}:{person.last.message_id}"
            case Ambiguous():
                pass
            case _:
                assert person.sees == []
    assert len(stage.fake.sent) > 50


def caused(error: Exception, cause: BaseException | None) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (caused(TimedOut(), httpx.ConnectTimeout("")), Unsent()),
        (caused(TimedOut(), httpx.PoolTimeout("")), Unsent()),
        (caused(NetworkError(""), httpx.ConnectError("")), Unsent()),
        (caused(NetworkError(""), httpx.ProxyError("")), Unsent()),
        (caused(TimedOut(), httpx.WriteTimeout("")), GARBLED),
        (caused(NetworkError(""), httpx.WriteError("")), GARBLED),
        (caused(NetworkError(""), httpx.ReadError("")), GARBLED),
        (caused(NetworkError(""), httpx.RemoteProtocolError("")), GARBLED),
        (caused(NetworkError(""), TooFast("soon")), Throttled(SLOW_DOWN_S)),
        (caused(BadRequest("Bad Request (400)"), TelegramError("")), GARBLED),
        (caused(Forbidden("Forbidden (403)"), TelegramError("")), GARBLED),
        (
            caused(InvalidToken("Not Found (404). Parsing"), TelegramError("")),
            Rejected(Disposition.CHANNEL_DOWN, 404),
        ),
        (ChatMigrated(-100), Rejected(Disposition.BAD_ADDRESS, 400)),
        (KeyError("result"), GARBLED),
    ],
    ids=lambda value: (
        f"{type(value).__name__} of {type(value.__cause__).__name__}"
        if isinstance(value, Exception)
        else ""
    ),
)
def test_the_cause_says_what_the_library_does_not(error: Exception, expected: Sent) -> None:
    assert outcome(error) == expected


# Taps.


def test_a_tap_proves_its_delivery_and_its_button_goes(stage: Stage) -> None:
    sent = stage.send()
    tapped = stage.tap("Belum bekerja")
    assert (tapped.data, tapped.about, tapped.text) == ("1.0.1", "71", "Belum bekerja")
    assert sent == Accepted(tapped.quoted)
    stage.hear(tapped)
    assert stage.sari.toasts == [""]
    assert stage.sari.last.text == f"{ASK.text}\n\n➤ Belum bekerja"
    assert stage.sari.last.buttons == []


def test_a_refused_tap_is_told_why_and_keeps_its_buttons(stage: Stage) -> None:
    stage.send()
    stage.hear(stage.tap("Bekerja"), "Sudah lewat, Kak. " * 20)
    assert [len(toast) for toast in stage.sari.toasts] == [200]
    assert stage.fake.asked[-1].fields["show_alert"] is True
    assert (stage.sari.last.text, len(stage.sari.last.buttons)) == (ASK.text, 3)


def test_a_numbered_answer_is_shown_in_words(stage: Stage) -> None:
    prompt = Prompt("Bidang?", (Button("Tani", "1.0.0"), Button("Jasa " * 10, "1.0.1")))
    stage.send(stage.wire(prompt=prompt))
    stage.hear(stage.tap("1"))
    assert stage.sari.last.text.endswith("\n\n➤ Tani")


def test_where_the_choice_does_not_fit_the_buttons_go_all_the_same(stage: Stage) -> None:
    prompt = Prompt("x" * 4095, ASK.buttons)
    stage.send(stage.wire(prompt=prompt))
    stage.hear(stage.tap("Bekerja"))
    assert (stage.sari.last.text, stage.sari.last.buttons) == (prompt.text, [])
    stage.send()
    stage.hear(stage.read(stage.sari.taps(stage.sari.last, 0, accessible=False)))
    assert (stage.sari.last.text, stage.sari.last.buttons) == (ASK.text, [])


@pytest.mark.parametrize(
    "fault",
    [Refuse(400, "x"), Refuse(403, "x"), Refuse(500), TOO_FAST, HangUp(False), Garble()],
    ids=str,
)
def test_showing_never_raises(stage: Stage, fault: Fault) -> None:
    stage.send()
    tapped = stage.tap("Bekerja")
    stage.fake.edit_faults = iter([fault, fault])
    stage.hear(tapped)
    stage.hear(tapped)
    stage.hear(tapped)  # "message is not modified"
    stage.hear(replace(tapped, tap="0", shown="nonsense"))
    assert len(stage.fake.asked) == 1 + 2 * 3 + 1


def test_showing_does_not_wait_for_a_slow_answer(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "HEARD_S", 0.1)
    stage.send()
    tapped = stage.tap("Bekerja")
    stage.fake.edit_faults = iter([Slow(60), Slow(60)])
    started = time.monotonic()
    stage.hear(tapped)
    assert time.monotonic() - started < 30


def test_what_was_typed_needs_no_showing(stage: Stage) -> None:
    stage.hear(stage.read(stage.sari.says("belum kak")))
    assert stage.fake.asked == []


# Polling (law 1: stored before it is forgotten).


def test_updates_come_raw_until_they_are_confirmed(stage: Stage) -> None:
    made = [stage.sari.starts("k_abc-123"), stage.sari.says("halo"), stage.sari.shares_contact()]
    for _ in range(2):
        assert stage.poll() == made
    assert stage.fake.asked[-1].fields["allowed_updates"] == [
        "message", "callback_query", "my_chat_member",
    ]  # fmt: skip
    assert stage.poll(made[1]["update_id"]) == made[1:]
    assert stage.poll(made[-1]["update_id"] + 1) == []
    assert stage.fake.pending == []
    start, _text, contact = map(stage.read, made)
    assert start.token == "k_abc-123"
    assert contact.contact == stage.sari.phone


def test_a_poll_waits_for_the_first_update(stage: Stage) -> None:
    async def both() -> list[Update]:
        polling = await stage.polling()
        assert not polling.done()
        stage.sari.says("halo")
        return await polling

    (update,) = stage.run(both())
    assert update["message"]["text"] == "halo"


def test_an_update_too_odd_for_the_library_hides_no_other(stage: Stage) -> None:
    odd = {"update_id": 1, "message": {"text": "halo", "chat": {"id": stage.sari.id}}}
    stage.fake.redeliver(odd)
    usual = stage.sari.says("sudah kerja kak")
    assert stage.poll() == [odd, usual]
    assert [stage.read(raw).text for raw in (odd, usual)] == ["halo", "sudah kerja kak"]
    stage.fake.violations.clear()  # the odd one was meant


def test_a_second_poller_and_a_webhook_are_conflicts(stage: Stage) -> None:
    other = stage.open()

    async def both() -> NotListed:
        polling = await stage.polling()
        rival = asyncio.ensure_future(other.updates(None, wait_s=30))
        with pytest.raises(NotListed) as error:
            await polling
        stage.sari.says("halo")
        assert len(await rival) == 1
        return error.value

    error = stage.run(both())
    assert (error.trouble, error.wait_s) == (Trouble.CONFLICT, SOON_S)
    assert "other getUpdates" in str(error)
    stage.run(stage.channel.listen_at(HOOK))
    with pytest.raises(NotListed, match="webhook is active") as found:
        stage.poll()
    assert found.value.trouble is Trouble.CONFLICT
    stage.run(stage.channel.stop_listening())
    assert len(stage.poll()) == 1


@pytest.mark.parametrize(
    ("fault", "wait_s"),
    [
        (Refuse(429, retry_after=7), 7.0),
        (Refuse(500), SOON_S),
        (HangUp(False), SOON_S),
        (Slow(5), SOON_S),
        (Garble(), SOON_S),
        (Garble('{"ok": true, "result": {}}'), SOON_S),
        (Garble('{"ok": true, "result": [1]}'), SOON_S),
    ],
    ids=str,
)
def test_passing_trouble_says_how_long_to_wait(stage: Stage, fault: Fault, wait_s: float) -> None:
    stage.fake.update_faults = iter([fault])
    with pytest.raises(NotListed) as error:
        stage.poll(channel=stage.open(timeout_s=0.3))
    assert (error.value.trouble, error.value.wait_s) == (Trouble.PASSING, wait_s)


def test_a_wrong_token_is_told_apart_and_not_repeated(stage: Stage) -> None:
    channel = stage.open(token="71:AAWrong")
    with pytest.raises(NotListed) as error:
        stage.poll(channel=channel)
    assert error.value.trouble is Trouble.UNAUTHORISED
    assert "AAWrong" not in str(error.value)
    for ask in (channel.username, channel.webhook, channel.stop_listening):
        with pytest.raises(NotAnswered) as found:
            stage.run(ask())
        assert found.value.trouble is Trouble.UNAUTHORISED


# A webhook.


class Received(ThreadingHTTPServer):
    """An application that keeps what is delivered to it, and answers `status`."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Keep)
        self.requests: list[RawRequest] = []
        self.status = 200
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Keep(BaseHTTPRequestHandler):
    server: Received

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(RawRequest(self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by http.server
        """Stay silent."""


@contextmanager
def application() -> Iterator[Received]:
    with Received() as received:
        thread = threading.Thread(target=received.serve_forever, args=(0.02,))
        thread.start()
        yield received
        received.shutdown()
        thread.join(timeout=10)


def test_what_the_webhook_brings_is_verified_and_read(stage: Stage) -> None:
    stage.sari.says("sebelum")
    with application() as received:
        stage.fake.app_url = received.url
        stage.run(stage.channel.listen_at(HOOK))
        stage.sari.says("sesudah")
        stage.fake.settle()
    assert [request.url for request in received.requests] == ["/hooks/telegram"] * 2
    said: list[Any] = []
    for request in received.requests:
        stage.channel.verify(request)
        said += stage.channel.parse(request, at=NOW)
        with pytest.raises(NotOurs):
            stage.open(secret="another").verify(request)
    assert [one.text for one in said] == ["sebelum", "sesudah"]
    assert [one.address for one in said] == [str(stage.sari.id)] * 2


def test_the_state_of_the_webhook_tells_what_went_wrong(stage: Stage) -> None:
    assert stage.run(stage.channel.webhook()) == WebhookState("", 0, "", None)
    with application() as received:
        received.status = 500
        stage.fake.app_url = received.url
        stage.run(stage.channel.listen_at(HOOK))
        stage.sari.says("halo")
        state = _until(
            lambda: stage.run(stage.channel.webhook()), lambda state: bool(state.last_error)
        )
        assert (state.url, state.pending) == (HOOK, 1)
        assert "500" in state.last_error
        assert state.last_error_at is not None
        assert abs((datetime.now(UTC) - state.last_error_at).total_seconds()) < 60
        stage.run(stage.channel.stop_listening())
    assert stage.run(stage.channel.webhook()).url == ""
    (kept,) = stage.poll()
    assert kept["message"]["text"] == "halo"


def _until(look: Callable[[], T], is_it: Callable[[T], bool]) -> T:
    deadline = time.monotonic() + 60
    while not is_it(found := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def test_an_address_telegram_refuses_is_told_with_its_reason(stage: Stage) -> None:
    with pytest.raises(NotAnswered, match="https url must be provided") as error:
        stage.run(stage.channel.listen_at("http://lacak.test/hooks/telegram"))
    assert error.value.trouble is Trouble.REFUSED
    stage.fake.violations.clear()  # it was meant


@pytest.mark.parametrize("secret", ["", "dua kata", "é", "x" * 257])
def test_no_webhook_is_set_without_a_secret_telegram_takes(stage: Stage, secret: str) -> None:
    with pytest.raises(WrongSettings, match="TELEGRAM_WEBHOOK_SECRET must be") as error:
        stage.run(stage.open(secret=secret).listen_at(HOOK))
    assert not secret or secret not in str(error.value)
    assert stage.fake.asked == []


def test_the_bots_name_is_asked_once(stage: Stage) -> None:
    assert [stage.run(stage.channel.username()) for _ in range(3)] == [stage.fake.username] * 3
    assert len(stage.fake.asked) == 1
    with pytest.raises(NotAnswered) as error:
        stage.run(stage.open(closed_port()).username())
    assert error.value.trouble is Trouble.PASSING


# Law 10.


def test_nothing_personal_reaches_a_log_or_an_outcome(
    stage: Stage, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in (None, "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    said: list[object] = [stage.send(channel=stage.open(closed_port()))]
    for fault, _ in OUTCOMES.values():
        stage.fake.faults, stage.fake.update_faults = iter([fault]), iter([fault])
        said.append(stage.send())
        with pytest.raises(NotListed) as error:
            stage.poll()
        said += [repr(error.value), str(error.value.__cause__)]
    stage.send()
    stage.sari.says("Wulandari sudah bekerja")
    stage.poll()
    stage.hear(stage.tap("Bekerja"))
    said += [stage.run(stage.channel.webhook()), stage.run(stage.channel.username())]
    shown = capfd.readouterr()
    text = caplog.text + repr(said) + shown.out + shown.err
    private = (str(stage.sari.id), "Sari", "Wulandari", TOKEN.partition(":")[2])
    assert not [word for word in private if word in text]
