"""What keeping spreadsheets fresh costs: requests, bytes, processor time, and how long it takes.

    python -m bench.mirror

The real service copies real interviews to the stand-in for Google Sheets of the tests, by the
real client. Time is the stand-in's own: each request takes half a second of it, and waiting for
a permit moves it, so the quota of 60 reads and 60 writes a minute counts as it would. The peer
is the way gspread's own documentation shows, on the same client in the same run: open, find the
sheet, append a row, once for each response; refused for being too fast it waits for the minute.
"""

import gc
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import gspread
from sqlalchemy import insert, update

from bench.table import Line, show
from bench.turn import REPLIES
from bot.mirroring.links import Asked
from bot.service import Service
from bot.settings import read_settings
from exports.mirror.google.session import Session, sign_in
from flows import library
from flows.events import Replied, Started
from flows.step import start, step
from flows.xlsform import load, publish
from storage import cohorts, forms
from storage.cohorts import Batch
from storage.tables import Interview, Respondent
from storage.tables.columns import table
from tests.fakes.sheets import FakeSheets, auth
from tests.fakes.sheets.api import Call
from tests.fakes.sheets.book import Book, Cell

PRODI, EACH, CHANGED = 20, 100, 5
REQUEST_S = 0.5
AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The time of the stand-in and of the service."""

    moment: datetime = AT

    def __call__(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> bool:
        """Let time pass; never asked to stop."""
        self.moment += timedelta(seconds=seconds)
        return False

    def take_a_moment(self, _call: Call) -> None:
        """Let a request take its time."""
        self.wait(REQUEST_S)

    def set(self) -> None:
        """Be told to stop, which nobody does here."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What some work took of the quota, the wire, the clock and the processor."""

    reads: int
    writes: int
    up_kb: float
    down_kb: float
    passed_s: float
    cpu_ms: float


class Office:
    """Twenty prodi of a hundred alumni each, a spreadsheet for each, and one beside it to append
    to."""

    def __init__(self, folder: Path, google: FakeSheets, clock: Clock) -> None:
        self.google, self.clock = google, clock
        key = google.write_account(folder / "key.json")
        settings = {
            "DATABASE_URL": f"sqlite:///{folder / 'office.db'}",
            "SECRET_KEY": "a key that only the benches use, long enough",
            "GOOGLE_SERVICE_ACCOUNT_FILE": str(key),
            "SHEETS_BASE_URL": google.base_url,
        }
        self.service = Service(read_settings(settings, None), clock=clock)
        self.service.database.migrate()
        self.service.mirroring._stopping = clock  # type: ignore[assignment] # noqa: SLF001 -- its waiting is the clock's
        self._people()
        self.books = [self._link(number) for number in range(PRODI)]
        self.peers = [self._plain(number) for number in range(PRODI)]
        self.session = self._sign_in()
        self.client = gspread.Client(
            auth=self.session.auth,
            http_client=lambda *_: self.session,  # type: ignore[arg-type] # one session
        )

    def tick(self) -> Cost:
        """Flush what is behind, a while after the last time."""
        self.clock.wait(120)
        with self.costing() as cost:
            self.service.mirroring.loop.tick()
        return cost[0]

    def append(self, books: list[Book], number: int) -> Cost:
        """Append as many responses to each book, one by one."""
        self.clock.wait(120)
        with self.costing() as cost:
            for book in books:
                for one in range(number):
                    self._append(book, [f"Orang {one}", *REPLIES])
        return cost[0]

    def change(self, prodi: int, number: int) -> None:
        """Let some of a prodi's alumni change an answer."""
        first = prodi * EACH
        ids = range(first + 1, first + number + 1)
        interview = table(Interview)
        with self.service.database.write() as db:
            db.execute(
                update(interview)
                .where(interview.c.id.in_(ids))
                .values(revision=interview.c.revision + 1, updated_at=self.clock())
            )

    def add(self, prodi: int, number: int) -> None:
        """Let some more alumni of a prodi answer."""
        with self.service.database.write() as db:
            db.execute(insert(table(Interview)), [self._row(prodi) for _ in range(number)])

    @contextmanager
    def costing(self) -> Iterator[list[Cost]]:
        """Yield a list that has the cost once the work is done."""
        google, found = self.google, list[Cost]()
        google.calls.clear()
        sent, passed = google.sent, self.clock()
        gc.collect()
        began = time.process_time()
        yield found
        cpu_ms = (time.process_time() - began) * 1000
        up = sum(call.size for call in google.calls) / 1000
        found.append(
            Cost(
                google.count(writes=False), google.count(writes=True), up,
                (google.sent - sent) / 1000, (self.clock() - passed).total_seconds(), cpu_ms,
            )
        )  # fmt: skip

    def close(self) -> None:
        """Close connections and the database."""
        self.session.session.close()
        self.service.close()

    def _append(self, book: Book, values: list[str]) -> None:
        while True:
            try:
                self.client.open_by_key(book.id).worksheet("Sheet1").append_row(values)
            except gspread.exceptions.APIError as error:
                if error.code != 429:
                    raise
                self.clock.wait(60 - self.clock().second)
            else:
                return

    def _people(self) -> None:
        artefact = publish(library.source("kebekerjaan"))
        form = load(artefact)
        state = start(form)
        given = {"nama": "Sari", "pelatihan": "Menjahit Pakaian Dasar"}
        facts = {"kantor": "BPVP Kendari", "simpan": "5"}
        state = step(form, state, Started(AT, given=given, facts=facts, consented=True)).state
        for text in REPLIES[1:]:
            state = step(form, state, Replied(AT, text)).state
        self.status = state.status
        self.sealed = self.service.vault.seal(state.to_json(), "interview.state")
        with self.service.database.write() as db:
            self.form_pk = forms.publish(db, artefact, at=AT)
            person = {"id": 1, "name": "Orang Contoh", "created_at": AT}
            db.execute(insert(table(Respondent)), [person])
            self.cohorts = [
                cohorts.ensure(db, Batch(0, f"Angkatan {n}", "pelatihan", f"Prodi {n:02}", "x"))
                for n in range(PRODI)
            ]
        for prodi in range(PRODI):
            self.add(prodi, EACH)

    def _row(self, prodi: int) -> dict[str, Any]:
        return {
            "respondent_id": 1, "cohort_id": self.cohorts[prodi], "form_pk": self.form_pk,
            "status": self.status, "state": self.sealed, "created_at": AT, "updated_at": AT,
        }  # fmt: skip

    def _link(self, number: int) -> Book:
        book = self.google.add(f"Prodi {number:02}")
        self.service.mirroring.links.link(Asked(f"Prodi {number:02}", book.id), actor="bench")
        self.clock.wait(3)
        return book

    def _plain(self, number: int) -> Book:
        book = self.google.add(f"Polos {number:02}")
        tab = book.tabs[0]
        tab.lines = tab.lines[: EACH + 1]
        for line in range(EACH + 1):
            tab.put(line, 0, [Cell(text) for text in REPLIES])
        return book

    def _sign_in(self) -> Session:
        account = auth.account(f"{self.google.base_url}/token")
        return sign_in(account, self.google.base_url)


