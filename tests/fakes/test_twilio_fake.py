"""The stand-in for Twilio is strict, remembers, and calls back as told; else its tests lie."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from bot.channels.whatsapp_http import Http
from tests.fakes.faults import HangUp, dice
from tests.fakes.specs import why_not
from tests.fakes.twilio import (
    ACCOUNT,
    API,
    SENDER,
    SPEC,
    TOKEN,
    TOO_FAST,
    FakeTwilio,
    Fault,
    Manner,
    Refuse,
    statuses,
)
from tests.people import SARI

TO = f"whatsapp:+{SARI.phone}"
PUBLIC = "https://lacak.test"
HX = "HX" + "0" * 31 + "7"
needs_spec = pytest.mark.skipif(bool(why_not(SPEC)), reason="Twilio's document is absent")


class Received(ThreadingHTTPServer):
    """An application that keeps what it is called with, and answers `status`."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Keep)
        self.calls: list[tuple[str, dict[str, str], str]] = []
        self.status = 204
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Keep(BaseHTTPRequestHandler):
    server: Received

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(parse_qsl(body, keep_blank_values=True))
        self.server.calls.append((self.path, form, self.headers["X-Twilio-Signature"]))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by http.server
        """Stay silent."""


@pytest.fixture
def app() -> Iterator[Received]:
    server = Received()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def messages(fake: FakeTwilio, token: str = TOKEN) -> Iterator[Any]:
    """Yield the real library's messages, pointed at the fake."""
    http = Http(fake.base_url, 10.0)
    try:
        yield Client(ACCOUNT, token, http_client=http).messages
    finally:
        http.close()


def create(fake: FakeTwilio, **fields: Any) -> str:
    with messages(fake) as api:
        sid: str = api.create(**{"to": TO, "from_": SENDER, "body": "Halo", **fields}).sid
        return sid


def code_of(fake: FakeTwilio, **fields: Any) -> int:
    with pytest.raises(TwilioRestException) as error:
        create(fake, **fields)
    code: int = error.value.code
    return code


def test_another_token_is_refused() -> None:
    with (
        FakeTwilio() as fake,
        messages(fake, "f" * 32) as api,
        pytest.raises(TwilioRestException) as error,
    ):
        api.create(to=TO, from_=SENDER, body="Halo")
    assert error.value.code == 20003
    assert fake.messages == []


@needs_spec
@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"content_sid": "HX123"}, "ContentSid has the wrong length"),
        ({"content_sid": "HX" + "z" * 32}, "ContentSid has the wrong form"),
        ({"messaging_service_sid": "AC" + "0" * 32}, "MessagingServiceSid has the wrong form"),
        ({"schedule_type": "soon"}, "ScheduleType is none of the values allowed"),
        ({"validity_period": "abc"}, "ValidityPeriod is no integer"),
        ({"status_callback": "not a uri"}, "StatusCallback is no uri"),
        ({"message_intent": "hi"}, "MessageIntent is no field of this operation"),
    ],
    ids=str,
)
def test_what_twilios_document_forbids_is_refused(fields: dict[str, str], fault: str) -> None:
    with FakeTwilio() as fake:
        assert code_of(fake, **fields) == 20001
    assert fake.violations == [fault]
    assert fake.messages == []


@needs_spec
@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ([("From", SENDER), ("Body", "Halo")], "To is missing"),
        ([("to", TO), ("To", TO)], "to is no field of this operation"),
        ([("To", TO), ("To", TO)], "To is repeated"),
        ([("To", TO), ("SmartEncoded", "yes")], "SmartEncoded is no boolean"),
        ([("To", TO), ("SendAt", "besok")], "SendAt is no date-time"),
    ],
    ids=str,
)
def test_what_the_library_would_not_send_is_refused_too(
    form: list[tuple[str, str]], fault: str
) -> None:
    with FakeTwilio() as fake:
        url = f"{fake.base_url}{API}/{ACCOUNT}/Messages.json"
        answer = requests.post(url, data=form, auth=(ACCOUNT, TOKEN), timeout=10)
    assert answer.status_code == 400
    assert fake.violations == [fault]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"to": "whatsapp:0812"}, 21211, id="a number as typed"),
        pytest.param({"from_": "whatsapp:+6281199999999"}, 63007, id="another sender"),
        pytest.param({"body": ""}, 21619, id="nothing to say"),
        pytest.param({"body": "x" * 1601}, 21617, id="too long"),
        pytest.param({"content_sid": "HX" + "f" * 32}, 21655, id="an unknown template"),
        pytest.param({"content_sid": HX, "content_variables": "{"}, 21656, id="no JSON"),
        pytest.param({"content_sid": HX, "content_variables": "{}"}, 21656, id="too few"),
        pytest.param({"content_sid": HX, "content_variables": '{"1": " "}'}, 92007, id="blank"),
        pytest.param({"content_sid": HX, "content_variables": '{"1": "a\\nb"}'}, 92007, id="lines"),
    ],
)
def test_rules_beyond_the_document_are_kept(fields: dict[str, str], code: int) -> None:
    with FakeTwilio() as fake:
        fake.templates[HX] = "Halo {{1}}."
        assert code_of(fake, **fields) == code
    assert (fake.messages, fake.violations) == ([], [])


def test_who_opted_out_is_refused() -> None:
    with FakeTwilio() as fake:
        fake.stopped.add(TO)
        assert code_of(fake) == 21610


def test_it_remembers_and_lists_newest_first_page_by_page() -> None:
    with FakeTwilio() as fake, messages(fake) as api:
        sids = [create(fake, body=f"pesan {n}") for n in range(7)]
        fake.say("+" + SARI.phone, "Halo", arrives=False)
        assert [m.sid for m in api.list(to=TO, page_size=3)] == sids[::-1]
        assert [m.sid for m in api.list(to=TO, limit=2)] == sids[:-3:-1]
        assert [m.direction for m in api.list(from_=TO)] == ["inbound"]
        one = api(sids[3]).fetch()
        assert (one.body, one.status, one.date_sent) == ("pesan 3", "queued", None)
    assert fake.violations == []


