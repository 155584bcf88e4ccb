"""What is owed goes out once; a claim is durable before anything is sent (law 3)."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.service import Service
from flows.xlsform import Artefact
from scheduler.dispatch import LEASE_S, Dispatcher
from scheduler.ports import Outcome
from storage import outbox
from storage.outbox import Message
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
        self.finds = True

    async def send(self, message: Message) -> Outcome:
        self.sent.append(message.id)
        self.status_when_sent |= set(statuses(self.service))
        return self.answer

    async def find(self, _message_id: int) -> bool:
        return self.finds


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
    ("answer", "status"), [(Outcome.REJECTED, "failed"), (Outcome.AMBIGUOUS, "unknown")]
)
def test_what_did_not_arrive_is_not_sent_again_by_itself(
    owed: World, answer: Outcome, status: str
) -> None:
    sender = Recorder(owed.service, answer)
    drain(owed.service, sender)
    drain(owed.service, sender, sweep=True)
    assert statuses(owed.service) == [status, status]
    assert len(sender.sent) == 2


@pytest.mark.parametrize(("finds", "status"), [(True, "sent"), (False, "unknown")])
def test_a_lapsed_claim_is_asked_about_and_never_queued_again(
    owed: World, clock: FixedClock, *, finds: bool, status: str
) -> None:
    service = owed.service
    with service.database.write() as db:
        lease = clock() + timedelta(seconds=LEASE_S)
        outbox.claim(db, service.vault, ["web"], limit=10, lease_until=lease)
    clock.forward(seconds=LEASE_S + 1)
    sender = Recorder(service)
    sender.finds = finds
    drain(service, sender, sweep=True)
    assert sender.sent == []
    assert statuses(service) == [status, status]


def test_late_evidence_wins_over_unknown_and_nothing_over_sent(owed: World) -> None:
    service = owed.service
    drain(service, Recorder(service, Outcome.AMBIGUOUS))
    with service.database.write() as db:
        first = db.execute(text("SELECT min(id) FROM outbox")).scalar_one()
        assert outbox.record(db, first, status="sent", at=service.now())
        assert not outbox.record(db, first, status="failed", at=service.now())
    assert statuses(service) == ["sent", "unknown"]


def test_a_claim_takes_no_more_than_it_may(owed: World) -> None:
    """On PostgreSQL a careless claim took 1000 rows for 8 (facts/engine §4)."""
    service = owed.service
    with service.database.write() as db:
        taken = outbox.claim(db, service.vault, ["web"], limit=1, lease_until=service.now())
    assert len(taken) == 1
    assert sorted(statuses(service)) == ["queued", "sending"]


def test_another_channels_messages_are_left_alone(owed: World) -> None:
    sender = Recorder(owed.service)
    sender.channels = ("telegram",)
    drain(owed.service, sender)
    assert sender.sent == []
