"""What is owed goes out once; a claim is durable before anything is sent (law 3)."""

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.service import Service, utc_now
from flows.xlsform import Artefact
from scheduler.dispatch import GONE_S, LEASE_S, TRIES, Dispatcher
from scheduler.ports import Outcome, Verdict
from storage import channels, claims, outbox
from storage.claims import Order
from storage.outbox import Ending, Message
from tests.bot.world import World, make_world
from tests.conftest import FixedClock


class Recorder:
    """A channel that notes what it is given, and what the database said at that moment."""

    channels: tuple[str, ...] = ("web",)

    def __init__(self, service: Service, answer: Outcome = Outcome.ACCEPTED) -> None:
        self.service = service
        self.answer = answer
        self.sent: list[int] = []
        self.status_when_sent: set[str] = set()
        self.finds = Outcome.ACCEPTED
        self.rate_per_s: float | None = None
        self.burst = 4
        self.day_tier: int | None = None
        self.can_find = True

    async def send(self, message: Message) -> Verdict:
        self.sent.append(message.id)
        self.status_when_sent |= set(statuses(self.service))
        return Verdict(self.answer, provider_id=f"SM{message.id}", reason="uji")

    async def find(self, _message: Message) -> Verdict:
        return Verdict(self.finds, provider_id="SMfound")


def statuses(service: Service) -> list[str]:
    with service.database.read() as db:
        return list(db.execute(text("SELECT status FROM outbox ORDER BY id")).scalars())


@pytest.fixture
def owed(service: Service, artefact: Artefact) -> World:
    return make_world(service, artefact)


def drain(service: Service, sender: Recorder, *, sweep: bool = False) -> None:
    dispatcher = Dispatcher(service.writer, service.vault, sender, service.now)
    asyncio.run(dispatcher.sweep() if sweep else _ignore(dispatcher))


async def _ignore(dispatcher: Dispatcher) -> None:
    await dispatcher.drain()


def claim(service: Service, limit: int) -> int:
    now = service.now()
    with service.database.write() as db:
        found = claims.claim(
            db, service.vault, ["web"], Order(limit), now=now,
            lease_until=now + timedelta(seconds=LEASE_S),
        )  # fmt: skip
    return len(found.taken)


def test_a_claim_is_committed_before_anything_is_sent(owed: World) -> None:
    sender = Recorder(owed.service)
    drain(owed.service, sender)
    assert len(sender.sent) == 2
    assert "queued" not in sender.status_when_sent
    assert statuses(owed.service) == ["sent", "sent"]


def test_a_sent_message_is_never_sent_again(owed: World) -> None:
    sender = Recorder(owed.service)
    for _ in range(3):
        drain(owed.service, sender, sweep=True)
    assert len(sender.sent) == len(set(sender.sent)) == 2


@pytest.mark.parametrize(
    ("answer", "status"), [(Outcome.REFUSED, "failed"), (Outcome.AMBIGUOUS, "unknown")]
)
def test_what_did_not_arrive_is_not_sent_again_by_itself(
    owed: World, answer: Outcome, status: str
) -> None:
    sender = Recorder(owed.service, answer)
    drain(owed.service, sender)
    drain(owed.service, sender, sweep=True)
    assert statuses(owed.service) == [status, status]
    assert len(sender.sent) == 2


@pytest.mark.parametrize("answer", [Outcome.UNSENT, Outcome.THROTTLED])
def test_what_provably_did_not_leave_goes_again_after_a_while(
    owed: World, clock: FixedClock, answer: Outcome
) -> None:
    sender = Recorder(owed.service, answer)
    drain(owed.service, sender)
    drain(owed.service, sender)
    assert (len(sender.sent), statuses(owed.service)) == (2, ["queued", "queued"])
    clock.forward(seconds=10)
    sender.answer = Outcome.ACCEPTED
    drain(owed.service, sender)
    assert (len(sender.sent), statuses(owed.service)) == (4, ["sent", "sent"])


def test_lost_credentials_pause_the_channel_and_lose_nothing(
    owed: World, clock: FixedClock
) -> None:
    service = owed.service
    sender = Recorder(service, Outcome.CHANNEL_DOWN)
    sender.rate_per_s = 50.0
    drain(service, sender)
    clock.forward(minutes=5)
    drain(service, sender)
    assert (len(sender.sent), statuses(service)) == (2, ["queued", "queued"])
    with service.database.write() as db:
        assert channels.states(db) == [("web", "uji")]
        channels.resume(db, "web")
    sender.answer = Outcome.ACCEPTED
    drain(service, sender)
    assert statuses(service) == ["sent", "sent"]


