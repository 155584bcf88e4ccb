"""Telegram reads updates and writes messages: the pure half (sending: test_telegram_sending)."""

import asyncio
import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import telegram
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import (
    CannotKnow,
    Channel,
    Disposition,
    Inbound,
    Lifecycle,
    Malformed,
    NotOurs,
    RawRequest,
    Window,
    Wire,
)
from bot.channels.pieces import split, utf16
from bot.channels.tap_data import unseal
from bot.channels.telegram import Telegram
from bot.channels.telegram_buttons import seal
from bot.channels.telegram_updates import Shown
from bot.settings import WrongSettings, read_settings
from flows.phrases import phrases
from flows.prompts import Button, Prompt

BOT_ID = "6000000001"
TOKEN = f"{BOT_ID}:AAE-invented_and_long_enough_to_be_one"
SECRET = "kata_rahasia-uji"
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SARI, BUDI = "7000000101", "7000000102"
GROUP = "-1002000000301"
PAYLOADS = Path(__file__).parents[2] / "payloads"
NAMES = sorted(file.stem.removeprefix("telegram-") for file in PAYLOADS.glob("telegram-*.json"))
OPEN = Window(is_open=True)


def make(secret: str = SECRET, **more: str) -> Telegram:
    given_settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_BASE_URL": "http://127.0.0.1:9", **more}
    return Telegram(read_settings(given_settings, env_file=None), phrases(), secret=secret)


@pytest.fixture(scope="module")
def deaf() -> Iterator[Telegram]:
    """A channel that is never asked to send: for what is pure."""
    channel = make()
    yield channel
    asyncio.run(channel.aclose())


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"telegram-{name}.json").read_text("utf-8"))


def read(channel: Telegram, raw: object) -> list[Inbound | Lifecycle]:
    return channel.parse_update(raw, at=NOW)


def one(channel: Telegram, raw: object) -> Inbound:
    (said,) = read(channel, raw)
    assert isinstance(said, Inbound)
    return said


def typed(text: str) -> Any:
    update = payload("text")
    update["message"]["text"] = text
    return update


def test_it_fulfils_the_contract(deaf: Telegram) -> None:
    channel: Channel = deaf
    assert (channel.kind, channel.can_find, channel.limits.characters) == ("telegram", False, 4096)


@pytest.mark.parametrize("module", ["bot.channels.telegram", "bot.cli"])
def test_importing_it_loads_no_http_library(module: str) -> None:
    code = f"import {module}, sys; print({{'telegram', 'httpx'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("token", ["", "AAE-only_half", "12:", ":AAE", "1 2:AAE", "bot12:AAE"])
def test_what_is_no_token_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(WrongSettings, match="TELEGRAM_TOKEN must be") as error:
        make(TELEGRAM_TOKEN=token)
    assert not token or f"={token}" not in str(error.value)


def test_nobody_can_be_asked_what_was_sent(deaf: Telegram) -> None:
    found = asyncio.run(deaf.find(Wire(SARI, {"text": "Halo", "markup": ""}), since=NOW))
    assert found == CannotKnow()


# Secrets.


def request(body: bytes) -> RawRequest:
    return RawRequest("https://lacak.test/hooks/telegram", {}, body)


HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.mark.parametrize("name", [HEADER, HEADER.lower()])
def test_who_shows_the_secret_is_telegram(deaf: Telegram, name: str) -> None:
    deaf.verify(RawRequest("", {name: SECRET}, b"{}"))


@pytest.mark.parametrize("shown", ["", "kata_rahasia-uj", SECRET + "x", SECRET.upper(), "é\ud800"])
def test_another_secret_is_not_ours(deaf: Telegram, shown: str) -> None:
    with pytest.raises(NotOurs) as error:
        deaf.verify(RawRequest("", {HEADER: shown}, b"{}"))
    assert SECRET not in str(error.value)


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}])
def test_without_a_secret_nothing_is_ours(headers: dict[str, str]) -> None:
    with pytest.raises(NotOurs):
        make(secret="").verify(RawRequest("", headers, b"{}"))


# What came in.

