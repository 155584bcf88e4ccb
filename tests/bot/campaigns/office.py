"""An office with campaigns, a clock that is told the time, and a provider that notes letters."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.campaigns import Campaigns, Tally
from bot.service import Service
from flows import library as forms_library
from flows.events import Replied
from flows.state import Status
from flows.xlsform import publish
from scheduler.campaigns import library
from scheduler.dispatch import Dispatcher
from scheduler.ports import Outcome, Verdict
from storage import (
    audiences,
    campaigns,
    channels,
    cohorts,
    forms,
    inbox,
    interviews,
    outbox,
    respondents,
    waves,
)
from storage.cohorts import Batch
from storage.inbox import Arrival
from storage.outbox import Message
from storage.respondents import Person
from tests.conftest import FixedClock

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"


class Provider:
    """Accepts everything and notes what it was given, and when."""

    channels: tuple[str, ...] = ("whatsapp", "web")
    rate_per_s: float | None = None
    burst = 4
    day_tier: int | None = None
    can_find = True

    def __init__(self, clock: FixedClock) -> None:
        self.sent: list[tuple[datetime, Message]] = []
        self._clock = clock

    async def send(self, message: Message) -> Verdict:
        self.sent.append((self._clock(), message))
        return Verdict(Outcome.ACCEPTED, provider_id=f"SM{len(self.sent)}")

    async def find(self, _message: Message) -> Verdict:
        return Verdict(Outcome.AMBIGUOUS)


@dataclass
class CampaignOffice:
    """People in cohorts, campaigns that are on, and time that goes as the test says."""

    service: Service
    clock: FixedClock
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.service.settings = replace(self.service.settings, twilio_account_sid="AC1")
        self.provider = Provider(self.clock)
        self.campaigns = Campaigns(self.service)

    def publish(self, *names: str) -> None:
        with self.service.database.write() as db:
            for name in names:
                forms.publish(db, publish(forms_library.source(name)), at=self.clock())

    def turn_on(self, name: str, *changes: tuple[str, str], since: date | None = None) -> None:
        """Load a shipped campaign, changed, and turn it on."""
        source = library.source(name).decode()
        for old, new in changes:
            assert old in source, old
            source = source.replace(old, new)
        with self.service.database.write() as db:
            campaigns.load(db, name, source, by="rina", at=self.clock())
            day = since or self.clock().date()
            campaigns.switch(db, name, is_on=True, since=day, by="rina", at=self.clock())

    def cohort(
        self, name: str, ended_on: str, people: Sequence[int] = (), *, kind: str = "pelatihan",
        status: str = "Lulus",
    ) -> int:  # fmt: skip
        batch = Batch(0, name, kind, "Garmen", "Menjahit", ended_on=date.fromisoformat(ended_on))
        with self.service.database.write() as db:
            key = cohorts.ensure(db, batch)
            for one in people:
                cohorts.join(db, key, one, status)
        return key

    def people(self, number: int, zone: str = WITA, *, has_number: bool = True) -> list[int]:
        made = []
        with self.service.database.write() as db:
            for n in itertools.islice(self.numbers, number):
                person = Person(0, f"Orang {n}", zone, date(2000, 1, 1), gender="LP"[n % 2])
                one = respondents.add(db, self.service.vault, person, at=self.clock())
                made.append(one)
                if has_number:
                    respondents.add_address(db, one, "whatsapp", f"62812{n:07}", at=self.clock())
        return made

    def at(self, text: str, zone: str = WITA) -> None:
        """Let it be that moment."""
        self.clock.moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))

    def tick(self, *, sends: bool = True) -> Tally:
        done = self.campaigns.tick(self.clock())
        with self.service.database.read() as db:
            is_owed = bool(outbox.counts(db).get("queued"))
        if sends and is_owed:
            self.drain()
        return done

    def run(self, until: str, *, every_h: float = 1, zone: str = WITA) -> None:
        """Let the clock tick until a moment, as `serve` would."""
        end = datetime.fromisoformat(until).replace(tzinfo=ZoneInfo(zone))
        while self.clock() < end:
            self.tick()
            self.clock.moment = min(end, self.clock() + timedelta(hours=every_h))
        self.tick()

    def drain(self) -> None:
        dispatcher = Dispatcher(
            self.service.writer, self.service.vault, self.provider, self.service.now
        )
        asyncio.run(dispatcher.drain())

    def say(self, person: int, *texts: str) -> None:
        """Let somebody write to us."""
        service = self.service
        for text in texts:
            with service.database.write() as db:
                reach = respondents.addresses(db, person)["whatsapp"]
                event = Replied(self.clock(), text)
                name = f"SM{next(self.numbers)}x"
                inbox.add(db, service.vault, Arrival("whatsapp", name, person, reach.id, event))
                channels.open_window(db, reach.id, at=self.clock())
                service.turns.take(db, person, now=self.clock())

    def finish(self, person: int) -> None:
        """Let somebody say yes and be done: their newest interview is over."""
        with self.service.database.write() as db:
            standing = interviews.all_of(db, self.service.vault, person)[-1]
            from flows import state as states  # noqa: PLC0415

            state = states.replace(standing.state, status=states.Status.FINISHED)
            interviews.save(db, self.service.vault, standing, state, at=self.clock())

    def close(self) -> None:
        """Close the interviews that are due, as the clock does every minute."""
        with self.service.database.write() as db:
            self.service.closings.close_due(db, now=self.clock())

    def status_of(self, person: int) -> Status:
        with self.service.database.read() as db:
            return interviews.all_of(db, self.service.vault, person)[-1].state.status

    def standing(self, wave_id: int) -> dict[tuple[str, str], int]:
        with self.service.database.read() as db:
            found = dict(audiences.standing(db, wave_id))
            assert sum(found.values()) == waves.size(db, wave_id)
        return found

    def states(self, wave_id: int) -> Counter[str]:
        found: Counter[str] = Counter()
        for (state, _reason), number in self.standing(wave_id).items():
            found[state] += number
        return found

    def waves(self) -> dict[str, int]:
        """Return period → wave."""
        with self.service.database.read() as db:
            return {one.period: one.id for one in waves.listed(db)}

    def sent(self, zone: str = WITA) -> list[str]:
        """Return when messages went, oldest first."""
        return [
            at.astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M") for at, _ in self.provider.sent
        ]

    def told(self) -> Counter[str]:
        """Return address → how many messages it got."""
        return Counter(message.to for _at, message in self.provider.sent)