@pytest.mark.parametrize(
    ("finds", "status"),
    [(Outcome.ACCEPTED, "sent"), (Outcome.UNSENT, "unknown"), (Outcome.AMBIGUOUS, "unknown")],
)
def test_a_lapsed_claim_is_asked_about_and_never_queued_again(
    owed: World, clock: FixedClock, finds: Outcome, status: str
) -> None:
    service = owed.service
    claim(service, 10)
    clock.forward(seconds=LEASE_S + 1)
    sender = Recorder(service)
    sender.finds = finds
    drain(service, sender, sweep=True)
    assert sender.sent == []
    assert statuses(service) == [status, status]


def test_a_question_that_never_arrived_is_sent_once_more_and_then_given_up(
    owed: World, clock: FixedClock
) -> None:
    service = owed.service
    sender = Recorder(service, Outcome.AMBIGUOUS)
    sender.finds = Outcome.UNSENT
    drain(service, sender)
    for _ in range(6):
        clock.forward(seconds=GONE_S + 1)
        drain(service, sender, sweep=True)
    assert len(sender.sent) == 2 * TRIES
    assert statuses(service) == ["failed", "failed"]


def test_late_evidence_wins_over_unknown_and_nothing_over_sent(owed: World) -> None:
    service = owed.service
    drain(service, Recorder(service, Outcome.AMBIGUOUS))
    now = service.now()
    with service.database.write() as db:
        first, attempt = db.execute(
            text("SELECT id, attempt FROM outbox ORDER BY id LIMIT 1")
        ).one()
        assert outbox.record(db, first, attempt, Ending("sent", now))
        assert not outbox.record(db, first, attempt, Ending("failed", now))
        assert not outbox.record(db, first, "an older attempt", Ending("failed", now))
    assert statuses(service) == ["sent", "unknown"]


def test_receipts_only_move_a_message_up_whatever_their_order(owed: World) -> None:
    service = owed.service
    drain(service, Recorder(service))
    with service.database.write() as db:
        first = db.execute(text("SELECT min(id) FROM outbox")).scalar_one()
        came = [
            outbox.advance(db, first, status=status, at=service.now(), provider_id="SM1", reason="")
            for status in ("read", "delivered", "sent", "failed", "read")
        ]
    assert came == [True, False, False, False, False]
    assert statuses(service) == ["read", "sent"]


def test_the_rate_holds_and_unused_permits_come_back(owed: World, clock: FixedClock) -> None:
    service = owed.service

    def take(wanted: int, *, sent: int | None = None) -> int:
        with service.database.write() as db:
            found = channels.permits(db, "whatsapp", now=clock(), rate_per_s=10, burst=4)
            assert found is not None
            number = min(wanted, found.number)
            channels.use(db, "whatsapp", found, number if sent is None else sent)
        return number

    assert take(50) == 4
    assert take(50) == 0
    clock.forward(seconds=0.5)
    assert take(50) == 4
    clock.forward(seconds=0.2)
    assert take(1) == 1
    assert take(50, sent=0) == 1
    assert take(50) == 1
    clock.forward(seconds=0.4)
    assert take(50, sent=2) == 4
    assert take(50) == 2


def test_a_channel_told_to_wait_sends_nothing_before(owed: World, clock: FixedClock) -> None:
    service = owed.service
    with service.database.write() as db:
        channels.permits(db, "whatsapp", now=clock(), rate_per_s=10, burst=4)
        channels.hold(db, "whatsapp", until=clock() + timedelta(seconds=30))
        found = channels.permits(db, "whatsapp", now=clock(), rate_per_s=10, burst=4)
        assert found is not None
        assert found.number == 0
        assert found.due_in_s(1, used=0, now=clock()) == pytest.approx(30.1)


def test_a_claim_takes_no_more_than_it_may(owed: World) -> None:
    """On PostgreSQL a careless claim took 1000 rows for 8 (facts/engine §4)."""
    service = owed.service
    assert claim(service, 1) == 1
    assert sorted(statuses(service)) == ["queued", "sending"]


def test_another_channels_messages_are_left_alone(owed: World) -> None:
    sender = Recorder(owed.service)
    sender.channels = ("telegram",)
    drain(owed.service, sender)
    assert sender.sent == []


