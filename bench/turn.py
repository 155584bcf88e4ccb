"""From a webhook to the committed turn and the owed reply, over HTTP on SQLite FULL.

    python -m bench.turn

The real web application runs in a process of its own (`bench.server ours`); replies of invited
respondents to the kebekerjaan questionnaire are posted from this process (`bench.client`), as
the web chat posts them. A bare server of the same shape, which only stores the event, is the
floor (`bench.server floor`). Rounds of both follow each other; medians of the rounds are shown.

- Latency: 300 requests a second whatever the answers take (open loop), counted from the moment
  each was due. "to 202" ends when the answer was read here. "to committed turn" ends when the
  server's writer thread is told that the transaction holding state, inbox mark and owed reply
  was committed; both processes read the machine's one monotonic clock.
- Throughput: 32 connections, each sending as soon as it is answered (closed loop), until the
  last turn was committed. Meanwhile the server also marks the owed replies as sent.
- CPU: what the server's process used in that time, from /proc; unlike the others it hardly
  moves when the machine is busy with other work.

At the end every event must be in the inbox once, applied, with one owed reply each.
"""

import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from shutil import copyfile

from sqlalchemy import text

from bench.client import Client, Post, Sent
from bench.table import Line, middle, show
from bot.links import make_token
from bot.service import Service
from bot.settings import read_settings
from flows import library
from flows.xlsform import publish
from storage import cohorts, forms, respondents
from storage.cohorts import Batch
from storage.respondents import Person

ROUNDS = 3
RATE = 300
RATE_S = 4.0
AT_ONCE = 32
MANY = 1600
WARM = 200
REPLIES = (
    "ya", "kerja", "CV Maju Jaya", "agustus 2026", "operator jahit", "2", "Kendari", "sesuai",
    "2,5 jt",
)  # fmt: skip
BATCH = Batch(
    0, "Menjahit 2026 angkatan 1", "pelatihan", "Garmen Apparel", "Menjahit Pakaian Dasar",
    ended_on=date(2026, 10, 20),
)  # fmt: skip
APPLIED = "SELECT count(*) FROM inbox WHERE channel = 'web' AND outcome = 'applied'"
ANSWERED = (
    "SELECT count(*) FROM outbox JOIN inbox ON inbox.seq = outbox.cause WHERE inbox.channel = 'web'"
)
Invited = tuple[str, int, int]


