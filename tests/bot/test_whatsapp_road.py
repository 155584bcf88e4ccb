"""The WhatsApp road over real HTTP: a blast out, answers in, receipts, and what goes wrong.

The real service and the real Twilio client; only Twilio is a stand-in, checked by its own spec.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import text

from bot.service import Service
from flows.state import Status
from flows.xlsform import Artefact
from storage import blasts, channels, consents, interviews, respondents
from storage.blasts import TemplateRow
from tests.bot.live import TickingClock, serving
from tests.bot.test_blast import Office
from tests.conftest import FixedClock, settings_for
from tests.fakes.faults import HangUp
from tests.fakes.twilio import FakeTwilio, Manner, Refuse, signed

TEMPLATE = "HX" + "1" * 32
PUBLIC = "https://lacak.test"


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@dataclass
class Road:
    """An office of three on WhatsApp, its service running, and Twilio."""

    office: Office
    twilio: FakeTwilio
    where: str

    @property
    def service(self) -> Service:
        return self.office.service

    def wait(self, what: Callable[[], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < deadline, "it never came"
            time.sleep(0.02)

    def send(self) -> int:
        blast = self.office.send()
        self.service.wake()
        return blast

    def heard(self, number: int) -> list[str]:
        """Return what somebody was sent, oldest first."""
        to = f"whatsapp:{self.number(number)}"
        return [m.body for m in self.twilio.outbound if m.to == to]

    def number(self, number: int) -> str:
        return f"+62812000{number:05}"

    def say(self, number: int, words: str) -> None:
        """Let somebody write, and wait for the reply."""
        before = len(self.heard(number))
        self.twilio.say(self.number(number), words)
        self.wait(lambda: len(self.heard(number)) > before)

    def statuses(self) -> dict[str, int]:
        with self.service.database.read() as db:
            rows = db.execute(text("SELECT status, count(*) FROM outbox GROUP BY status"))
            return {row[0]: row[1] for row in rows}

    def paused(self) -> str:
        with self.service.database.read() as db:
            return dict(channels.states(db)).get("whatsapp", "")

    def state(self, number: int) -> Status:
        with self.service.database.read() as db:
            found = interviews.all_of(db, self.service.vault, self.office.people[number])
            return found[-1].state.status


@pytest.fixture
def make_road(
    sqlite_url: str, artefact: Artefact, clock: FixedClock
) -> Iterator[Callable[..., Road]]:
    open_roads: list[object] = []

    def make(*, template: bool = True, **settings: str) -> Road:
        twilio = FakeTwilio(public_url=PUBLIC, clock=clock)
        twilio.__enter__()
        more = {
            "PUBLIC_URL": PUBLIC,
            "TWILIO_ACCOUNT_SID": twilio.account,
            "TWILIO_AUTH_TOKEN": twilio.token,
            "TWILIO_WHATSAPP_FROM": twilio.sender,
            "TWILIO_BASE_URL": twilio.base_url,
            "WHATSAPP_BUTTONS": "off",
            **settings,
        }
        service = Service(settings_for(sqlite_url, **more), clock=clock)
        office = Office(service, artefact, size=3)
        if template:
            twilio.templates[TEMPLATE] = "Halo Kak {{1}}, kami dari {{2}}. Balas YA untuk mulai."
            with service.database.write() as db:
                row = TemplateRow("kebekerjaan", TEMPLATE, ("nama", "kantor"))
                blasts.add_template(db, row, created_by="rina", at=service.now())
        server = serving(service)
        where = server.__enter__()
        twilio.app_url = where
        open_roads.extend((server, twilio))
        return Road(office, twilio, where)

    yield make
    for one in open_roads:
        one.__exit__(None, None, None)  # type: ignore[attr-defined]
    for one in open_roads:
        if isinstance(one, FakeTwilio):
            assert one.violations == [], one.violations


@pytest.fixture
def road(make_road: Callable[..., Road]) -> Road:
    return make_road()


def test_a_blast_goes_out_as_a_template_and_comes_back_as_an_interview(road: Road) -> None:
    blast = road.send()
    road.wait(lambda: road.statuses() == {"sent": 3})
    first = road.twilio.outbound[0]
    assert first.content_sid == TEMPLATE
    assert "Halo Kak Orang, kami dari BPVP Kendari." in first.body

    road.say(0, "ya")
    assert "Apakah Kakak bersedia menjawab?" in road.heard(0)[-1]
    road.say(0, "1")
    assert "1. Bekerja\n2. Wirausaha" in road.heard(0)[-1]
    for words in (
        "wirausaha",
        "Toko Contoh",
        "bulan lalu",
        "kue",
        "Kendari",
        "1",
        "2,5 jt",
        "lewati",
        "lewati",
    ):
        road.say(0, words)
    assert road.heard(0)[-1].startswith("Selesai!")
    assert road.state(0) is Status.FINISHED
    found = road.office.figures(blast)
    assert (found["sent"], found["answered"], found["finished"]) == (3, 1, 1)


def test_receipts_out_of_order_and_doubled_add_up(road: Road) -> None:
    blast = road.send()
    road.wait(lambda: road.statuses() == {"sent": 3})
    one, two, three = road.twilio.outbound
    for message, status in ((one, "read"), (one, "delivered"), (one, "read"), (two, "delivered"),
                            (two, "sent"), (three, "delivered"), (three, "delivered")):  # fmt: skip
        assert road.twilio.report(message, status) == 200
    found = road.office.figures(blast)
    assert (found["sent"], found["delivered"], found["read"]) == (3, 3, 1)


def test_a_person_who_answers_before_the_receipt_arrives_is_heard(road: Road) -> None:
    road.send()
    road.wait(lambda: road.statuses() == {"sent": 3})
    road.say(1, "ya")
    assert road.twilio.report(road.twilio.outbound[1], "delivered") == 200
    assert road.state(1) is Status.CONSENTING


def test_law_1_the_same_message_delivered_three_times_is_one(road: Road) -> None:
    road.send()
    road.wait(lambda: road.statuses() == {"sent": 3})
    message = road.twilio.say(road.number(0), "ya")
    assert [road.twilio.redeliver(message) for _ in range(2)] == [200, 200]
    road.wait(lambda: len(road.heard(0)) == 2)
    time.sleep(0.2)
    assert len(road.heard(0)) == 2


def test_law_1_a_message_twilio_could_not_deliver_is_fetched(road: Road) -> None:
    road.send()
    road.wait(lambda: road.statuses() == {"sent": 3})
    road.twilio.say(road.number(0), "ya", arrives=False)
    assert road.state(0) is Status.INVITED
    loop = road.service._loop
    assert loop is not None
    for _ in range(2):
        asyncio.run_coroutine_threadsafe(road.service.chores.fetch_missed(), loop).result(
            timeout=60
        )
    road.wait(lambda: len(road.heard(0)) == 2)
    assert road.state(0) is Status.CONSENTING


def test_law_1_what_became_of_a_message_is_asked_where_no_callback_came(
    road: Road, clock: FixedClock
) -> None:
    blast = road.send()
    road.wait(lambda: road.statuses() == {"sent": 3})
    for one, (status, code) in zip(
        road.twilio.outbound, [("undelivered", 63024), ("read", 0), ("sent", 0)], strict=True
    ):
        road.twilio.report(one, status, code, arrives=False)
    loop = road.service._loop
    assert loop is not None

    def ask() -> dict[str, int]:
        work = road.service.chores.fetch_outcomes()
        asyncio.run_coroutine_threadsafe(work, loop).result(timeout=60)
        return road.statuses()

    assert ask() == {"sent": 3}  # their callbacks may still come
    clock.forward(minutes=6)
    road.twilio.list_faults = iter([Refuse(503, 20503), Refuse(503, 20503)])
    assert ask() == {"sent": 3}
    road.twilio.list_faults = iter(())
    for _twice in range(2):
        assert ask() == {"failed": 1, "read": 1, "sent": 1}
    (reason,) = road.office.blasts.figures(blast)["not_sent"]
    assert "63024" in reason
    assert road.twilio.posts == 3


def test_law_3_a_dropped_answer_is_unknown_then_found_and_never_sent_twice(
    make_road: Callable[..., Road], clock: FixedClock
) -> None:
    road = make_road()
    road.twilio.faults = iter([HangUp(accepted=True), Refuse(500, 20500, accepted=True), None])
    road.send()
    road.wait(lambda: road.statuses() == {"unknown": 2, "sent": 1})
    clock.forward(seconds=120)
    road.wait(lambda: road.statuses() == {"sent": 3})
    assert road.twilio.posts == 3
    assert len({m.to for m in road.twilio.outbound}) == 3


def test_law_3_a_receipt_settles_an_unknown_message(road: Road) -> None:
    road.twilio.faults = iter([HangUp(accepted=True)])
    road.send()
    road.wait(lambda: road.statuses() == {"unknown": 1, "sent": 2})
    lost = next(m for m in road.twilio.outbound if m.status == "queued")
    for message in road.twilio.outbound:
        road.twilio.report(message, "delivered")
    assert road.statuses() == {"delivered": 3}
    assert lost.sid


def test_without_a_template_the_row_says_so_and_nothing_goes(
    make_road: Callable[..., Road],
) -> None:
    road = make_road(template=False)
    blast = road.send()
    road.wait(lambda: road.statuses() == {"failed": 3})
    assert road.twilio.posts == 0
    found = dict(road.office.blasts.figures(blast))
    assert found["failed"] == 3
    assert all("templat" in reason for reason in found["not_sent"])


def test_a_template_missing_a_variable_says_which(make_road: Callable[..., Road]) -> None:
    road = make_road(template=False)
    with road.service.database.write() as db:
        row = TemplateRow("kebekerjaan", TEMPLATE, ("nama", "jabatan"))
        blasts.add_template(db, row, created_by="rina", at=road.service.now())
    blast = road.send()
    road.wait(lambda: road.statuses() == {"failed": 3})
    assert road.twilio.posts == 0
    (reason,) = dict(road.office.blasts.figures(blast))["not_sent"]
    assert "'jabatan'" in reason


def test_inside_the_window_free_text_goes_and_after_it_only_the_template(
    make_road: Callable[..., Road], clock: FixedClock
) -> None:
    road = make_road()
    with road.service.database.write() as db:
        for number in (0, 1):
            reach = respondents.addresses(db, road.office.people[number])["whatsapp"]
            channels.open_window(db, reach.id, at=clock())
    road.office.blasts.preview(
        road.office.blasts.plan("kebekerjaan", "Angkatan 1", channel="whatsapp")
    )
    with road.service.database.write() as db:
        db.execute(text("UPDATE \"window\" SET open_until = :past WHERE address_id = :one"),
                   {"past": "2026-11-20 00:00:00.000000", "one": reach.id})  # fmt: skip
    road.send()
    road.wait(lambda: road.statuses() == {"sent": 3})
    kinds = {m.to.removeprefix("whatsapp:"): bool(m.content_sid) for m in road.twilio.outbound}
    assert kinds == {road.number(0): False, road.number(1): True, road.number(2): True}


def test_credentials_revoked_in_mid_blast_pause_the_channel_and_lose_nothing(
    make_road: Callable[..., Road], clock: FixedClock
) -> None:
    road = make_road(WHATSAPP_RATE_PER_SECOND="1")
    road.twilio.faults = iter([None, *[Refuse(401, 20003)] * 5])
    blast = road.send()
    road.wait(lambda: road.paused() != "" and "sending" not in road.statuses())
    counts = road.statuses()
    assert counts.get("failed", 0) == counts.get("unknown", 0) == 0
    assert counts["sent"] + counts["queued"] == 3
    road.twilio.faults = iter(())
    with road.service.database.write() as db:
        channels.resume(db, "whatsapp")

    def are_sent() -> bool:
        if "sending" not in road.statuses():  # whose lease must not lapse
            clock.forward(seconds=10)
            road.service.wake()
        return road.statuses() == {"sent": 3}

    road.wait(are_sent)
    assert len({m.to for m in road.twilio.outbound}) == 3
    assert road.office.figures(blast)["sent"] == 3


def test_a_person_who_blocked_us_is_stopped(road: Road) -> None:
    road.twilio.stopped.add(f"whatsapp:{road.number(2)}")
    road.send()
    road.wait(lambda: road.statuses() == {"sent": 2, "failed": 1})
    with road.service.database.read() as db:
        assert consents.is_stopped(db, road.office.people[2])


def test_a_status_of_a_message_we_never_sent_changes_nothing(road: Road) -> None:
    form = {"MessageSid": "SM" + "9" * 32, "MessageStatus": "delivered", "To": "whatsapp:+62812",
            "From": road.twilio.sender, "AccountSid": road.twilio.account}  # fmt: skip
    request = signed(f"{PUBLIC}/hooks/whatsapp/status?d=999&a=none", form)
    answer = httpx.post(
        f"{road.where}/hooks/whatsapp/status?d=999&a=none", content=request.body,
        headers=request.headers,
    )  # fmt: skip
    assert answer.status_code == 200
    assert road.statuses() == {}


def test_a_stranger_is_kept_for_staff_and_told_once_a_day_that_we_do_not_know_them(
    road: Road,
) -> None:
    stranger = "+6281299999999"
    road.twilio.say(stranger, "halo ini siapa?")
    road.wait(lambda: road.twilio.posts == 1)
    road.twilio.say(stranger, "halo?")
    with road.service.database.read() as db:
        assert db.execute(text("SELECT count(*) FROM stray")).scalar() == 2
        assert db.execute(text("SELECT count(*) FROM memo")).scalar() == 1
    road.wait(lambda: len(road.twilio.outbound) == 1)
    (told,) = road.twilio.outbound
    assert told.to == f"whatsapp:{stranger}"
    assert "Kak Orang" not in told.body


@pytest.mark.parametrize(
    "change",
    [
        lambda h, b: ({**h, "X-Twilio-Signature": "wrong"}, b),
        lambda h, b: ({k: v for k, v in h.items() if k != "X-Twilio-Signature"}, b),
        lambda h, b: (h, b + b"&Body=lain"),
        lambda h, b: (h, b[:-2]),
    ],
    ids=["another signature", "none", "a field more", "a body cut off"],
)
def test_a_wrongly_signed_webhook_stores_nothing(
    road: Road,
    change: Callable[[dict[str, str], bytes], tuple[dict[str, str], bytes]],
    capfd: pytest.CaptureFixture[str],
) -> None:
    kept = road.twilio.say(road.number(0), "rahasia sekali", arrives=False)
    road.twilio.messages.remove(kept)  # else it would be fetched, as what could not be delivered
    request = signed(f"{PUBLIC}/hooks/whatsapp", kept.webhook)
    headers, body = change(dict(request.headers), request.body)
    answer = httpx.post(f"{road.where}/hooks/whatsapp", content=body, headers=headers)
    assert answer.status_code == 403
    with road.service.database.read() as db:
        assert (
            db.execute(text("SELECT count(*) FROM inbox WHERE channel = 'whatsapp'")).scalar() == 0
        )
    assert "rahasia sekali" not in capfd.readouterr().err


def test_an_oversized_webhook_is_refused(road: Road) -> None:
    answer = httpx.post(f"{road.where}/hooks/whatsapp", content=b"a" * 70_000)
    assert answer.status_code == 413


def test_callbacks_that_come_by_themselves_in_any_order_settle_everything(
    make_road: Callable[..., Road],
) -> None:
    road = make_road()
    road.twilio.manner = Manner.OUT_OF_ORDER
    blast = road.send()
    road.wait(lambda: sum(road.statuses().values()) == 3 and "queued" not in road.statuses())
    road.wait(lambda: road.twilio.posts == 3)
    road.twilio.settle()
    road.wait(lambda: dict(road.office.blasts.figures(blast))["delivered"] == 3)


def test_a_failure_reported_after_sending_counts_with_its_reason(road: Road) -> None:
    blast = road.send()
    road.wait(lambda: road.statuses() == {"sent": 3})
    one, two, three = road.twilio.outbound
    assert road.twilio.report(one, "failed", 63049) == 200
    assert road.twilio.report(two, "delivered") == 200
    assert road.twilio.report(three, "undelivered", 63024) == 200
    found = dict(road.office.blasts.figures(blast))
    assert (found["failed"], found["delivered"], found["sent"]) == (1, 1, 1)
    assert any("63024" in reason for reason in found["not_sent"])
    (reason,) = found["waiting"]
    assert "63049" in reason  # Meta spares that person today: queued for tomorrow


def test_staff_may_retry_whom_meta_spares_but_no_sooner_than_a_day_later(
    road: Road, clock: FixedClock
) -> None:
    blast = road.send()
    road.wait(lambda: road.statuses() == {"sent": 3})
    for one, code in zip(road.twilio.outbound, (63049, 63003, 63041), strict=True):
        road.twilio.report(one, "failed", code)
    with road.service.database.write() as db:
        db.execute(text("UPDATE outbox SET status = 'failed'"))  # as after the last try
    assert road.office.blasts.retry(blast) == 1
    found = road.office.blasts.figures(blast)
    assert (found["queued"], found["failed"], road.twilio.posts) == (1, 2, 3)
    clock.forward(hours=24, minutes=1)
    road.wait(lambda: road.twilio.posts == 4)


def test_a_passing_failure_goes_again_later_and_only_so_often(
    make_road: Callable[..., Road], clock: FixedClock
) -> None:
    road = make_road()
    road.send()
    road.wait(lambda: road.statuses() == {"sent": 3})
    to = road.twilio.outbound[0].to

    def theirs() -> list[object]:
        return [m for m in road.twilio.outbound if m.to == to]

    for tried in (1, 2, 3):
        road.wait(lambda tried=tried: len(theirs()) == tried)  # type: ignore[misc]
        road.wait(lambda: road.statuses().get("sent") == 3)
        road.twilio.report(road.twilio.outbound[-1] if tried > 1 else road.twilio.outbound[0],
                           "failed", 63009)  # fmt: skip
        clock.forward(minutes=6)
    road.wait(lambda: road.statuses() == {"sent": 2, "failed": 1})
    assert len(theirs()) == 3
