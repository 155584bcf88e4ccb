"""A blast by a real `lacak serve` that is killed again and again, while Twilio misbehaves.

Law 3: nobody hears it twice. Law 4: the states add up, and what nobody knew is found out.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import and_, bindparam, func, or_, select, text

from bot.blasts import Blasts
from bot.service import Service, utc_now
from flows.xlsform import Artefact
from storage import blasts
from storage.blasts import TemplateRow
from storage.reasons import NEVER_ARRIVED
from storage.tables import Owed
from storage.tables.columns import table
from tests.bot.live import TickingClock, serving
from tests.bot.test_blast import Office
from tests.bot.test_cli import Running
from tests.bot.twilio_settings import twilio_environment, twilio_settings
from tests.conftest import KEY
from tests.fakes.faults import Garble, HangUp, dice
from tests.fakes.twilio import FakeTwilio, Fault, Manner, Refuse

TEMPLATE = "HX" + "1" * 32
ODDS: Mapping[Fault, float] = {
    Refuse(429, 20429, retry_after="1"): 0.004,
    Refuse(500, 20500, accepted=True): 0.02,
    Refuse(503, 20503): 0.02,
    HangUp(accepted=True): 0.02,
    HangUp(accepted=False): 0.02,
    Garble(): 0.01,
}
"""Of POSTs: refused for now, accepted or not without our knowing."""

LASTING = {63049: 0.04, 63024: 0.02, 63016: 0.02}
PASSING = {63009: 0.02}
"""How many people's messages Twilio accepts and then fails for a reason that lasts, or passes."""

MANNERS = (Manner.IN_ORDER, Manner.OUT_OF_ORDER, Manner.TWICE, Manner.LATE, Manner.NEVER)
REACHED = ("sent", "delivered", "read")

_OUTBOX = table(Owed)
_DUE = select(func.count()).where(
    or_(
        _OUTBOX.c.status == "sending",
        and_(
            _OUTBOX.c.status == "queued",
            or_(_OUTBOX.c.not_before.is_(None), _OUTBOX.c.not_before <= bindparam("now")),
        ),
    )
)


