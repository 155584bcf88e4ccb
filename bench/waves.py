"""How long opening a large wave takes, in how much memory, and what idle campaigns cost.

    python -m bench.waves [--full]

- Opening: a campaign's wave of 100,000 people in three zones is opened and written down, a row
  for each, as `serve` does it; resident memory before and at its highest. The peer is a bare loop
  that inserts one row a person and commits each, as a scheduler without a ledger would.
- By hand: the same cohort by `lacak blast send`: written down, and the first 2,000 owed their
  messages while staff wait; `serve` owes the rest as a campaign does.
- Asking: the first 2,000 are invited: interview, event and message of each.
- Idle: a look at the campaigns when nothing is due, beside that wave.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from multiprocessing import Process, Queue
from pathlib import Path

from sqlalchemy import insert, text

from bench.table import Line, show
from bot.blasts import AT_ONCE, Blasts
from bot.campaigns import Campaigns
from bot.service import Service
from bot.settings import read_settings
from flows import library as forms_library
from flows.xlsform import publish
from scheduler.campaigns import library
from storage import campaigns, cohorts, forms
from storage.cohorts import Batch
from storage.tables import Address, Membership, Respondent
from storage.tables.columns import table

PEOPLE, FULL = 20_000, 100_000
BUDGET_S = 10.0
ASKED = 2_000
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
NAME = "kebekerjaan_pascapelatihan"
NIGHT = datetime(2026, 11, 24, 0, 5, tzinfo=UTC)  # 09.05 in Jayapura, too early elsewhere
DAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def opened(folder: Path) -> Service:
    """Return a service on the office's database."""
    return Service(
        read_settings(
            {
                "DATABASE_URL": f"sqlite:///{folder / 'lacak.db'}",
                "SECRET_KEY": "a key that only the bench uses",
                "TWILIO_ACCOUNT_SID": "AC1",
            },
            env_file=None,
        ),
        clock=lambda: NIGHT,
    )


def make_office(folder: Path, people: int) -> None:
    """Make an office of so many people in one cohort, with a campaign that is due."""
    service = opened(folder)
    service.database.migrate()
    rows = range(1, people + 1)
    person = {"name": "Orang", "name_key": "orang", "gender": "", "email": "", "created_at": NIGHT}
    with service.database.write() as db:
        forms.publish(db, publish(forms_library.source("kebekerjaan")), at=NIGHT)
        campaigns.load(db, NAME, library.source(NAME).decode(), by="bench", at=NIGHT)
        campaigns.switch(db, NAME, is_on=True, since=NIGHT.date(), by="bench", at=NIGHT)
        ended_on = date(2026, 10, 24)
        batch = Batch(0, "Besar", "pelatihan", "Garmen", "Menjahit", ended_on=ended_on)
        cohort = cohorts.ensure(db, batch)
        db.execute(
            insert(table(Respondent)),
            [{**person, "id": n, "zone": ZONES[n % 3]} for n in rows],
        )
        db.execute(
            insert(table(Membership)),
            [{"cohort_id": cohort, "respondent_id": n, "outcome": "Lulus"} for n in rows],
        )
        address = {"channel": "whatsapp", "use": "main", "source": "office", "created_at": NIGHT}
        db.execute(
            insert(table(Address)),
            [{**address, "respondent_id": n, "value": f"62812{n:08}"} for n in rows],
        )
    service.close()


def by_hand(folder: Path, told: "Queue[tuple[float, float]]") -> None:
    """Tell how long staff wait for a blast of everyone to be opened, and MB it took."""
    service = opened(folder)
    blasts = Blasts(service)
    plan = blasts.plan("kebekerjaan", "Besar", channel="whatsapp")
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    blasts.send(plan, actor="bench")
    took_s = time.perf_counter() - started
    grew_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb) / 1024
    service.close()
    told.put((took_s, grew_mb))


def apart(work: Callable[..., None], *given: object) -> None:
    """Do some work in a process of its own: its memory is not ours."""
    process = Process(target=work, args=given)
    process.start()
    process.join()


def naive(service: Service, people: int) -> float:
    """Return how long one insert and one commit a person take."""
    with service.database.write() as db:
        db.execute(text("CREATE TABLE peer (id INTEGER PRIMARY KEY, respondent_id INTEGER)"))
    started = time.perf_counter()
    for number in range(1, people + 1):
        with service.database.write() as db:
            db.execute(text("INSERT INTO peer (respondent_id) VALUES (:n)"), {"n": number})
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} people")
    people = FULL if parser.parse_args().full else PEOPLE
    with tempfile.TemporaryDirectory() as folder:
        told: Queue[tuple[float, float]] = Queue()
        apart(make_office, Path(folder), people)
        apart(by_hand, Path(folder), told)
        hand_s, hand_mb = told.get()
    with tempfile.TemporaryDirectory() as folder:
        apart(make_office, Path(folder), people)
        service = opened(Path(folder))
        runner = Campaigns(service)
        before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        runner.open_due(NIGHT)
        opening_s = time.perf_counter() - started
        grew_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb) / 1024
        idle: list[float] = []
        for _ in range(20):
            started = time.perf_counter()
            Campaigns(service).tick(datetime(2026, 11, 23, 20, tzinfo=UTC))
            idle.append(time.perf_counter() - started)
        started = time.perf_counter()
        asked = 0
        while asked < ASKED:
            asked += runner.ask_some(DAY)
        asking_s = time.perf_counter() - started
        peer_people = min(people, 2_000)
        peer_s = naive(service, peer_people) / peer_people * people
        service.close()
    budget = BUDGET_S * people / FULL
    show(
        f"Opening a wave of {people:,} (SQLite FULL)",
        [
            Line("written down, s", f"{opening_s:.2f}", f"{peer_s:.2f}",
                 f"{peer_s / opening_s:.1f}×", f"< {budget:.0f}", opening_s < budget),
            Line(f"sent by hand, the first {AT_ONCE:,} owed, s", f"{hand_s:.2f}",
                 f"{peer_s:.2f}", f"{peer_s / hand_s:.1f}×", f"< {BUDGET_S:.0f}",
                 hand_s < BUDGET_S),
            Line("memory that took, MB", f"{hand_mb:.0f}", budget="< 32", meets=hand_mb < 32),
            Line("memory it grew by, MB", f"{grew_mb:.0f}", budget="< 16", meets=grew_mb < 16),
            Line("invited a second", f"{asked / asking_s:,.0f}"),
            Line("a look with nothing due, ms", f"{sorted(idle)[10] * 1000:.1f}"),
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