class Slow(Recorder):
    """A channel whose first message is answered when it is told to."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.may_answer = asyncio.Event()
        self.began: list[float] = []

    async def send(self, message: Message) -> Verdict:
        self.began.append(time.monotonic())
        if not self.sent:
            self.sent.append(message.id)
            await self.may_answer.wait()
            return Verdict(Outcome.ACCEPTED, provider_id="SMslow")
        return await super().send(message)


def dispatcher(service: Service, sender: Recorder) -> Dispatcher:
    return Dispatcher(service.writer, service.vault, sender, service.now)


async def until(service: Service, expected: list[str]) -> None:
    for _ in range(500):
        if statuses(service) == expected:
            return
        await asyncio.sleep(0.01)
    assert statuses(service) == expected


def test_a_slow_answer_holds_up_nobody_elses(owed: World) -> None:
    sender = Slow(owed.service)

    async def work() -> None:
        drain = asyncio.ensure_future(dispatcher(owed.service, sender).drain())
        await until(owed.service, ["sending", "sent"])
        sender.may_answer.set()
        assert await drain == 2

    asyncio.run(work())
    assert statuses(owed.service) == ["sent", "sent"]


def test_a_drain_comes_back_for_the_next_permit(owed: World) -> None:
    sender = Recorder(owed.service)
    sender.rate_per_s, sender.burst = 10.0, 1
    began = time.monotonic()
    one = Dispatcher(owed.service.writer, owed.service.vault, sender, utc_now)
    assert asyncio.run(one.drain()) == 2
    assert time.monotonic() - began >= 0.09
    assert statuses(owed.service) == ["sent", "sent"]


def test_law_3_stop_claims_no_more_and_leaves_nothing_unknown(owed: World) -> None:
    service, sender = owed.service, Slow(owed.service)
    sender.rate_per_s, sender.burst = 0.1, 1

    async def work() -> None:
        one = dispatcher(service, sender)
        one.wake()
        await until(service, ["sending", "queued"])
        stopping = asyncio.ensure_future(one.stop())
        await asyncio.sleep(0.05)
        assert not stopping.done()
        sender.may_answer.set()
        await asyncio.wait_for(stopping, 5)
        assert await one.drain() == 0

    asyncio.run(work())
    assert statuses(service) == ["sent", "queued"]


def test_a_sweep_does_not_wait_for_a_long_drain(
    owed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.dispatch.SWEEP_S", 0.05)
    sender = Slow(owed.service)

    async def work() -> None:
        one = dispatcher(owed.service, sender)
        await one.sweep()
        await one.sweep()
        assert "sending" in statuses(owed.service)
        sender.may_answer.set()
        await one.stop()

    asyncio.run(work())
    assert len(sender.began) == 2
    assert statuses(owed.service) == ["sent", "sent"]


def test_law_3_a_fault_of_ours_while_sending_makes_the_outcome_unknown(owed: World) -> None:
    class Broken(Recorder):
        async def send(self, message: Message) -> Verdict:
            self.sent.append(message.id)
            raise KeyError("a fault of ours")

    sender = Broken(owed.service)
    drain(owed.service, sender)
    drain(owed.service, sender)
    assert (len(sender.sent), statuses(owed.service)) == (2, ["unknown", "unknown"])


def test_an_answer_that_cannot_be_written_spoils_no_other(
    owed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Mixed(Recorder):
        async def send(self, message: Message) -> Verdict:
            self.answer = Outcome.ACCEPTED if self.sent else Outcome.STOPPED
            return await super().send(message)

    def broken(*_: object, **__: object) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr("storage.consents.stop", broken)
    with pytest.raises(KeyError):
        drain(owed.service, Mixed(owed.service))
    assert statuses(owed.service) == ["sending", "sent"]


def test_no_second_sees_more_than_the_rate_and_its_burst(owed: World) -> None:
    """Permits count claims; what a slow commit let out late counts when it leaves."""
    sender = Recorder(owed.service)
    sender.rate_per_s, sender.burst = 10.0, 4
    one = dispatcher(owed.service, sender)
    now = time.monotonic()
    one._handed.extend([now - 2, now - 0.6] + [now] * 12)
    most, wait_s = one._bound()
    assert most == 1
    one._handed.append(now)
    most, wait_s = one._bound()
    assert most == 0
    assert 0 < wait_s < 0.5
