"""WhatsApp says what Twilio means: signed webhooks in, at most one POST a message out (law 3)."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import (
    Accepted,
    Ambiguous,
    CannotKnow,
    Channel,
    Disposition,
    Found,
    Inbound,
    Malformed,
    NotFound,
    NothingFits,
    NotListed,
    NotOurs,
    Progress,
    RawRequest,
    Receipt,
    Rejected,
    Sent,
    Template,
    Throttled,
    Unsent,
    Window,
    Wire,
)
from bot.channels.whatsapp import WhatsApp
from bot.channels.whatsapp_errors import (
    MAYBE_ACCEPTED,
    QUEUE_FULL_S,
    REFUSALS,
    SLOW_DOWN_S,
    refusal,
)
from bot.settings import Settings, WrongSettings, read_settings
from flows.phrases import phrases
from flows.prompts import Button, Prompt
from tests.bot.channels.tls import self_signed_server
from tests.fakes.faults import Garble, HangUp, Slow, dice
from tests.fakes.twilio import ACCOUNT, SENDER, TOKEN, TOO_FAST, FakeTwilio, Fault, Refuse, signed
from tests.people import BUDI, SARI

PUBLIC = "https://lacak.test"
INBOUND = f"{PUBLIC}/hooks/whatsapp"
STATUS = f"{PUBLIC}/hooks/whatsapp/status?d=71&a=7c9e"
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TO_SARI = SARI.phone
HELLO = Wire(TO_SARI, {"Body": "Halo Kak, apa status Kakak sekarang?"})
HX = "HX" + "0" * 31 + "7"
INVITATION = Template(HX, ("nama", "kantor"))
PAYLOADS = Path(__file__).parents[2] / "payloads"


def settings(
    base_url: str = "http://127.0.0.1:9", public_url: str = PUBLIC, **more: str
) -> Settings:
    given = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_WHATSAPP_FROM": SENDER,
        "TWILIO_BASE_URL": base_url,
        "PUBLIC_URL": public_url,
        **more,
    }
    return read_settings(given, env_file=None)


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio(public_url=PUBLIC) as fake:
        fake.templates[HX] = "Halo {{1}}, {{2}} ingin tahu kabar Kakak. Balas MULAI ya."
        yield fake
        assert fake.violations == []


@pytest.fixture
def make_channel() -> Iterator[Callable[..., WhatsApp]]:
    made: list[WhatsApp] = []

    def make(base_url: str, timeout_s: float = 30.0, **more: str) -> WhatsApp:
        made.append(WhatsApp(settings(base_url, **more), phrases(), timeout_s=timeout_s))
        return made[-1]

    yield make
    for channel in made:
        channel.close()


@pytest.fixture
def whatsapp(twilio: FakeTwilio, make_channel: Callable[..., WhatsApp]) -> WhatsApp:
    return make_channel(twilio.base_url)


@pytest.fixture(scope="module")
def deaf() -> Iterator[WhatsApp]:
    """A channel that is never asked to send: for what is pure."""
    channel = WhatsApp(settings(), phrases())
    yield channel
    channel.close()


def send(channel: WhatsApp, wire: Wire = HELLO) -> Sent:
    return asyncio.run(channel.send(wire, delivery_id="71", attempt_id="7c9e"))


def find(
    channel: WhatsApp, since: datetime, wire: Wire = HELLO, known: tuple[str, ...] = ()
) -> object:
    return asyncio.run(channel.find(wire, since=since, known=known))


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def payload(name: str, url: str = INBOUND) -> RawRequest:
    body = (PAYLOADS / f"whatsapp-{name}.txt").read_bytes().strip()
    return RawRequest(url, {}, body)


def test_it_fulfils_the_contract(deaf: WhatsApp) -> None:
    channel: Channel = deaf
    assert channel.kind == "whatsapp"
    assert channel.limits.characters == 1600


def test_importing_it_loads_no_http_library() -> None:
    code = "import bot.channels.whatsapp, sys; print({'twilio', 'requests'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_without_a_token_nobody_can_sign() -> None:
    with pytest.raises(WrongSettings, match="TWILIO_AUTH_TOKEN must be set"):
        WhatsApp(settings(TWILIO_AUTH_TOKEN=""), phrases())


# Signatures: facts, channels §1.5.

FORM = {"From": "whatsapp:+" + TO_SARI, "Body": "ya  kak\n🙏", "MessageSid": "SM1", "WaId": ""}


def test_what_twilio_signed_is_ours_blank_values_and_emoji_included(deaf: WhatsApp) -> None:
    deaf.verify(signed(INBOUND, FORM))


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://10.0.0.5:8000/hooks/whatsapp", id="the host behind a proxy"),
        pytest.param(INBOUND + "#rc=3&rp=all", id="a fragment, which only configures Twilio"),
        pytest.param("https://lacak.test:443/hooks/whatsapp", id="the port named"),
    ],
)
def test_the_public_address_is_what_was_signed(deaf: WhatsApp, url: str) -> None:
    ours = signed(INBOUND, FORM)
    deaf.verify(RawRequest(url, ours.headers, ours.body))


def test_the_query_is_signed_too(deaf: WhatsApp) -> None:
    ours = signed(STATUS, FORM)
    deaf.verify(ours)
    with pytest.raises(NotOurs):
        deaf.verify(RawRequest(STATUS.replace("d=71", "d=72"), ours.headers, ours.body))


def test_a_repeated_key_is_signed_with_all_its_values(deaf: WhatsApp) -> None:
    body = b"MediaUrl=b&From=whatsapp%3A%2B62811&MediaUrl=a"
    what = INBOUND + "From" + "whatsapp:+62811" + "MediaUrla" + "MediaUrlb"
    digest = hmac.new(TOKEN.encode(), what.encode(), hashlib.sha1).digest()
    signature = base64.b64encode(digest).decode()
    deaf.verify(RawRequest(INBOUND, {"x-twilio-signature": signature}, body))


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="missing"),
        pytest.param({"X-Twilio-Signature": ""}, id="empty"),
        pytest.param({"X-Twilio-Signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}, id="wrong"),
        pytest.param({"X-Twilio-Signature": "é"}, id="not even base64"),
    ],
)
def test_another_signature_is_not_ours(deaf: WhatsApp, headers: dict[str, str]) -> None:
    with pytest.raises(NotOurs) as error:
        deaf.verify(RawRequest(INBOUND, headers, signed(INBOUND, FORM).body))
    assert SARI.phone not in str(error.value)


def test_a_changed_body_is_not_ours(deaf: WhatsApp) -> None:
    ours = signed(INBOUND, FORM)
    with pytest.raises(NotOurs):
        deaf.verify(RawRequest(ours.url, ours.headers, ours.body.replace(b"kak", b"pak")))


@given(url=st.text(), body=st.binary(), signature=st.text())
def test_verifying_raises_nothing_but_not_ours(
    deaf: WhatsApp, url: str, body: bytes, signature: str
) -> None:
    with pytest.raises(NotOurs):
        deaf.verify(RawRequest(url, {"X-Twilio-Signature": signature}, body))


# What came in.


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(
            "tap",
            Inbound(
                "SM" + "0" * 30 + "a1", TO_SARI, NOW,
                text="Belum bekerja", data="1.0.2", quoted="MM" + "0" * 30 + "b1",
            ),
            id="a tapped button",
        ),
        pytest.param(
            "text",
            Inbound(
                "SM" + "0" * 30 + "a2", BUDI.phone, NOW,
                text="sdh krj kak, gaji 2jt\nmakasih 🙏",
            ),
            id="typed text",
        ),
        pytest.param(
            "username",
            Inbound("SM" + "0" * 30 + "a3", "ID.4566000000000103", NOW, text="Halo"),
            id="somebody without a number",
        ),
        pytest.param(
            "photo",
            Inbound(
                "MM" + "0" * 30 + "a4", BUDI.phone, NOW,
                media=(
                    "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 30 + "1a/Messages/MM"
                    + "0" * 30 + "a4/Media/ME" + "0" * 30 + "c4",
                ),
            ),
            id="a photo without words",
        ),
        pytest.param(
            "list",
            Inbound("SM" + "0" * 30 + "a5", BUDI.phone, NOW, text="Kendari", data="4.2.7"),
            id="a row of a list",
        ),
    ],
)  # fmt: skip
def test_a_message_is_read(deaf: WhatsApp, name: str, expected: Inbound) -> None:
    assert deaf.parse(payload(name), at=NOW) == (expected,)


@pytest.mark.parametrize(
    ("name", "progress", "code"),
    [("failed", Progress.FAILED, 63049), ("read-event", Progress.READ, 0)],
)
def test_a_receipt_is_read(deaf: WhatsApp, name: str, progress: Progress, code: int) -> None:
    (receipt,) = deaf.parse(payload(name, STATUS), at=NOW)
    assert isinstance(receipt, Receipt)
    assert (receipt.progress, receipt.code) == (progress, code)
    assert (receipt.delivery_id, receipt.attempt_id) == ("71", "7c9e")


@pytest.mark.parametrize(
    ("status", "progress"),
    [
        ("accepted", Progress.ACCEPTED),
        ("queued", Progress.ACCEPTED),
        ("sending", Progress.ACCEPTED),
        ("sent", Progress.SENT),
        ("delivered", Progress.DELIVERED),
        ("partially_delivered", Progress.DELIVERED),
        ("read", Progress.READ),
        ("failed", Progress.FAILED),
        ("undelivered", Progress.FAILED),
        ("canceled", Progress.FAILED),
    ],
)
def test_every_status_is_a_progress(deaf: WhatsApp, status: str, progress: Progress) -> None:
    body = urlencode({"MessageSid": "SM1", "MessageStatus": status}).encode()
    (receipt,) = deaf.parse(RawRequest(STATUS, {}, body), at=NOW)
    assert receipt == Receipt("SM1", progress, "71", "7c9e")


def test_a_message_on_the_status_address_is_still_a_message(deaf: WhatsApp) -> None:
    (message,) = deaf.parse(payload("text", STATUS), at=NOW)
    assert isinstance(message, Inbound)


@pytest.mark.parametrize(
    ("url", "body"),
    [
        pytest.param(INBOUND, b"", id="nothing"),
        pytest.param(INBOUND, b"\xff\xfe", id="no text"),
        pytest.param(INBOUND, b"From=whatsapp%3A%2B6281200000101&Body=halo", id="no sid"),
        pytest.param(INBOUND, b"From=%2B6281200000101&MessageSid=SM1&Body=halo", id="an SMS"),
        pytest.param(INBOUND, b"From=whatsapp%3A&MessageSid=SM1", id="no address"),
        pytest.param(STATUS, b"MessageSid=SM1", id="no status"),
        pytest.param(STATUS, b"MessageSid=SM1&MessageStatus=6281200000101", id="strange status"),
        pytest.param("https://[", b"MessageSid=SM1", id="no address of ours"),
    ],
)
def test_what_cannot_be_read_is_malformed_and_not_repeated(
    deaf: WhatsApp, url: str, body: bytes
) -> None:
    with pytest.raises(Malformed) as error:
        deaf.parse(RawRequest(url, {}, body), at=NOW)
    assert SARI.phone not in str(error.value)


_NAMES = st.sampled_from(
    ["From", "MessageSid", "Body", "MessageStatus", "SmsStatus", "EventType", "ErrorCode",
     "ButtonPayload", "MediaUrl0", "NumMedia"]
)  # fmt: skip
_VALUES = st.one_of(st.text(), st.sampled_from(["received", "sent", "READ", "whatsapp:+62811"]))
_BODIES = st.one_of(
    st.binary(),
    st.lists(st.tuples(_NAMES, _VALUES)).map(
        lambda pairs: urlencode(pairs, errors="surrogatepass").encode()
    ),
)


@given(url=st.one_of(st.text(), st.sampled_from([INBOUND, STATUS])), body=_BODIES)
def test_reading_raises_nothing_but_malformed(deaf: WhatsApp, url: str, body: bytes) -> None:
    try:
        events = deaf.parse(RawRequest(url, {}, body), at=NOW)
    except Malformed:
        return
    assert all(event.provider_id for event in events)


# What goes out.

OPEN = Window(is_open=True)


def test_in_the_window_answers_are_numbered(deaf: WhatsApp) -> None:
    ask = Prompt("Kakak bekerja?", (Button("Ya", "1.0.0"), Button("Belum", "1.0.1")))
    assert deaf.render(ask, TO_SARI, OPEN) == (
        Wire(TO_SARI, {"Body": "Kakak bekerja?\n1. Ya\n2. Belum"}),
    )


def test_a_long_message_is_cut_between_paragraphs(deaf: WhatsApp) -> None:
    paragraphs = ["a" * 900, "b" * 600, "c" * 1500, "d"]
    wires = deaf.render(Prompt("\n\n".join(paragraphs)), TO_SARI, OPEN)
    bodies = [wire.fields["Body"] for wire in wires]
    assert bodies == ["a" * 900 + "\n\n" + "b" * 600, "c" * 1500 + "\n\nd"]


@given(st.lists(st.text("ab \n", max_size=2500), max_size=4).map("\n\n".join).map(str.strip))
def test_every_piece_fits_and_no_word_is_lost(deaf: WhatsApp, text: str) -> None:
    bodies = [wire.fields["Body"] for wire in deaf.render(Prompt(text), TO_SARI, OPEN)]
    assert all(0 < len(body) <= 1600 and body.strip() for body in bodies)
    assert "".join("".join(bodies).split()) == "".join(text.split())


def test_outside_the_window_the_template_goes_filled_in_its_order(deaf: WhatsApp) -> None:
    facts = {"kantor": "BPVP Kendari", "nama": "Sari", "lain": "x"}
    (wire,) = deaf.render(Prompt("Halo"), TO_SARI, Window(False, INVITATION, facts))
    assert wire.fields["ContentSid"] == HX
    assert json.loads(wire.fields["ContentVariables"]) == {"1": "Sari", "2": "BPVP Kendari"}
    assert "Body" not in wire.fields


@pytest.mark.parametrize(
    ("template", "facts", "said"),
    [
        pytest.param(None, {}, "Belum ada templat", id="no template"),
        pytest.param(INVITATION, {"kantor": "BPVP"}, "'nama' kosong", id="a missing value"),
        pytest.param(INVITATION, {"nama": "  ", "kantor": "B"}, "'nama' kosong", id="a blank one"),
        pytest.param(
            INVITATION, {"nama": "Sari", "kantor": "BPVP\nKendari"}, "'kantor' memuat baris baru",
            id="a line end",
        ),
        pytest.param(Template(HX, ("nama",) * 101), {"nama": "Sari"}, "100 isian", id="too many"),
    ],
)  # fmt: skip
def test_what_cannot_go_is_told_to_staff_without_values(
    deaf: WhatsApp, template: Template | None, facts: dict[str, str], said: str
) -> None:
    with pytest.raises(NothingFits, match=said) as error:
        deaf.render(Prompt("Halo"), TO_SARI, Window(False, template, facts))
    assert not any(value.strip() in str(error.value) for value in facts.values() if value.strip())


# Sending: one POST, and what its outcome proves (law 3).


def test_a_message_is_posted_with_our_ids_in_its_callback(
    twilio: FakeTwilio, whatsapp: WhatsApp
) -> None:
    assert send(whatsapp) == Accepted(twilio.outbound[0].sid)
    (kept,) = twilio.outbound
    assert (kept.to, kept.sender, kept.body) == (
        "whatsapp:+" + TO_SARI,
        SENDER,
        HELLO.fields["Body"],
    )
    called = urlsplit(kept.callback)
    assert kept.callback.startswith(f"{PUBLIC}/hooks/whatsapp/status?")
    assert parse_qs(called.query) == {"d": ["71"], "a": ["7c9e"]}


def test_a_template_is_posted_with_its_variables(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    window = Window(False, INVITATION, {"nama": "Sari", "kantor": "BPVP Kendari"})
    (wire,) = whatsapp.render(Prompt("Halo"), TO_SARI, window)
    assert isinstance(send(whatsapp, wire), Accepted)
    assert (
        twilio.outbound[0].body == "Halo Sari, BPVP Kendari ingin tahu kabar Kakak. Balas MULAI ya."
    )


def test_its_callback_is_signed_and_read_back(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    send(whatsapp)
    (kept,) = twilio.outbound
    callback = signed(kept.callback, {"MessageSid": kept.sid, "MessageStatus": "read"})
    whatsapp.verify(callback)
    assert whatsapp.parse(callback, at=NOW) == (Receipt(kept.sid, Progress.READ, "71", "7c9e"),)


def test_without_a_public_address_no_callback_is_asked_for(
    twilio: FakeTwilio, make_channel: Callable[..., WhatsApp]
) -> None:
    assert isinstance(send(make_channel(twilio.base_url, PUBLIC_URL="")), Accepted)
    assert twilio.outbound[0].callback == ""


OUTCOMES: dict[str, tuple[Fault, Sent]] = {
    "429": (TOO_FAST, Throttled(SLOW_DOWN_S)),
    "429 that says when": (Refuse(429, 20429, retry_after="17"), Throttled(17.0)),
    "429 that says nonsense": (Refuse(429, 20429, retry_after="soon"), Throttled(SLOW_DOWN_S)),
    "a full queue": (Refuse(400, 21611), Throttled(QUEUE_FULL_S)),
    "opted out": (Refuse(400, 21610), Rejected(Disposition.RECIPIENT_STOPPED, 21610)),
    "a wrong number": (Refuse(400, 21211), Rejected(Disposition.BAD_ADDRESS, 21211)),
    "a wrong token": (Refuse(401, 20003), Rejected(Disposition.CHANNEL_DOWN, 20003)),
    "an account unknown": (Refuse(404, 20404), Rejected(Disposition.CHANNEL_DOWN, 20404)),
    "a code unknown": (Refuse(400, 63999), Rejected(Disposition.BAD_MESSAGE, 63999)),
    "500, not kept": (Refuse(500, 20500), Ambiguous("Twilio menjawab HTTP 500.")),
    "20500 in a 400": (Refuse(400, 20500), Ambiguous("Twilio menjawab HTTP 400.")),
    "503, kept": (Refuse(503, 20503, accepted=True), Ambiguous("Twilio menjawab HTTP 503.")),
    "408": (Refuse(408, 0), Ambiguous("Twilio menjawab HTTP 408.")),
    "hung up before": (HangUp(False), Ambiguous("Jawaban Twilio terputus atau tidak terbaca.")),
    "hung up after": (HangUp(True), Ambiguous("Jawaban Twilio terputus atau tidak terbaca.")),
    "no JSON": (Garble(), Ambiguous("Jawaban Twilio terputus atau tidak terbaca.")),
    "no object": (Garble("[1]"), Ambiguous("Jawaban Twilio terputus atau tidak terbaca.")),
    "no sid": (Garble("{}"), Ambiguous("Twilio menerima, tetapi tanpa nomor pesan.")),
}


@pytest.mark.parametrize(("fault", "expected"), OUTCOMES.values(), ids=OUTCOMES)
def test_each_failure_says_what_it_proves_after_one_post(
    twilio: FakeTwilio, whatsapp: WhatsApp, fault: Fault, expected: Sent
) -> None:
    twilio.faults = iter([fault])
    assert send(whatsapp) == expected
    assert twilio.posts == 1


def test_no_connection_proves_that_nothing_was_sent(make_channel: Callable[..., WhatsApp]) -> None:
    assert send(make_channel(closed_port())) == Unsent()


def test_a_name_that_is_not_found_proves_it_too(
    make_channel: Callable[..., WhatsApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = make_channel("http://twilio.invalid")

    def not_found(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", not_found)
    assert send(channel) == Unsent()


def test_a_certificate_that_is_not_trusted_proves_it_too(
    make_channel: Callable[..., WhatsApp], tmp_path: Path
) -> None:
    with self_signed_server(tmp_path) as address:
        assert send(make_channel(address)) == Unsent()


def test_a_late_answer_is_ambiguous(
    twilio: FakeTwilio, make_channel: Callable[..., WhatsApp]
) -> None:
    twilio.faults = iter([Slow(5)])
    outcome = send(make_channel(twilio.base_url, timeout_s=0.2))
    assert outcome == Ambiguous("Twilio tidak menjawab sampai batas waktu.")
    assert (twilio.posts, len(twilio.outbound)) == (1, 1)


def test_a_closed_channel_sends_nothing(twilio: FakeTwilio) -> None:
    channel = WhatsApp(settings(twilio.base_url), phrases())
    channel.close()
    assert send(channel) == Unsent()
    assert find(channel, NOW) == CannotKnow()
    assert twilio.asked == []


def test_whatever_happens_a_message_is_posted_once_and_its_fate_is_known_or_asked_for(
    twilio: FakeTwilio, whatsapp: WhatsApp
) -> None:
    """Law 3, over 200 sends under seeded faults: no outcome claims what is not so."""
    faults = [fault for fault, _ in OUTCOMES.values()]
    twilio.faults = dice(7, dict.fromkeys(faults, 0.8 / len(faults)))
    since = datetime.now(UTC)
    for n in range(200):
        wire = Wire(f"62812000{n:05}", HELLO.fields)
        outcome = send(whatsapp, wire)
        kept = [m for m in twilio.outbound if m.to.endswith(wire.address)]
        assert twilio.posts == n + 1
        assert len(kept) <= 1
        match outcome:
            case Accepted(sid):
                assert kept[0].sid == sid
            case Ambiguous():
                expected = Found(kept[0].sid) if kept else NotFound()
                assert find(whatsapp, since, wire) == expected
            case _:
                assert kept == []
    assert len(twilio.outbound) > 50


# Asking after what is unknown.


def lost(twilio: FakeTwilio, channel: WhatsApp, wire: Wire = HELLO) -> datetime:
    twilio.faults = iter([HangUp(accepted=True)])
    since = datetime.now(UTC)
    assert isinstance(send(channel, wire), Ambiguous)
    return since


def test_a_message_whose_answer_was_lost_is_found_while_queued(
    twilio: FakeTwilio, whatsapp: WhatsApp
) -> None:
    since = lost(twilio, whatsapp)
    assert twilio.outbound[0].sent is None
    assert find(whatsapp, since) == Found(twilio.outbound[0].sid)


def test_it_is_found_behind_a_page_of_later_ones(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    since = lost(twilio, whatsapp)
    twilio.report(twilio.outbound[0], "sent")
    for n in range(55):
        send(whatsapp, Wire(TO_SARI, {"Body": f"Lain {n}"}))
    makassar = since.astimezone(timezone(timedelta(hours=8)))
    assert find(whatsapp, makassar) == Found(twilio.outbound[0].sid)


def test_a_lost_template_is_found_by_its_values(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    window = Window(False, INVITATION, {"nama": "Sari", "kantor": "BPVP  Kendari"})
    (wire,) = whatsapp.render(Prompt("Halo"), TO_SARI, window)
    since = lost(twilio, whatsapp, wire)
    assert find(whatsapp, since, wire) == Found(twilio.outbound[0].sid)
    other = Wire(TO_SARI, {"ContentSid": HX, "ContentVariables": '{"1": "Budi"}'})
    assert find(whatsapp, since, other) == NotFound()


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(Wire(TO_SARI, {"Body": "Pertanyaan lain?"}), id="another text"),
        pytest.param(Wire(BUDI.phone, HELLO.fields), id="another person"),
    ],
)
def test_another_message_is_not_taken_for_it(
    twilio: FakeTwilio, whatsapp: WhatsApp, sent: Wire
) -> None:
    since = datetime.now(UTC)
    send(whatsapp, sent)
    twilio.say("+" + TO_SARI, HELLO.fields["Body"], arrives=False)
    assert find(whatsapp, since) == NotFound()


def test_the_same_question_asked_long_before_is_not_taken_for_it(whatsapp: WhatsApp) -> None:
    send(whatsapp)
    later = datetime.now(UTC) + timedelta(minutes=10)
    assert find(whatsapp, later) == NotFound()


def test_the_same_question_asked_just_before_is_told_apart_by_its_id(
    twilio: FakeTwilio, whatsapp: WhatsApp
) -> None:
    first = send(whatsapp)
    assert isinstance(first, Accepted)
    twilio.faults = iter([HangUp(accepted=False)])
    since = datetime.now(UTC)
    assert isinstance(send(whatsapp), Ambiguous)
    assert find(whatsapp, since, known=(first.provider_id,)) == NotFound()


@pytest.mark.parametrize(
    "fault",
    [TOO_FAST, Refuse(500, 20500), Refuse(401, 20003), HangUp(False), Garble(), Garble("{}")],
    ids=str,
)
def test_an_answer_that_says_nothing_proves_nothing(
    twilio: FakeTwilio, whatsapp: WhatsApp, fault: Fault
) -> None:
    since = lost(twilio, whatsapp)
    twilio.list_faults = iter([fault])
    assert find(whatsapp, since) == CannotKnow()


# Law 1: what Twilio could not deliver is fetched.


def test_messages_whose_webhook_was_lost_are_listed_oldest_first(
    twilio: FakeTwilio, whatsapp: WhatsApp
) -> None:
    moment = datetime.now(UTC)
    typed = twilio.say("+" + TO_SARI, "Sudah kerja", arrives=False)
    photo = twilio.say("ID.4566000000000103", "", arrives=False, media=2)
    send(whatsapp)
    makassar = moment.astimezone(timezone(timedelta(hours=8)))
    first, second = asyncio.run(whatsapp.inbound_since(makassar))
    assert (first.provider_id, first.address, first.text) == (typed.sid, TO_SARI, "Sudah kerja")
    (webhook,) = whatsapp.parse(signed(INBOUND, photo.webhook), at=second.at)
    assert second == webhook
    assert len(second.media) == 2


def test_many_lost_messages_come_page_by_page(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    moment = datetime.now(UTC)
    for n in range(450):
        twilio.say("+" + TO_SARI, f"pesan {n}", arrives=False)
    found = asyncio.run(whatsapp.inbound_since(moment))
    assert [message.text for message in found] == [f"pesan {n}" for n in range(450)]


def test_what_came_before_is_not_listed(twilio: FakeTwilio, whatsapp: WhatsApp) -> None:
    twilio.say("+" + TO_SARI, "Dulu", arrives=False)
    later = datetime.now(UTC) + timedelta(seconds=5)
    assert asyncio.run(whatsapp.inbound_since(later)) == []


@pytest.mark.parametrize("fault", [TOO_FAST, Refuse(500, 20500), HangUp(False), Garble()], ids=str)
def test_a_list_that_did_not_come_is_not_an_empty_list(
    twilio: FakeTwilio, whatsapp: WhatsApp, fault: Fault
) -> None:
    twilio.list_faults = iter([fault])
    with pytest.raises(NotListed):
        asyncio.run(whatsapp.inbound_since(NOW))


# Codes: facts, channels §1.8.

BY_CODE = {
    Disposition.THROTTLED: "20429 21611 30001 63017 63018",
    Disposition.RETRY: "63009 63012 63010 63029",
    Disposition.NOT_NOW: "63049 63032",
    Disposition.RECIPIENT_STOPPED: "21610 63014 63033",
    Disposition.BAD_ADDRESS: "21211 21614 63003 63024",
    Disposition.OUTSIDE_WINDOW: "63016",
    Disposition.BAD_MESSAGE: (
        "21408 21617 21655 21656 92002 92007 63005 63006 63013 63015 63021 63027 63028 63040 "
        "63041 63042"
    ),
    Disposition.CHANNEL_DOWN: (
        "20003 21606 63007 21703 63001 63008 63020 63112 63026 63038 63051 63062"
    ),
}
ROWS = [(int(code), what) for what, codes in BY_CODE.items() for code in codes.split()]


@pytest.mark.parametrize(("code", "disposition"), ROWS)
def test_every_code_has_its_disposition(
    deaf: WhatsApp, code: int, disposition: Disposition
) -> None:
    meaning = deaf.explain(code)
    assert meaning.disposition is disposition
    assert meaning.reason.endswith(".")


def test_the_table_holds_these_codes_and_no_others() -> None:
    assert set(REFUSALS) == {code for code, _ in ROWS}
    assert not MAYBE_ACCEPTED & set(REFUSALS)


def test_an_unknown_code_is_not_sent_again() -> None:
    meaning = refusal(63998)
    assert meaning.disposition is Disposition.BAD_MESSAGE
    assert "tidak dikirim ulang" in meaning.reason


# Law 10.


def test_nothing_personal_reaches_a_log_or_an_outcome(
    twilio: FakeTwilio,
    whatsapp: WhatsApp,
    make_channel: Callable[..., WhatsApp],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    private = Wire(TO_SARI, {"Body": "Halo Sari Wulandari"})
    said: list[object] = [send(make_channel(closed_port()), private)]
    for fault, _ in OUTCOMES.values():
        twilio.faults = iter([fault])
        said += [send(whatsapp, private), find(whatsapp, datetime.now(UTC), private)]
    twilio.say("+" + TO_SARI, "Sari Wulandari sudah bekerja", arrives=False)
    asyncio.run(whatsapp.inbound_since(NOW))
    text = caplog.text + repr(said)
    assert not [word for word in (SARI.phone, "Sari", "Wulandari", TOKEN) if word in text]
