"""An office with one linked spreadsheet, for tests of its copy: responses, Google, people."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from exports.mirror.google.api import Api
from exports.mirror.google.flush import Flushed, Flusher
from exports.mirror.google.quota import Quota
from exports.mirror.google.session import Session, sign_in
from exports.mirror.plan import ID, REV, Column, Desired, Kind, Row, fitted, same
from exports.mirror.tables import Wanted
from storage import mirrors
from storage.database import Database
from storage.mirrors import Link, Mark, Sheet
from tests.conftest import NOW, FixedClock
from tests.fakes.sheets import FakeSheets, auth
from tests.fakes.sheets.book import Formula, Tab

FORM = "kebekerjaan"
COLUMNS = (
    Column("_nama", "Nama"),
    Column("_keadaan", "Keadaan", choices=("belum", "sebagian", "selesai", "tidak terjangkau")),
    Column("_terakhir", "Terakhir berubah", Kind.MOMENT),
    Column("", "Catatan"),
    Column("gaji", "Penghasilan", Kind.MONEY),
    Column("tempat", "Apa nama tempatnya?"),
)


@dataclass
class Answers:
    """What the database says: response number → its revision and cells."""

    columns: tuple[Column, ...] = COLUMNS
    rows: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()

    def add(self, number: int, **cells: Any) -> None:
        """Let a response be there, or be changed."""
        revision = self.rows[number][0] + 1 if number in self.rows else 0
        name = {"_nama": f"Orang {number}", "_keadaan": "selesai"}
        self.rows[number] = revision, {**name, **cells}

    def wanted(self) -> Wanted:
        """Return what the sheet must hold."""
        rows = tuple(
            Row(f"{FORM}-{number}", f"{revision}-{hash(repr(cells)) & 0xFFFF:x}", cells)
            for number, (revision, cells) in self.rows.items()
        )
        marks = {
            f"{FORM}-{number}": (number, Mark(revision, False))
            for number, (revision, _) in self.rows.items()
        }
        desired = Desired(FORM, "Survei Kebekerjaan", self.columns, rows, self.withheld)
        return Wanted(desired, marks)


class Office:
    """One spreadsheet, its flusher, and the clock they share."""

    def __init__(self, database: Database, google: FakeSheets, clock: FixedClock) -> None:
        self.database = database
        self.google = google
        self.clock = clock
        self.book = google.add("Garmen Apparel")
        self.answers = Answers()
        self.session = self._sign_in()
        self.flusher = self.new_flusher("satu")
        with database.write() as db:
            link = Link(0, "Garmen", self.book.id, "Garmen", False, False, "rina", NOW)
            mirrors.ensure_sheet(db, mirrors.add_link(db, link), FORM)
            (sheet,) = mirrors.sheets(db)
        self.sheet_id = sheet.id

    def new_flusher(self, owner: str, api: Api | None = None) -> Flusher:
        """Return a flusher of another process."""
        asks = api or Api(self.session, self.quota())
        return Flusher(asks, self.database, self.clock, owner, "Asia/Makassar")

    def quota(self) -> Quota:
        """Return the quota; waiting moves the clock."""
        return Quota(self.database, self.clock, self._wait)

    def flush(self, *, thorough: bool = False, flusher: Flusher | None = None) -> Flushed:
        """Flush once."""
        return (flusher or self.flusher).flush(
            self.sheet_id, self.book.id, self.answers.wanted(), thorough=thorough
        )

    def flush_all(self) -> None:
        """Flush until nothing is left, then once more, which must find nothing to do."""
        while (done := self.flush()).done.left:
            assert not done.trouble
        assert not done.trouble, done
        writes = self.google.count(writes=True)
        assert not self.flush().trouble
        assert self.google.count(writes=True) == writes

    def sheet(self) -> Sheet:
        """Return what is known of the sheet."""
        with self.database.read() as db:
            return mirrors.get(db, self.sheet_id)

    def noted(self) -> dict[int, Mark]:
        """Return what the sheet is believed to hold."""
        with self.database.read() as db:
            return mirrors.rows(db, self.sheet_id)

    @property
    def tab(self) -> Tab:
        """The tab of the table."""
        tab = self.sheet().tab
        assert tab is not None
        return self.book.tab(tab)

    def place(self, code: str) -> int:
        """Return where a column is."""
        return [cell.value for cell in self.tab.lines[0].cells].index(code)

    def row(self, number: int) -> int:
        """Return where a response is."""
        at = self.place(ID)
        ids = [line.cells[at].value for line in self.tab.lines]
        return ids.index(f"{FORM}-{number}")

    def cell(self, number: int, code: str) -> Any:
        """Return a cell of a response."""
        return self.tab.cell(self.row(number), self.place(code)).value

    def faults(self) -> list[str]:
        """Return how the sheet differs from what it must hold."""
        return list(differences(self.tab, self.answers.wanted().desired))

    @contextmanager
    def meanwhile(self, operation: str, act: Callable[[], object]) -> Iterator[None]:
        """Let somebody act once, just before the next request of this kind is carried out."""
        done: list[bool] = []

        def before(call: Any) -> None:
            if call.name.endswith(operation) and not done:
                done.append(True)
                act()

        self.google.before = before
        yield
        self.google.before = lambda _call: None
        assert done, f"no {operation} was asked for"

    def close(self) -> None:
        """Close the connection."""
        self.session.session.close()

    def _sign_in(self) -> Session:
        session = sign_in(auth.account(f"{self.google.base_url}/token"), self.google.base_url)
        session.set_timeout((2, 5))
        return session

    def _wait(self, seconds: float) -> bool:
        self.clock.forward(seconds=seconds)
        return False


def differences(tab: Tab, desired: Desired) -> Iterator[str]:
    """Yield what is wrong with a tab, row by row and cell by cell."""
    codes = [cell.value for cell in tab.lines[0].cells]
    for code in (ID, REV, *(column.code for column in desired.ours)):
        if codes.count(code) != 1:
            yield f"column {code} is there {codes.count(code)} times"
            return
    key = codes.index(ID)
    rows: dict[str, list[int]] = {}
    for number, line in enumerate(tab.lines):
        value = line.cells[key].value
        if isinstance(value, str) and value.startswith(f"{desired.name}-"):
            rows.setdefault(value, []).append(number)
    wanted = {row.id: row for row in desired.rows}
    yield from (f"{id_} is missing" for id_ in wanted.keys() - rows.keys())
    yield from (f"{id_} is too many" for id_ in rows.keys() - wanted.keys())
    for id_, row in wanted.items():
        places = rows.get(id_, ())
        if len(places) > 1:
            yield f"{id_} is there {len(places)} times"
        for at in places:
            for column in desired.ours:
                have = tab.cell(at, codes.index(column.code)).value
                want = fitted(row.cells.get(column.code))
                if isinstance(have, Formula) or not same(want, have):
                    yield f"{id_} {column.code}: {have!r} instead of {want!r}"
