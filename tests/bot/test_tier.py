"""A provider's daily tier: a blast spreads over days, replies do not wait (design §5)."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.service import Service
from flows.events import Replied
from flows.xlsform import Artefact
from scheduler.dispatch import Dispatcher
from scheduler.ports import Outcome, Verdict
from storage import channels, inbox, respondents, tiers
from storage.inbox import Arrival
from storage.outbox import Message
from tests.bot.test_blast import Office, Provider
from tests.conftest import FixedClock, settings_for

TIER = 20
BULK = tiers.bulk_people(TIER)


class Counting(Provider):
    """A provider that counts people as Meta does, and when."""

    day_tier: int | None = TIER

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.opened: list[tuple[datetime, str]] = []

    async def send(self, message: Message) -> Verdict:
        verdict = await super().send(message)
        if not message.window_open and verdict.outcome is Outcome.ACCEPTED:
            self.opened.append((self.office.service.now(), message.to))
        return verdict

    def most_in_a_day(self) -> int:
        """Return the most people in any rolling 24 hours."""
        day = timedelta(hours=24)
        return max(
            len({to for at, to in self.opened if first <= at < first + day})
            for first, _ in self.opened
        )


Make = Callable[[int], Office]


@pytest.fixture
def make_office(
    database_url: str, make_service: Callable[[str], Service], artefact: Artefact,
    monkeypatch: pytest.MonkeyPatch,
) -> Make:  # fmt: skip
    def make(size: int) -> Office:
        monkeypatch.setattr(
            "tests.conftest.settings_for",
            lambda url: settings_for(url, WHATSAPP_DAILY_TIER=str(TIER)),
        )
        office = Office(make_service(database_url), artefact, size=size)
        office.provider = Counting(office)
        return office

    return make


def write(office: Office, number: int, words: str) -> None:
    """Let a person write, and owe them the reply."""
    service = office.service
    with service.database.write() as db:
        reach = respondents.addresses(db, office.people[number])["whatsapp"]
        event = Replied(service.now(), words)
        arrival = Arrival("whatsapp", f"SM{event.at}{number}", reach.respondent_id, reach.id, event)
        inbox.add(db, service.vault, arrival)
        channels.open_window(db, reach.id, at=service.now())
        service.turns.take(db, reach.respondent_id, now=service.now())


def test_a_blast_beyond_the_tier_waits_and_goes_on_a_day_later(
    make_office: Make, clock: FixedClock
) -> None:
    office = make_office(2 * BULK + 3)
    provider = office.provider
    assert isinstance(provider, Counting)
    blast = office.send()
    sent = []
    for _ in range(5):
        office.drain(sweep=True)  # each with a dispatcher of its own: nothing is kept in memory
        sent.append(len(provider.sent))
        clock.forward(hours=12)
    assert sent == [BULK, BULK, BULK, 2 * BULK, 2 * BULK]
    found = office.figures(blast)
    assert (found["status"], found["queued"]) == ("running", 3)
    clock.forward(hours=-1)
    assert office.figures(blast)["waiting"] == {"batas harian": 3}
    clock.forward(hours=1, minutes=5)
    office.drain(sweep=True)
    assert office.figures(blast)["status"] == "finished"
    assert provider.most_in_a_day() <= TIER


def test_status_says_what_waits_and_until_when(make_office: Make, clock: FixedClock) -> None:
    office = make_office(BULK + 2)
    blast = office.send()
    office.drain()
    found = office.figures(blast)
    assert found["waiting"] == {"batas harian": 2}
    assert found["next_at"] == (clock() + tiers.DAY).isoformat(timespec="seconds")


def test_replies_go_beyond_the_tier_and_count_nobody(make_office: Make) -> None:
    office = make_office(BULK + 2)
    office.send()
    office.drain()
    for number in range(5):
        write(office, number, "ya")
    before = len(office.provider.sent)
    office.drain()
    assert [m.blast_id for m in office.provider.sent[before:]] == [None] * 5


def test_who_wrote_to_us_today_is_reached_beyond_the_tier(make_office: Make) -> None:
    office = make_office(BULK + 2)
    office.send()
    with office.service.database.write() as db:
        reach = respondents.addresses(db, office.people[-1])["whatsapp"]
        channels.open_window(db, reach.id, at=office.service.now())
    office.drain()
    assert len(office.provider.sent) == BULK + 1
    assert reach.value in {message.to for message in office.provider.sent}


def test_what_provably_never_left_gives_its_place_back(
    make_office: Make, clock: FixedClock
) -> None:
    office = make_office(BULK + 4)
    office.provider.answer = Verdict(Outcome.UNSENT)
    office.send()
    office.drain()
    office.provider.answer = Verdict(Outcome.ACCEPTED, provider_id="SM")
    office.provider.sent.clear()
    clock.forward(seconds=10)
    office.drain()
    assert len(office.provider.sent) == BULK


def test_a_claim_whose_sender_was_killed_still_counts(make_office: Make, clock: FixedClock) -> None:
    office = make_office(BULK + 4)
    office.send()
    office.provider.answer = Verdict(Outcome.AMBIGUOUS)  # as a lapsed claim is
    office.drain()
    clock.forward(hours=2)
    office.provider.answer = Verdict(Outcome.ACCEPTED, provider_id="SM")
    before = len(office.provider.sent)
    office.drain()
    assert (before, len(office.provider.sent)) == (BULK, BULK)


def test_two_senders_together_keep_to_the_tier(
    make_office: Make, make_service: Callable[[str], Service], database_url: str
) -> None:
    office = make_office(2 * BULK)
    office.send()
    provider = office.provider
    provider.rate_per_s = 1000.0  # the shared row that both lock

    async def together() -> None:
        other = make_service(database_url)
        both = [
            Dispatcher(one.writer, one.vault, provider, one.now) for one in (office.service, other)
        ]
        for _ in range(12):
            office.service.now.forward(seconds=0.02)  # type: ignore[attr-defined]
            await asyncio.gather(*(one.drain() for one in both))

    asyncio.run(together())
    assert len(provider.sent) == len({m.to for m in provider.sent}) == BULK