@dataclass
class Soak:
    """One office, one blast, a Twilio that fails by dice, and processes to kill."""

    url: str
    folder: Path
    twilio: FakeTwilio
    people: int
    dice: random.Random
    blast: int = 0
    statuses: list[Counter[str]] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)

    def prepare(self, artefact: Artefact) -> None:
        """Owe everyone the blast; choose who will not be reached, and why."""
        service = Service(twilio_settings(self.url, self.twilio.base_url))
        office = Office(service, artefact, size=self.people)
        with service.database.write() as db:
            row = TemplateRow("kebekerjaan", TEMPLATE, ("nama",))
            blasts.add_template(db, row, created_by="rina", at=service.now())
        self.blast = office.send()
        service.close()
        numbers = [f"whatsapp:+62812000{n:05}" for n in range(self.people)]
        for code, share in {**LASTING, **PASSING}.items():
            for number in self.dice.sample(numbers, max(1, int(share * self.people))):
                self.twilio.code_for.setdefault(number, code)
        self.twilio.stopped = set(self.dice.sample(numbers, max(1, self.people // 50)))
        self.failing = set(self.twilio.code_for)
        faults: Iterator[Fault | None] = dice(self.dice.randint(0, 10**6), ODDS)
        self.twilio.faults = faults

    def overload(self) -> None:
        """Let Twilio say it is too much: blasts then wait a minute, so before the last kill."""
        heard = {message.to for message in self.twilio.outbound}
        unheard = sorted({f"whatsapp:+62812000{n:05}" for n in range(self.people)} - heard)
        for number in self.dice.sample(unheard, min(len(unheard), 5)):
            self.twilio.code_for[number] = 63018
            self.failing.add(number)

    def kill(self, *, after_s: float, rate: int) -> None:
        """Serve for a while, then die without a word."""
        env = {
            **twilio_environment(self.twilio.base_url),
            "DATABASE_URL": self.url,
            "SECRET_KEY": KEY,
            "WHATSAPP_RATE_PER_SECOND": str(rate),
        }
        serve = Running(self.folder, "serve", "--port", "0", env=env)
        self.twilio.app_url = serve.ready()
        self.twilio.release()
        self.twilio.manner = self.dice.choice(MANNERS)
        time.sleep(after_s)
        serve.process.kill()
        serve.process.wait()
        self.statuses.append(self._counted())

    def recover(self) -> None:
        """Serve on with a provider that behaves, until four days of sweeps have passed."""
        self.twilio.faults = iter(())
        for number in [n for n, code in self.twilio.code_for.items() if code in (63009, 63018)]:
            del self.twilio.code_for[number]
        self.twilio.manner = Manner.OUT_OF_ORDER
        clock = TickingClock()
        clock.moment = utc_now()
        settings = twilio_settings(self.url, self.twilio.base_url, WHATSAPP_RATE_PER_SECOND="1000")
        service = Service(settings, clock=clock)
        with serving(service) as self.twilio.app_url:
            self.twilio.release()
            ask_everyone(service)
            for hours in (0.1, 0.1, 0.1, 2, 25, 49, 1):
                clock.forward(hours=hours)
                self._quiet(service)

    def check(self) -> None:
        """Nobody twice; everyone in one place; what nobody knew is known."""
        heard = Counter(m.to for m in self.twilio.outbound if not m.code)
        assert set(heard.values()) <= {1}
        service = Service(twilio_settings(self.url, self.twilio.base_url))
        query = "SELECT value, status, reason FROM outbox JOIN address ON address.id = address_id"
        with service.database.read() as db:
            rows = {f"whatsapp:+{r.value}": r for r in db.execute(text(query))}
        figures = Blasts(service).figures(self.blast)
        service.close()
        parts = ("queued", "sent", "failed", "canceled", "unknown")
        assert figures["audience"] == figures["owed"] == sum(figures[part] for part in parts)
        assert (figures["queued"], figures["unknown"]) == (0, 0)
        assert figures["status"] == "finished"
        for number, row in rows.items():
            if heard[number]:
                assert row.status in REACHED, (number, row)
            elif row.status == "failed":
                assert row.reason, number
        lost = [n for n, row in rows.items() if row.status in REACHED and not heard[n]]
        assert set(lost) <= self.failing  # their failure was reported to nobody
        failed = {n for n, row in rows.items() if row.status == "failed"}
        assert {n for n in failed if rows[n].reason != NEVER_ARRIVED} <= (  # lost twice, by dice
            set(self.twilio.code_for) | self.twilio.stopped
        )

    def _quiet(self, service: Service) -> None:
        """Sweep until nothing is due and no callback is under way."""
        loop = service._loop
        assert loop
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            asyncio.run_coroutine_threadsafe(service.sweep(), loop).result(timeout=30)
            self.twilio.settle()
            with service.database.read() as db:
                due = db.execute(_DUE, {"now": service.now()}).scalar_one()
            if not due:
                return
        raise AssertionError("it never came to rest")

    def _counted(self) -> Counter[str]:
        service = Service(twilio_settings(self.url, self.twilio.base_url))
        with service.database.read() as db:
            rows = db.execute(text("SELECT status, count(*) FROM outbox GROUP BY status"))
            found = Counter({row[0]: row[1] for row in rows})
        service.close()
        return found


def ask_everyone(service: Service) -> None:
    """Owe a large blast to those whom sending it left to `serve`, which was killed too soon."""
    while service.campaigns.ask_some(service.now()):
        pass
    with service.database.read() as db:
        left = db.execute(text("SELECT count(*) FROM audience WHERE state = 'planned'"))
        assert left.scalar() == 0


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio(public_url="https://lacak.test") as fake:
        fake.templates[TEMPLATE] = "Halo Kak {{1}}, balas YA untuk mulai."
        yield fake  # its violations are not looked at: a killed client's last request is cut off


def test_three_kills_among_every_fault_reach_nobody_twice(
    database_url: str, artefact: Artefact, twilio: FakeTwilio, tmp_path: Path
) -> None:
    soak = Soak(database_url, tmp_path, twilio, 120, random.Random(7))
    soak.prepare(artefact)
    for _ in range(2):
        soak.kill(after_s=soak.dice.uniform(0.2, 0.5), rate=40)
    soak.overload()
    soak.kill(after_s=0.5, rate=40)
    assert soak.statuses[0]["queued"]  # it was killed on its way
    soak.recover()
    soak.check()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2))
def test_ten_kills_of_a_blast_to_2400_among_every_fault_reach_nobody_twice(
    database_url: str, artefact: Artefact, twilio: FakeTwilio, tmp_path: Path, seed: int
) -> None:
    soak = Soak(database_url, tmp_path, twilio, 2400, random.Random(seed))
    soak.prepare(artefact)
    for _ in range(9):
        soak.kill(after_s=soak.dice.uniform(0.5, 4), rate=80)
    soak.overload()
    soak.kill(after_s=2, rate=80)
    soak.recover()
    soak.check()