def test_the_date_filter_knows_only_what_was_sent() -> None:
    now = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    with FakeTwilio(clock=lambda: now) as fake, messages(fake) as api:
        create(fake)
        assert api.list(date_sent_after=now - timedelta(minutes=2)) == []
        fake.report(fake.outbound[0], "sent")
        assert len(api.list(date_sent_after=now)) == 1
        assert api.list(date_sent_after=now + timedelta(seconds=1)) == []
        assert len(api.list(date_sent_before=now)) == 1


def test_faults_come_in_the_order_given_and_then_end() -> None:
    with FakeTwilio() as fake:
        fake.faults = iter([TOO_FAST, HangUp(accepted=False), HangUp(accepted=True), None])
        for _ in range(3):
            with pytest.raises(Exception, match=r"429|aborted"):
                create(fake)
        create(fake)
        create(fake)
    assert fake.posts == 5
    assert len(fake.outbound) == 3


def test_the_same_seed_makes_the_same_faults() -> None:
    odds: dict[Fault, float] = {TOO_FAST: 0.1, Refuse(500, 20500): 0.2}
    first, again, other = (list(islice(dice(seed, odds), 300)) for seed in (1, 1, 2))
    assert first == again != other
    assert 30 < sum(fault is not None for fault in first) < 150


@pytest.mark.parametrize(
    ("manner", "expected"),
    [
        (Manner.NEVER, []),
        (Manner.LATE, []),
        (Manner.IN_ORDER, ["sent", "delivered", "read"]),
        (Manner.OUT_OF_ORDER, ["read", "delivered", "sent"]),
        (Manner.TWICE, ["sent", "sent", "delivered", "delivered", "read", "read"]),
    ],
)
def test_callbacks_come_in_their_manner_signed_for_the_public_address(
    app: Received, manner: Manner, expected: list[str]
) -> None:
    callback = f"{PUBLIC}/hooks/whatsapp/status?d=1&a=2"
    with FakeTwilio(app_url=app.url, manner=manner) as fake:
        create(fake, status_callback=callback)
        fake.settle()
        assert statuses(fake.delivered) == expected
        fake.release()
        fake.settle()
    if manner is Manner.LATE:
        assert statuses(fake.delivered) == ["sent", "delivered", "read"]
    for path, form, signature in app.calls:
        assert path == "/hooks/whatsapp/status?d=1&a=2"
        assert RequestValidator(TOKEN).validate(callback, form, signature)
    assert fake.outbound[0].status == ("queued" if manner is Manner.NEVER else "read")


def test_free_text_outside_the_window_fails_later_and_a_template_does_not(app: Received) -> None:
    now = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    callback = f"{PUBLIC}/hooks/whatsapp/status"
    clock = [now]
    with FakeTwilio(app_url=app.url, clock=lambda: clock[0], manner=Manner.IN_ORDER) as fake:
        fake.keeps_window = True
        fake.templates[HX] = "Halo Kak, balas MULAI ya."
        create(fake, status_callback=callback)
        create(fake, status_callback=callback, body="", content_sid=HX)
        fake.say("+" + SARI.phone, "Halo")
        create(fake, status_callback=callback)
        clock[0] = now + timedelta(hours=24)
        create(fake, status_callback=callback)
        fake.settle()
    assert [(m.status, m.code) for m in fake.outbound] == [
        ("failed", 63016), ("read", 0), ("read", 0), ("failed", 63016)
    ]  # fmt: skip
    codes = [form.get("ErrorCode") for path, form, _ in app.calls if path.endswith("status")]
    assert [code for code in codes if code] == ["63016", "63016"]


def test_a_message_may_be_accepted_and_then_fail(app: Received) -> None:
    with FakeTwilio(app_url=app.url, manner=Manner.IN_ORDER) as fake:
        fake.code_for[TO] = 63049
        create(fake, status_callback=f"{PUBLIC}/hooks/whatsapp/status")
        fake.settle()
    assert [(f["MessageStatus"], f.get("ErrorCode")) for _, f, _ in app.calls] == [
        ("sent", None), ("undelivered", "63049")
    ]  # fmt: skip


def test_a_persons_message_comes_signed_and_can_come_again(app: Received) -> None:
    with FakeTwilio(app_url=app.url) as fake:
        said = fake.say("+" + SARI.phone, "Sudah kerja", ButtonPayload="1.0.2")
        assert fake.redeliver(said) == 204
    (path, form, signature), again = app.calls
    assert again == (path, form, signature)
    assert path == "/hooks/whatsapp"
    assert (form["From"], form["Body"], form["ButtonPayload"]) == (TO, "Sudah kerja", "1.0.2")
    assert RequestValidator(TOKEN).validate(f"{PUBLIC}/hooks/whatsapp", form, signature)


def test_an_application_that_is_away_loses_the_webhook_not_the_message() -> None:
    with FakeTwilio(app_url="http://127.0.0.1:9") as fake:
        said = fake.say("+" + SARI.phone, "Halo")
    assert [status for _, status in fake.delivered] == [0]
    assert fake.messages == [said]


@needs_spec
def test_an_answer_of_the_fake_that_drifts_from_the_document_is_noticed() -> None:
    with FakeTwilio() as fake:
        fake.say("+" + SARI.phone, "Halo", arrives=False).status = "seen"
        with messages(fake) as api:
            api.list()
    assert fake.violations == ["answer.messages[0].status is none of the values allowed"]