def main() -> None:
    """Measure and print the table."""
    clock = Clock()
    with FakeSheets(clock=clock) as google, tempfile.TemporaryDirectory() as folder:
        google.before = clock.take_a_moment
        office = Office(Path(folder), google, clock)
        try:
            lines = list(measure(office))
        finally:
            office.close()
        assert google.violations == []
    show(f"{PRODI} spreadsheets of {EACH} responses (peer: gspread, a row at a time)", lines)


def measure(office: Office) -> Iterator[Line]:
    """Yield the lines."""
    office.tick()
    for number, what in ((1, "one response changed"), (50, "50 responses changed")):
        office.change(0, number)
        ours, peer = office.tick(), office.append(office.peers[:1], number)
        yield from compared(what, ours, peer)
    office.add(0, 400)
    yield from compared("400 responses new", office.tick(), None)
    for prodi in range(PRODI):
        office.change(prodi, CHANGED)
    ours, peer = office.tick(), office.append(office.peers, CHANGED)
    yield Line(
        f"{PRODI} spreadsheets with {CHANGED} changed each: fresh after", f"{ours.passed_s:.0f} s",
        f"{peer.passed_s:.0f} s", f"{ours.passed_s / peer.passed_s:.0%}", "< 60 s",
        ours.passed_s < 60,
    )  # fmt: skip
    yield Line(
        "  requests, reads + writes", f"{ours.reads} + {ours.writes}",
        f"{peer.reads} + {peer.writes}", "", f"{PRODI} + {PRODI}",
        (ours.reads, ours.writes) == (PRODI, PRODI),
    )  # fmt: skip
    held = sum(len(book.tabs[0].lines) - 3 for book in office.books)
    assert held == PRODI * EACH + 400, held  # two rows of header and a spare one each


def compared(what: str, ours: Cost, peer: Cost | None) -> Iterator[Line]:
    """Yield what one flush of one sheet took, beside appending."""
    yield Line(
        f"{what}: requests, reads + writes", f"{ours.reads} + {ours.writes}",
        f"{peer.reads} + {peer.writes}" if peer else "", "", "1 + 1",
        (ours.reads, ours.writes) == (1, 1),
    )  # fmt: skip
    yield Line(
        "  kB sent, received", f"{ours.up_kb:.1f}, {ours.down_kb:.1f}",
        f"{peer.up_kb:.1f}, {peer.down_kb:.1f}" if peer else "",
    )  # fmt: skip
    yield Line(
        "  processor, both sides", f"{ours.cpu_ms:.0f} ms", f"{peer.cpu_ms:.0f} ms" if peer else ""
    )


if __name__ == "__main__":
    main()
