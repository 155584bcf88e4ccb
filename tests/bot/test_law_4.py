"""Law 4 as a property: whatever happens, everyone of a wave is in exactly one place."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from bot.channels.contract import Progress, Receipt
from bot.channels.whatsapp_errors import REFUSALS as CODES
from bot.channels.whatsapp_errors import refusal
from bot.plans import CannotBlast
from bot.receipts import Receipts
from bot.service import Service
from flows import library
from flows.events import Replied
from flows.xlsform import Artefact, publish
from scheduler.blast import BlastStatus, NotAllowed
from scheduler.ports import Outcome, Verdict
from storage import blasts, channels, consents, forms, inbox, respondents, waves
from storage.inbox import Arrival
from storage.outbox import Message
from tests.bot.test_blast import FIRST, Office, Provider
from tests.conftest import FixedClock

RECEIPTS = Receipts("whatsapp", refusal)
FORMS = ("kebekerjaan", "umpan_balik_kegiatan")


class Fickle(Provider):
    """A provider that says anything at all, by dice; few people a day."""

    channels: tuple[str, ...] = ("whatsapp", "telegram")
    day_tier: int | None = 6

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self.dice = dice

    async def send(self, message: Message) -> Verdict:
        self.sent.append(message)
        likely = [Outcome.ACCEPTED] * 8
        outcome = self.dice.choice([*likely, *(one for one in Outcome)])
        return Verdict(outcome, provider_id=f"SM{len(self.sent)}", reason="uji", wait_s=5)

    async def find(self, message: Message) -> Verdict:
        known = [Outcome.ACCEPTED, Outcome.UNSENT, Outcome.AMBIGUOUS]
        return Verdict(self.dice.choice(known), provider_id=f"SM-{message.id}")


class World:
    """An office in which anything may happen next."""

    def __init__(self, office: Office, clock: FixedClock, seed: int) -> None:
        self.office, self.clock, self.dice = office, clock, random.Random(seed)
        self.service = office.service
        self.provider = Fickle(self.dice)
        office.provider = self.provider

    def happens(self) -> str:
        """Let one thing happen; return its name."""
        likely: list[Callable[[], None]] = [self.drain, self.drain, self.report, self.report]
        rare = [
            self.send, self.answer, self.stop_person, self.pause, self.resume, self.stop_blast,
            self.retry, self.look_again, self.join, self.wait, self.wait,
        ]  # fmt: skip
        what = self.dice.choice(likely + rare)
        what()
        return what.__name__

    def send(self) -> None:
        plan = self.office.blasts.plan(
            self.dice.choice(FORMS), FIRST.name, channel="whatsapp,telegram"
        )
        with suppress(CannotBlast):  # stopped for good
            self.office.blasts.send(plan, actor="rina")

    def drain(self) -> None:
        self.office.drain(sweep=True)

    def wait(self) -> None:
        self.clock.forward(hours=self.dice.choice((0.01, 0.2, 2, 25)))

    def report(self) -> None:
        if self.provider.sent:
            place = self.dice.randrange(len(self.provider.sent))
            one = self.provider.sent[place]
            progress = self.dice.choice(list(Progress))
            code = self.dice.choice(sorted(CODES)) if progress is Progress.FAILED else 0
            receipt = Receipt(f"SM{place + 1}", progress, str(one.id), one.attempt, code)
            with self.service.database.write() as db:
                RECEIPTS.take(db, receipt, at=self.clock())

    def answer(self) -> None:
        person = self.dice.choice(self.office.people)
        words = self.dice.choice(("ya", "tidak", "kerja", "berhenti", "mulai"))
        with self.service.database.write() as db:
            reach = respondents.addresses(db, person)["whatsapp"]
            event = Replied(self.clock(), words)
            name = f"{person}:{self.dice.random()}"
            inbox.add(db, self.service.vault, Arrival("whatsapp", name, person, reach.id, event))
            channels.open_window(db, reach.id, at=self.clock())
            self.service.turns.take(db, person, now=self.clock())

    def stop_person(self) -> None:
        with self.service.database.write() as db:
            consents.stop(
                db, self.dice.choice(self.office.people), reason="stopped", at=self.clock(),
                channel="web", message_id="m",
            )  # fmt: skip

    def pause(self) -> None:
        self._steer(BlastStatus.PAUSED)

    def resume(self) -> None:
        self._steer(BlastStatus.RUNNING)

    def stop_blast(self) -> None:
        if self.dice.random() < 0.2:
            self._steer(BlastStatus.STOPPED)

    def retry(self) -> None:
        for one in self._blasts():
            try:
                self.office.blasts.retry(one, unknown=self.dice.choice((0, 1, 2)))
            except CannotBlast:
                continue

    def look_again(self) -> None:
        asyncio.run(self.service.chores.run_campaigns())

    def join(self) -> None:
        with self.service.database.write() as db:
            number = len(self.office.people) + 100
            self.office.people.append(self.office._person(db, number))
            respondents.add_address(
                db, self.office.people[-1], "telegram", str(number), at=self.clock()
            )
            self.office._join(db, FIRST, self.office.people[-1:])

    def check(self) -> None:
        """Everyone is owed a message, which is somewhere, or there is a reason why not."""
        with self.service.database.read() as db:
            found = [(one.id, waves.not_sent(db, one.wave_id)) for one in blasts.listed(db)]
        for blast_id, never_owed in found:
            figures = self.office.blasts.figures(blast_id)
            later = sum(figures["to_come"].values())
            assert figures["audience"] == figures["owed"] + later + sum(never_owed.values())
            parts = ("queued", "sent", "failed", "canceled", "unknown")
            assert figures["owed"] == sum(figures[part] for part in parts)
            assert sum(figures["waiting"].values()) <= figures["queued"]
            given_up = figures["failed"] + figures["canceled"]
            assert sum(figures["not_sent"].values()) == sum(never_owed.values()) + given_up
            assert "" not in figures["not_sent"]

    def _steer(self, status: BlastStatus) -> None:
        for one in self._blasts():
            try:
                self.office.blasts.change(one, status, reason="dijeda petugas")
            except NotAllowed:
                continue

    def _blasts(self) -> list[int]:
        with self.service.database.read() as db:
            return [one.id for one in blasts.listed(db)]


@pytest.fixture(scope="module")
def other() -> Artefact:
    return publish(library.source(FORMS[1]))


@pytest.mark.parametrize("seed", range(3))
def test_law_4_everyone_is_in_exactly_one_place_whatever_happens(
    service: Service, artefact: Artefact, other: Artefact, clock: FixedClock, seed: int
) -> None:
    office = Office(service, artefact, size=9)
    with service.database.write() as db:
        forms.publish(db, other, at=service.now())
    world = World(office, clock, seed)
    world.send()
    happened = []
    for _ in range(60):
        happened.append(world.happens())
        try:
            world.check()
        except AssertionError as error:
            raise AssertionError(f"after {happened}") from error