READ: dict[str, list[Inbound | Lifecycle]] = {
    "text": [Inbound("100000001", BUDI, NOW, text="sdh krj kak, gaji 2jt\nmakasih 🙏")],
    "start": [Inbound("100000002", SARI, NOW, text="/start", token="k_9fQ-27xLmN0aB3cD4eF5g")],
    "tap": [
        Inbound(
            "100000003", SARI, NOW,
            text="Belum bekerja", data="1.0.2", about="71", quoted=f"{SARI}:41",
            tap="30064771505000000",
            shown=Shown(
                int(SARI), 41, "Halo Kak Sari, apa status Kakak sekarang?", "Belum bekerja"
            ).to_json(),
        )
    ],
    "tap-number": [
        Inbound(
            "100000004", SARI, NOW,
            text="Jasa pendidikan", data="4.2.1", about="75", quoted=f"{SARI}:45",
            tap="30064771505000001",
            shown=Shown(
                int(SARI), 45,
                "Bidangnya apa, Kak?\n1. Pertanian, kehutanan, dan perikanan di daerah\n"
                "2. Jasa pendidikan\n3. Konstruksi",
                "Jasa pendidikan",
            ).to_json(),
        )
    ],
    "tap-old": [
        Inbound(
            "100000005", SARI, NOW,
            data="1.0.2", about="71", quoted=f"{SARI}:41", tap="30064771505000002",
            shown=Shown(int(SARI), 41, "", "").to_json(),
        )
    ],
    "photo": [
        Inbound(
            "100000006", BUDI, NOW, text="ini surat kerjanya", media=("AgACAgUAAxkBAAIlarge",)
        )
    ],
    "voice": [Inbound("100000007", BUDI, NOW, media=("AwACAgUAAxkBAAIvoice",))],
    "location": [Inbound("100000008", BUDI, NOW, text="-3.99, 122.51")],
    "contact": [
        Inbound("100000009", SARI, NOW, contact="6281200000101", quoted=f"{SARI}:43")
    ],
    "contact-of-another": [Inbound("100000010", SARI, NOW)],
    "reply": [Inbound("100000011", SARI, NOW, text="belum kak", quoted=f"{SARI}:41")],
    "group": [Inbound("100000012", GROUP, NOW, is_private=False)],
    "added-to-group": [Inbound("100000013", GROUP, NOW, is_private=False)],
    "blocked": [Lifecycle("100000014", SARI, NOW, is_open=False)],
    "unblocked": [Lifecycle("100000015", SARI, NOW, is_open=True)],
    "edited": [],
    "sticker": [Inbound("100000017", BUDI, NOW)],
    "pinned": [],
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_an_update_is_read(deaf: Telegram, name: str) -> None:
    raw = payload(name)
    said = read(deaf, raw)
    assert [event.provider_id for event in said] == [f"{BOT_ID}:{raw['update_id']}"] * len(said)
    assert said == [_of_this_bot(event) for event in READ[name]]


def _of_this_bot(event: Inbound | Lifecycle) -> Inbound | Lifecycle:
    fields = {name: getattr(event, name) for name in event.__slots__}
    return type(event)(**{**fields, "provider_id": f"{BOT_ID}:{event.provider_id}"})


@pytest.mark.parametrize("name", NAMES)
def test_python_telegram_bot_reads_the_same(deaf: Telegram, name: str) -> None:
    theirs = telegram.Update.de_json(payload(name), None)
    message = theirs.message
    for ours in read(deaf, payload(name)):
        assert ours.provider_id == f"{BOT_ID}:{theirs.update_id}"
        assert theirs.effective_chat is not None
        assert ours.address == str(theirs.effective_chat.id)
        if isinstance(ours, Inbound) and ours.is_private and message is not None:
            said = f"{ours.text} {ours.token}".strip()
            place = message.location
            shared = f"{place.latitude}, {place.longitude}" if place else ""
            assert said == (message.text or message.caption or shared)
        if theirs.callback_query is not None:
            assert isinstance(ours, Inbound)
            assert theirs.callback_query.data == f"{ours.data}~{ours.about}"
            assert theirs.callback_query.id == ours.tap


@pytest.mark.parametrize(
    ("said", "text", "token"),
    [
        ("/start", "/start", ""),
        ("/start ", "/start", ""),
        ("/START abc-DEF_9", "/start", "abc-DEF_9"),
        ("/start@lacak_uji_bot abc", "/start", "abc"),
        ("/start@lacak_uji_bot", "/start", ""),
        ("/start " + "x" * 64, "/start", "x" * 64),
        ("/start " + "x" * 65, "/start " + "x" * 65, ""),
        ("/start halo kak", "/start halo kak", ""),
        ("/startle", "/startle", ""),
        ("/bantuan@lacak_uji_bot", "/bantuan", ""),
        ("/berhenti@lacak_uji_bot ya", "/berhenti ya", ""),
        ("halo /start abc", "halo /start abc", ""),
        ("sari@contoh.id", "sari@contoh.id", ""),
    ],
)
def test_commands_lose_the_bots_name_and_links_give_their_token(
    deaf: Telegram, said: str, text: str, token: str
) -> None:
    inbound = one(deaf, typed(said))
    assert (inbound.text, inbound.token) == (text, token)


def test_what_no_database_can_store_is_left_out(deaf: Telegram) -> None:
    assert one(deaf, typed("su\0dah \ud83d kak")).text == "sudah ? kak"


def test_a_message_of_a_bot_says_nothing(deaf: Telegram) -> None:
    update = payload("text")
    update["message"]["from"]["is_bot"] = True
    assert read(deaf, update) == []


@pytest.mark.parametrize("kind", ["edited_message", "channel_post", "poll", "poll_answer"])
def test_kinds_we_do_not_take_say_nothing(deaf: Telegram, kind: str) -> None:
    assert read(deaf, {"update_id": 1, kind: {"text": "halo"}}) == []


def test_somebody_elses_number_is_not_taken(deaf: Telegram) -> None:
    update = payload("contact")
    del update["message"]["contact"]["user_id"]
    assert one(deaf, update).contact == ""
    update["message"]["contact"]["user_id"] = True
    update["message"]["from"]["id"] = 1
    assert one(deaf, update).contact == ""


@pytest.mark.parametrize("name", ["text", "photo", "contact", "reply", "start"])
def test_of_a_group_nothing_is_kept(deaf: Telegram, name: str) -> None:
    update = payload(name)
    update["message"]["chat"] = {"id": int(GROUP), "type": "group", "title": "Alumni"}
    assert one(deaf, update) == Inbound(
        f"{BOT_ID}:{update['update_id']}", GROUP, NOW, is_private=False
    )


def test_a_tap_in_a_group_keeps_only_who_and_that(deaf: Telegram) -> None:
    update = payload("tap")
    update["callback_query"]["message"]["chat"] = {"id": int(GROUP), "type": "group"}
    expected = Inbound(f"{BOT_ID}:100000003", SARI, NOW, is_private=False, tap="30064771505000000")
    assert one(deaf, update) == expected
    del update["callback_query"]["message"]
    update["callback_query"]["inline_message_id"] = "AAQC"
    assert one(deaf, update) == expected


@pytest.mark.parametrize(
    ("before", "now", "kind", "is_told"),
    [
        ("left", "member", "group", True),
        ("kicked", "administrator", "supergroup", True),
        ("member", "administrator", "group", False),
        ("member", "left", "group", False),
        ("left", "administrator", "channel", False),
    ],
)
def test_only_being_added_to_a_group_is_told(
    deaf: Telegram, before: str, now: str, kind: str, is_told: bool
) -> None:
    update = payload("added-to-group")
    update["my_chat_member"]["chat"]["type"] = kind
    update["my_chat_member"]["old_chat_member"]["status"] = before
    update["my_chat_member"]["new_chat_member"]["status"] = now
    assert bool(read(deaf, update)) is is_told


# One odd field must not lose an answer.

ODD: list[tuple[str, list[str], Any]] = [
    ("text", ["message", "from", "is_bot"], None),
    ("text", ["message", "date"], "yesterday"),
    ("text", ["message", "chat", "type"], None),
    ("text", ["message", "entities"], [{"offset": "x"}]),
    ("text", ["message", "reply_to_message"], 7),
    ("text", ["message", "from"], None),
    ("tap", ["callback_query", "chat_instance"], None),
    ("tap", ["callback_query", "message", "date"], {}),
    ("tap", ["callback_query", "message", "from"], "bot"),
    ("tap", ["callback_query", "message", "reply_markup"], [3]),
    ("tap", ["callback_query", "message"], "gone"),
]


@pytest.mark.parametrize(("name", "path", "value"), ODD, ids=lambda value: str(value)[:40])
def test_an_odd_field_loses_no_answer(
    deaf: Telegram, name: str, path: list[str], value: object
) -> None:
    odd, usual = payload(name), one(deaf, payload(name))
    _set(odd, path, value)
    said = one(deaf, odd)
    assert (said.address, said.data, said.about) == (usual.address, usual.data, usual.about)
    assert name == "tap" or said.text == usual.text


def test_some_of_these_are_too_odd_for_the_library() -> None:
    refused = 0
    for name, path, value in ODD:
        odd = payload(name)
        _set(odd, path, value)
        try:
            telegram.Update.de_json(odd, None)
        except Exception:  # noqa: BLE001 -- that it raises, whatever it is, is why we read ourselves
            refused += 1
    assert refused > 3


def _set(update: Any, path: list[Any], value: object) -> None:
    *there, last = path
    for step in there:
        update = update[step]
    if value is None:
        del update[last]
    else:
        update[last] = value


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe\x00", id="no text"),
        pytest.param(b"[" * 100_000, id="too deep"),
        pytest.param(b'{"update_id": ' + b"9" * 5000 + b"}", id="too long a number"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b'{"message": {"text": "7000000101"}}', id="no update_id"),
        pytest.param(b'{"update_id": "1"}', id="update_id is text"),
        pytest.param(b'{"update_id": true}', id="update_id is a truth"),
        pytest.param(b'{"update_id": 1, "message": "7000000101"}', id="no message"),
        pytest.param(b'{"update_id": 1, "message": {"text": "7000000101"}}', id="no chat"),
        pytest.param(b'{"update_id": 1, "callback_query": {"data": "1.0.0"}}', id="nobody tapped"),
    ],
)
def test_what_cannot_be_read_is_malformed_and_not_repeated(deaf: Telegram, body: bytes) -> None:
    with pytest.raises(Malformed) as error:
        deaf.parse(request(body), at=NOW)
    assert SARI not in str(error.value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = st.sampled_from(
    ["update_id", "message", "callback_query", "my_chat_member", "chat", "from", "id", "type",
     "text", "data", "photo", "contact", "reply_markup", "inline_keyboard", "message_id"]
)  # fmt: skip
_SHAPED = st.recursive(
    st.integers() | st.text() | st.sampled_from(["private", "kicked", "1.0.0~7"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_FIELDS, inner, max_size=6),
    max_leaves=20,
)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """Draw a real update with a few of its values replaced or gone."""
    update = payload(draw(st.sampled_from(NAMES)))
    for _ in range(draw(st.integers(1, 3))):
        paths = list(_paths(update))
        if paths:
            _set(update, draw(st.sampled_from(paths)), draw(_JSON))
    return update


def _paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[list[Any]]:
    steps: Any = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        steps = list(enumerate(value))
    for step, inner in steps:
        yield [*here, step]
        yield from _paths(inner, (*here, step))


@given(raw=_JSON | _SHAPED | mutated())
def test_reading_raises_nothing_but_malformed_and_changes_nothing(
    deaf: Telegram, raw: object
) -> None:
    before = copy.deepcopy(raw)
    try:
        said = read(deaf, raw)
    except Malformed:
        return
    assert all(event.provider_id.startswith(f"{BOT_ID}:") and event.address for event in said)
    assert repr(raw) == repr(before)


@given(body=st.binary() | _JSON.map(lambda value: json.dumps(value).encode()))
def test_reading_any_body_raises_nothing_but_malformed(deaf: Telegram, body: bytes) -> None:
    try:
        assert isinstance(deaf.parse(request(body), at=NOW), list)
    except Malformed:
        return


# Payloads: a tap proves its delivery.

_OURS = st.tuples(*[st.integers(-1, 10**7)] * 3).map(lambda n: f"{n[0]}.{n[1]}.{n[2]}")


@given(data=_OURS, delivery=st.integers(1, 10**18).map(str))
def test_a_tap_names_its_delivery(data: str, delivery: str) -> None:
    keyboard = seal({"inline_keyboard": [[{"text": "Ya", "callback_data": data}]]}, delivery)
    written = keyboard["inline_keyboard"][0][0]["callback_data"]
    assert len(written.encode()) <= 64
    assert unseal(written) == (data, delivery)


@given(st.text())
def test_a_payload_we_never_wrote_stays_as_it_is(written: str) -> None:
    data, about = unseal(written)
    assert written == (f"{data}~{about}" if about else data)


def test_where_the_delivery_does_not_fit_it_is_left_out() -> None:
    keyboard = {"inline_keyboard": [[{"text": "Ya", "callback_data": "1.0.0"}]]}
    assert seal(keyboard, "d" * 58)["inline_keyboard"][0][0]["callback_data"] == "1.0.0~" + "d" * 58
    assert seal(keyboard, "d" * 59) == keyboard


# What goes out.


def ask(*labels: str, skip: bool = False, **more: Any) -> Prompt:
    buttons = tuple(Button(label, f"1.0.{n}") for n, label in enumerate(labels))
    return Prompt("Apa kabar?", buttons, Button("Lewati", "1.0.-1") if skip else None, **more)


def rendered(channel: Telegram, prompt: Prompt) -> tuple[str, list[list[str]]]:
    """Return the text of the only message, and the labels of its buttons."""
    (wire,) = channel.render(prompt, SARI, OPEN)
    assert wire.address == SARI
    markup = json.loads(wire.fields["markup"] or "{}")
    rows = markup.get("inline_keyboard", [])
    return wire.fields["text"], [[button["text"] for button in row] for row in rows]


SCHOOLS = tuple(f"Sekolah Menengah Kejuruan Negeri Nomor {n} Kendari" for n in range(1, 8))


@pytest.mark.parametrize(
    ("prompt", "text", "rows"),
    [
        pytest.param(Prompt("Halo"), "Halo", [], id="nothing to tap"),
        pytest.param(ask("Ya", "Belum"), "Apa kabar?", [["Ya", "Belum"]], id="two in a row"),
        pytest.param(
            ask("A", "B", "C", skip=True), "Apa kabar?", [["A", "B"], ["C"], ["Lewati"]],
            id="skipping apart",
        ),
        pytest.param(
            ask("Ya", "Sudah bekerja dan kuliah"), "Apa kabar?",
            [["Ya"], ["Sudah bekerja dan kuliah"]], id="a longer label",
        ),
        pytest.param(ask(*"ABCDEFG"), "Apa kabar?", [[x] for x in "ABCDEFG"], id="more than six"),
        pytest.param(
            ask("Ya", "Belum", hint="Status utama saja"), "Apa kabar?\nStatus utama saja",
            [["Ya", "Belum"]], id="a hint",
        ),
        pytest.param(
            ask(*SCHOOLS, skip=True, hint="Pilih satu"),
            "\n".join(["Apa kabar?", "Pilih satu",
                       *(f"{n}. {school}" for n, school in enumerate(SCHOOLS, 1))]),
            [["1", "2", "3", "4", "5"], ["6", "7"], ["Lewati"]], id="labels too long for buttons",
        ),
        pytest.param(
            ask("A", "B", several=True, skip=True),
            "Apa kabar?\n1. A\n2. B\n(Boleh lebih dari satu, misalnya 1,3)",
            [["Lewati"]], id="several",
        ),
    ],
)  # fmt: skip
def test_answers_are_laid_out_for_a_phone(
    deaf: Telegram, prompt: Prompt, text: str, rows: list[list[str]]
) -> None:
    assert rendered(deaf, prompt) == (text, rows)


@pytest.mark.parametrize("window", [OPEN, Window(is_open=False)])
def test_telegram_has_no_window(deaf: Telegram, window: Window) -> None:
    assert deaf.render(Prompt("Halo"), SARI, window) == (
        Wire(SARI, {"text": "Halo", "markup": ""}),
    )


@pytest.mark.parametrize("count", [1, 6, 30, 31, 99, 100, 400])
def test_no_keyboard_is_larger_than_telegram_takes(deaf: Telegram, count: int) -> None:
    labels = [f"{n} {'🌱' * 30}"[:40] for n in range(count)]
    prompt = ask(*labels, skip=True)
    wires = deaf.render(prompt, SARI, OPEN)
    markup = seal(json.loads(wires[-1].fields["markup"]), "9" * 9)
    buttons = [button for row in markup["inline_keyboard"] for button in row]
    assert len(buttons) <= 100
    assert max(len(row) for row in markup["inline_keyboard"]) <= 8
    assert len(json.dumps(markup, ensure_ascii=False).encode()) < 10_000
    shown = {button["text"] for button in buttons}
    text = "".join(wire.fields["text"] for wire in wires)
    assert all(label in shown or label in text for label in labels)


def test_ones_own_number_is_asked_for_with_a_keyboard(deaf: Telegram) -> None:
    (wire,) = deaf.render(ask("Ya", "Tidak", skip=True, contact=True), SARI, OPEN)
    assert json.loads(wire.fields["markup"]) == {
        "keyboard": [[{"text": "Bagikan nomor saya", "request_contact": True}]],
        "one_time_keyboard": True,
        "resize_keyboard": True,
    }
    assert wire.fields["text"].splitlines()[1:] == [
        "1. Ya", "2. Tidak", "(Boleh dilewati: balas LEWATI)",
    ]  # fmt: skip


def test_a_long_message_is_cut_between_paragraphs_its_buttons_under_the_last(
    deaf: Telegram,
) -> None:
    text = "\n\n".join(["a" * 3000, "😀" * 600, "b"])
    wires = deaf.render(Prompt(text, (Button("Ya", "1.0.0"),)), SARI, OPEN)
    assert [wire.fields["text"] for wire in wires] == ["a" * 3000, "😀" * 600 + "\n\nb"]
    assert [bool(wire.fields["markup"]) for wire in wires] == [False, True]


@given(st.lists(st.text("ab😀 \n", max_size=6000), max_size=3).map("\n\n".join).map(str.strip))
def test_every_piece_fits_and_no_word_is_lost(deaf: Telegram, text: str) -> None:
    pieces = [wire.fields["text"] for wire in deaf.render(Prompt(text), SARI, OPEN)]
    assert all(len(piece.encode("utf-16-le")) <= 8192 and piece.strip() for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(text=st.text(max_size=300), limit=st.integers(2, 20))
def test_pieces_count_as_they_are_told(text: str, limit: int) -> None:
    pieces = split(text, limit, utf16)
    assert all(utf16(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


# Links and codes.


def test_a_link_brings_its_token_back(deaf: Telegram) -> None:
    assert deaf.link("lacak_uji_bot", "k_9-x") == "https://t.me/lacak_uji_bot?start=k_9-x"
    for token in ("x" * 65, "a b", "sari&x=1"):
        with pytest.raises(ValueError, match="deep-link"):
            deaf.link("lacak_uji_bot", token)


@pytest.mark.parametrize(
    ("code", "disposition"),
    [
        (400, Disposition.BAD_MESSAGE),
        (401, Disposition.CHANNEL_DOWN),
        (403, Disposition.RECIPIENT_STOPPED),
        (404, Disposition.CHANNEL_DOWN),
        (409, Disposition.RETRY),
        (418, Disposition.BAD_MESSAGE),
    ],
)
def test_every_code_has_its_disposition(
    deaf: Telegram, code: int, disposition: Disposition
) -> None:
    meaning = deaf.explain(code)
    assert meaning.disposition is disposition
    assert meaning.reason.endswith(".")
