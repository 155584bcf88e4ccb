"""A small office to act in: Sari and Budi in one batch, both invited to kebekerjaan."""

import itertools
from dataclasses import dataclass, field
from datetime import date

from bot.service import Service
from flows.events import Replied, Tapped
from flows.xlsform import Artefact
from storage import cohorts, forms, inbox, interviews, outbox, respondents
from storage.cohorts import Batch
from storage.inbox import Arrival
from storage.interviews import Standing
from storage.outbox import Shown
from storage.respondents import Person
from tests.people import BUDI, SARI, Invented

BATCH = Batch(
    0, "Menjahit 2026 angkatan 1", "pelatihan", "Garmen Apparel", "Menjahit Pakaian Dasar",
    ended_on=date(2026, 10, 20),
)  # fmt: skip
ZONE = "Asia/Makassar"


@dataclass
class World:
    """Acts as people do, through the same functions the web chat uses."""

    service: Service
    form_pk: int
    people: dict[str, int]
    addresses: dict[str, int]
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def arrival(self, who: Invented, text: str, message_id: str = "") -> Arrival:
        event = Replied(self.service.now(), text)
        return self._arrival(who, event, message_id)

    def tap(self, who: Invented, asked: int, item: int, option: int) -> None:
        self.receive(self._arrival(who, Tapped(self.service.now(), asked, item, option), ""))

    def say(self, who: Invented, *texts: str) -> None:
        for text in texts:
            self.receive(self.arrival(who, text))

    def receive(self, arrival: Arrival) -> bool:
        """Store and take the turn, each in its own commit, as the service does."""
        with self.service.database.write() as db:
            stored = inbox.add(db, self.service.vault, arrival) is not None
        if stored:
            self.take(arrival.respondent_id)
        return stored

    def take(self, respondent_id: int) -> None:
        with self.service.database.write() as db:
            self.service.turns.take(db, respondent_id, now=self.service.now())

    def standing(self, who: Invented) -> Standing:
        with self.service.database.read() as db:
            found = interviews.all_of(db, self.service.vault, self.people[who.name])
        return found[-1]

    def told(self, who: Invented) -> list[Shown]:
        with self.service.database.read() as db:
            return list(outbox.at_address(db, self.service.vault, self.addresses[who.name]))

    def _arrival(self, who: Invented, event: Replied | Tapped, message_id: str) -> Arrival:
        name = message_id or f"m{next(self.numbers):06}"
        address = self.addresses[who.name]
        return Arrival(
            "web", f"{address}:{name}", self.people[who.name], address, event, payload=b"raw"
        )


def make_world(
    service: Service, artefact: Artefact, *, people: tuple[Invented, ...] = (SARI, BUDI)
) -> World:
    """Publish the form, store the people and invite them."""
    now, vault = service.now(), service.vault
    ids: dict[str, int] = {}
    addresses: dict[str, int] = {}
    with service.database.write() as db:
        form_pk = forms.publish(db, artefact, at=now)
        batch_id = cohorts.ensure(db, BATCH)
        for one in people:
            person = Person(0, one.name, ZONE, one.born, nik=one.nik)
            ids[one.name] = respondents.add(db, vault, person, at=now)
            cohorts.join(db, batch_id, ids[one.name], "Lulus")
        batch = cohorts.find(db, BATCH.name)
        assert batch is not None
        for invited in service.invitations.cohort(db, batch, form_pk, now=now):
            addresses[invited.name] = invited.address_id
    return World(service, form_pk, ids, addresses)


def make_more(world: World, number: int) -> list[Invented]:
    """Store and invite so many more people, all of one batch."""
    service, now = world.service, world.service.now()
    more = [
        Invented(f"Orang Contoh {n}", f"747199{n:09}9", date(2000, 1, 1), "") for n in range(number)
    ]
    with service.database.write() as db:
        batch = cohorts.find(db, BATCH.name)
        assert batch is not None
        for one in more:
            person = Person(0, one.name, ZONE, one.born, nik=one.nik)
            world.people[one.name] = respondents.add(db, service.vault, person, at=now)
            cohorts.join(db, batch.id, world.people[one.name], "Lulus")
        for invited in service.invitations.cohort(db, batch, world.form_pk, now=now):
            world.addresses[invited.name] = invited.address_id
    return more