@dataclass
class Measured:
    """What the rounds gave, latencies in milliseconds."""

    acknowledged: list[list[float]] = field(default_factory=list)
    committed: list[list[float]] = field(default_factory=list)
    floor: list[list[float]] = field(default_factory=list)
    per_s: list[float] = field(default_factory=list)
    floor_per_s: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    floor_cpu_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    address: str
    pid: int

    def cpu_ms(self) -> float:
        """Return the CPU time its process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        people = make_office(where / "ours.db")
        copyfile(where / "ours.db", where / "floor.db")
        (where / "people.json").write_text(json.dumps(people), "utf-8")
        with serving("ours", where) as ours, serving("floor", where) as floor:
            measured, posted = asyncio.run(measure(ours, floor, people))
        check(where / "ours.db", posted)
    report(measured)


def report(measured: Measured) -> None:
    """Print the table."""
    committed, bare = percentiles(measured.committed), percentiles(measured.floor)
    acknowledged = percentiles(measured.acknowledged)
    ours, floor = middle(measured.per_s), middle(measured.floor_per_s)
    cpu, bare_cpu = middle(measured.cpu_ms), middle(measured.floor_cpu_ms)
    lines = [
        Line("to 202, p50 / p99", pair(acknowledged), pair(bare)),
        Line(
            "to committed turn and owed reply, p50 / p99", pair(committed), "", "",
            "p99 < 25 ms", committed[1] < 25,
        ),
        Line(
            "throughput, committed", f"{ours:,.0f}/s", f"{floor:,.0f}/s", f"{ours / floor:.0%}",
            "≥ 40 %", ours >= 0.4 * floor,
        ),
        Line(
            "CPU of the server a reply", f"{cpu:.2f} ms", f"{bare_cpu:.2f} ms",
            f"{cpu / bare_cpu:.1f}×",
        ),
    ]  # fmt: skip
    title = f"webhook → turn at {RATE}/s on SQLite FULL, medians of {ROUNDS} rounds"
    show(f"{title} (floor: the bare insert over HTTP)", lines)


async def measure(ours: Server, floor: Server, people: Sequence[Invited]) -> tuple[Measured, int]:
    """Take all rounds; return what they gave and how many replies ours was sent."""
    found = Measured()
    posts, bare_posts = replies(people), replies(people)
    number = int(RATE * RATE_S)
    async with Client(ours.address, AT_ONCE) as here, Client(floor.address, AT_ONCE) as there:
        await here.closed_loop(take(posts, WARM))
        await there.closed_loop(take(bare_posts, WARM))
        for _ in range(ROUNDS):
            await rest(here)
            sent = await here.open_loop(take(posts, number), RATE)
            turns = await committed(here, sent)
            found.acknowledged.append([1000 * (one.acknowledged - one.due) for one in sent])
            found.committed.append([1000 * (turns[one.id] - one.due) for one in sent])
            sent = await there.open_loop(take(bare_posts, number), RATE)
            found.floor.append([1000 * (one.acknowledged - one.due) for one in sent])
            await rest(here)
            used, bare_used = ours.cpu_ms(), floor.cpu_ms()
            sent = await here.closed_loop(take(posts, MANY))
            turns = await committed(here, sent)
            found.per_s.append(per_s(sent, max(turns[one.id] for one in sent)))
            sent = await there.closed_loop(take(bare_posts, MANY))
            found.floor_per_s.append(per_s(sent, max(one.acknowledged for one in sent)))
            await rest(here)
            found.cpu_ms.append((ours.cpu_ms() - used) / MANY)
            found.floor_cpu_ms.append((floor.cpu_ms() - bare_used) / MANY)
    return found, WARM + ROUNDS * (number + MANY)


def take(posts: Iterator[Post], number: int) -> list[Post]:
    """Return the next replies to send."""
    return list(itertools.islice(posts, number))


def per_s(sent: Sequence[Sent], ended: float) -> float:
    """Return how many requests a second there were until `ended`."""
    return len(sent) / (ended - min(one.due for one in sent))


async def committed(client: Client, sent: Sequence[Sent]) -> dict[str, float]:
    """Return when each turn was committed, after the last one was."""
    turns: dict[str, float] = {}
    while not all(one.id in turns for one in sent):
        turns |= await client.get_json("/turns")
        await asyncio.sleep(0.1)
    return turns


async def rest(client: Client) -> None:
    """Wait until nothing is waiting or queued, so that rounds do not disturb each other."""
    while True:
        page = (await client.get("/metrics"))[1].decode()
        busy = [line for line in page.splitlines() if "inbox_waiting" in line or '"queued"' in line]
        if all(line.endswith(" 0") for line in busy if not line.startswith("#")):
            await client.get("/turns")
            return
        await asyncio.sleep(0.1)


def replies(people: Sequence[Invited]) -> Iterator[Post]:
    """Yield every reply of every respondent, 300 of them talking at a time in turn."""
    for n in range(0, len(people), RATE):
        for k, reply in enumerate(REPLIES):
            for token, person, _address in people[n : n + RATE]:
                yield Post(token, f"message-{person}-{k}", reply)


def make_office(path: Path) -> list[Invited]:
    """Make a database with as many invited respondents as all rounds need."""
    needed = WARM + ROUNDS * (int(RATE * RATE_S) + MANY)
    number = needed // len(REPLIES) + RATE
    with closing(Service(read_settings(environment(path), None))) as service:
        service.database.migrate()
        now, vault = service.now(), service.vault
        with service.database.write() as db:
            form_pk = forms.publish(db, publish(library.source("kebekerjaan")), at=now)
            batch_id = cohorts.ensure(db, BATCH)
            for n in range(number):
                person = Person(0, f"Orang Contoh {n}", "Asia/Makassar", nik=f"747199{n:010}")
                cohorts.join(db, batch_id, respondents.add(db, vault, person, at=now), "Lulus")
            batch = cohorts.find(db, BATCH.name)
            assert batch is not None
            invited = service.invitations.cohort(db, batch, form_pk, now=now)
        with service.database.engine.connect() as db:
            db.exec_driver_sql("ROLLBACK")
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return [
            (make_token(vault, one.address_id, now=now), one.respondent_id, one.address_id)
            for one in invited
        ]


def environment(path: Path) -> dict[str, str]:
    """Return the settings of a bench's office."""
    return {
        "DATABASE_URL": f"sqlite:///{path}",
        "SECRET_KEY": "a key that only the benches use, long enough",
        "OFFICE_NAME": "BPVP Kendari",
        "OFFICE_TIMEZONE": "Asia/Makassar",
        "OFFICE_CONTACT": "0401-312345",
    }


@contextmanager
def serving(kind: str, where: Path) -> Iterator[Server]:
    """Run a server of `bench.server` until it is no longer needed."""
    settings = environment(where / f"{kind}.db")
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [sys.executable, "-m", "bench.server", kind],
        env={**os.environ, **settings, "PEOPLE_FILE": str(where / "people.json")},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        ready = process.stdout.readline().split()
        assert ready[:1] == ["READY"], f"bench.server {kind} did not start"
        yield Server(ready[1], process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def check(path: Path, posted: int) -> None:
    """Make sure every reply sent was applied once and answered once."""
    with (
        closing(Service(read_settings(environment(path), None))) as service,
        service.database.read() as db,
    ):
        for query in (APPLIED, ANSWERED):
            assert db.execute(text(query)).scalar_one() == posted


def percentiles(rounds: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the medians over the rounds of each round's p50 and p99."""
    ordered = [sorted(values) for values in rounds]
    at = [(values[len(values) // 2], values[len(values) * 99 // 100]) for values in ordered]
    return middle([p50 for p50, _ in at]), middle([p99 for _, p99 in at])


def pair(values: tuple[float, float]) -> str:
    """Return two latencies as printed."""
    return f"{values[0]:.1f} / {values[1]:.1f} ms"


if __name__ == "__main__":
    main()
