"""An office whose people are on Telegram: all of it real, only Telegram is a stand-in."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import text

from bot.blasts import Blasts
from bot.links import make_once
from bot.service import Service
from bot.settings import Settings
from flows.state import Status
from flows.xlsform import Artefact
from storage import cohorts, consents, forms, inbox, interviews, join_links, respondents
from storage import staff as staffs
from storage.cohorts import Batch
from storage.interviews import Standing
from storage.respondents import Person as Alumnus
from tests.bot.live import TickingClock, serving
from tests.conftest import settings_for
from tests.fakes.telegram import TOKEN, FakeTelegram, Kept, Manner, Person

PUBLIC = "https://lacak.test"
BATCH = Batch(0, "Menjahit 2026 angkatan 1", "pelatihan", "Garmen Apparel", "Menjahit")
FORM = "kebekerjaan"
POLLING, WEBHOOK = "polling", "webhook"
T = TypeVar("T")


def telegram_environment(base_url: str, how: str = POLLING) -> dict[str, str]:
    """Return the variables that point at a stand-in, which is polled or calls us."""
    return {
        "PUBLIC_URL": PUBLIC if how == WEBHOOK else "",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_BASE_URL": base_url,
        "TELEGRAM_RATE_PER_SECOND": "500",
        "BURST_SECONDS": "0",
    }


def telegram_settings(url: str, base_url: str, how: str = POLLING, **more: str) -> Settings:
    """Return the settings of an office on Telegram."""
    return settings_for(url, **{**telegram_environment(base_url, how), **more})


@dataclass
class Road:
    """The office's service, running, and Telegram. `people` are respondents by name."""

    service: Service
    telegram: FakeTelegram
    clock: TickingClock
    form_pk: int
    cohort_id: int
    where: str = ""
    people: dict[str, int] = field(default_factory=dict)

    # What the office does.

    def respondent(self, name: str, phone: str = "") -> int:
        """Take a person on, with a number where one is given."""
        service, now = self.service, self.service.now()
        number = len(self.people)
        alumnus = Alumnus(0, name, "Asia/Makassar", date(2000, 1, 1), nik=f"747199{number:010}")
        with service.database.write() as db:
            key = self.people[name] = respondents.add(db, service.vault, alumnus, at=now)
            if phone:
                respondents.add_address(db, key, "whatsapp", phone, at=now)
            cohorts.join(db, self.cohort_id, key, "Lulus")
        return key

    def address(self, name: str, channel: str, value: str) -> int:
        """Note where a respondent is reached; return the address's key."""
        with self.service.database.write() as db:
            key = self.people[name]
            respondents.add_address(db, key, channel, value, at=self.service.now())
            return respondents.addresses(db, key)[channel].id

    def known(self, name: str) -> Person:
        """Return a new respondent whose chat we know and who was never asked."""
        person = self.telegram.person(name)
        self.respondent(name)
        self.address(name, "telegram", str(person.id))
        return person

    def link(self, respondent_id: int | None = None, *, days: int = 14, **more: int) -> str:
        """Return what a one-time link carries: for a person, who is asked then, or for staff."""
        asks = {"form_pk": self.form_pk, "cohort_id": self.cohort_id} if respondent_id else {}
        asks |= more
        now = self.service.now()
        with self.service.database.write() as db:
            link = join_links.ensure(
                db, channel="telegram", at=now, expires_at=now + timedelta(days=days),
                respondent_id=respondent_id, **asks,
            )  # fmt: skip
        return make_once(self.service.vault, link.id)

    def invite(self) -> None:
        """Invite everyone of the cohort by web chat."""
        service = self.service
        with service.database.write() as db:
            batch = cohorts.find(db, BATCH.name)
            assert batch
            service.invitations.cohort(db, batch, self.form_pk, now=service.now())
        self.sweep()

    def staff_link(self, name: str, role: str = "admin", prodi: str = "") -> str:
        """Take one of the staff on; return what their one-time link carries."""
        with self.service.database.write() as db:
            staffs.add(db, name, role, prodi=prodi, at=self.service.now())
            found = staffs.find(db, name)
        assert found
        return self.link(staff_id=found.id)

    def staff(self, name: str, role: str = "admin", prodi: str = "") -> Person:
        """Take one of the staff on, and link their chat."""
        person = self.telegram.person(name.capitalize())
        person.starts(self.staff_link(name, role, prodi))
        self.quiet()
        return person

    def tells(self, person: Person, words: str) -> str:
        """Let one of the staff write; return the answer."""
        (told,) = self.says(person, words)
        return told

    def send(self, channel: str = "telegram") -> int:
        """Blast the cohort."""
        blasts = Blasts(self.service)
        blast = blasts.send(blasts.plan(FORM, BATCH.name, channel=channel), actor="rina")[0]
        self.service.wake()
        return blast

    # What people do.

    def person(self, name: str, phone: str = "") -> Person:
        """Return a respondent whose chat is linked and who was asked for consent."""
        person = self.telegram.person(name, phone)
        person.starts(self.link(self.respondent(name, phone)))
        self.quiet()
        return person

    def says(self, person: Person, *words: str) -> list[str]:
        """Let somebody write, one after another; return what they are told."""
        before = len(person.sees)
        for one in words:
            person.says(one)
            self.quiet()
        return [kept.text for kept in person.sees[before:]]

    def taps(self, person: Person, choice: str | int, message: Kept | None = None) -> list[str]:
        """Let somebody tap a button, of the latest message unless told; return what they hear."""
        before = len(person.sees)
        person.taps(message or person.last, choice)
        self.quiet()
        return [kept.text for kept in person.sees[before:]]

    # What there is.

    def wait(self, what: Callable[[], object], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < deadline, f"it never came; {self.telegram.violations}"
            time.sleep(0.01)

    def quiet(self) -> None:
        """Wait until all that came in was heard, and all that is owed was sent."""
        self.telegram.settle(60)
        self.wait(lambda: not (self._is_owing() or self.service._beside))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the loop of the service."""
        loop = self.service._loop
        assert loop
        return asyncio.run_coroutine_threadsafe(work, loop).result(timeout=60)

    def sweep(self, **span: float) -> None:
        """Let time pass, then look at once at what is due."""
        self.clock.forward(**span)
        self.run(self.service.sweep())

    def look(self) -> None:
        """Tell staff the news, as the clock does."""
        self.run(self.service.chores.look_after())
        self.quiet()

    def standing(self, name: str) -> Standing:
        with self.service.database.read() as db:
            return interviews.all_of(db, self.service.vault, self.people[name])[-1]

    def status(self, name: str) -> Status:
        return self.standing(name).state.status

    def answers(self, name: str) -> dict[str, Any]:
        """Return somebody's answers in the order they were given, without the groups' names."""
        found = self.standing(name).state.answers
        return {path.rpartition("/")[2]: value for path, value in found.items()}

    def is_stopped(self, name: str) -> bool:
        with self.service.database.read() as db:
            return consents.is_stopped(db, self.people[name])

    def statuses(self) -> dict[str, int]:
        return dict(self.rows("SELECT status, count(*) FROM outbox GROUP BY status"))

    def count(self, table: str, where: str = "1 = 1") -> int:
        return int(self.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])  # noqa: S608 -- words of the tests' own

    def figures(self, blast_id: int) -> dict[str, Any]:
        """Return how far a blast is, once its parts add up (law 4)."""
        found = dict(Blasts(self.service).figures(blast_id))
        parts = ("queued", "sent", "failed", "canceled", "unknown")
        assert found["owed"] == sum(found[part] for part in parts)
        return found

    def rows(self, query: str) -> list[Any]:
        with self.service.database.read() as db:
            return list(db.execute(text(query)))

    def _is_owing(self) -> bool:
        with self.service.database.read() as db:
            if inbox.count_waiting(db):
                return True
        under_way = "status IN ('queued', 'sending')"
        return bool(
            self.count("outbox", under_way)
            or self.count("memo", under_way)
            or self.count("staff_message", "done_at IS NULL")
        )


def assert_nothing_leaked(road: Road) -> None:
    """Nobody reads another's name, nor anybody but members the cohort's."""
    chats = {
        value: name
        for name, key in road.people.items()
        for (value,) in road.rows(f"SELECT value FROM address WHERE respondent_id = {key}")  # noqa: S608
    }
    for chat in list(road.telegram._state.chats.values()):
        heard = [kept.text for kept in chat.sees]
        heard += chat.toasts if isinstance(chat, Person) else []
        own = chats.get(str(chat.id), "")
        secret = {part for name in road.people if name != own for part in name.split()}
        secret |= set() if own else {BATCH.name, BATCH.programme, "747199"}
        assert [word for word in secret if any(word in text for text in heard)] == []


def make_office(service: Service, artefact: Artefact) -> tuple[int, int]:
    """Publish the form and open the cohort; return their keys."""
    with service.database.write() as db:
        return forms.publish(db, artefact, at=service.now()), cohorts.ensure(db, BATCH)


@contextmanager
def open_road(
    url: str, artefact: Artefact, *, how: str = POLLING, manner: Manner = Manner.IN_ORDER,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Road]:  # fmt: skip
    """Yield a running office; whatever broke Telegram's rules fails the test."""
    clock = TickingClock()
    with FakeTelegram(clock=clock, manner=manner) as telegram:
        given = telegram_settings(url, telegram.base_url, how, **settings)
        service = Service(given, clock=clock)
        road = Road(service, telegram, clock, *make_office(service, artefact))
        with serving(service) as road.where:
            telegram.app_url = road.where
            yield road
        assert telegram.violations == []
