"""A bad day: a quarter of all requests fail, the process dies, and people never stop editing."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from exports.mirror.google.api import Api
from exports.mirror.google.desk import LEASE
from exports.mirror.google.quota import Quota
from exports.mirror.google.session import Session
from exports.mirror.plan import ID, Column
from storage import mirrors
from tests.exports.mirror.google.office import FORM, Office
from tests.fakes.sheets import api as fake_api
from tests.fakes.sheets import people
from tests.fakes.sheets.api import Call
from tests.fakes.sheets.book import Book, Tab
from tests.fakes.sheets.faults import dice

TEXTS = ("=1+1", "+6281234", "@SUM(A1)", "\ttab", "-5", "'=1", "PT Contoh", "007", "", "#N/A")
NOTE = "catatan "


class Crash(BaseException):
    """The process is gone, at once."""


@dataclass
class Chaos:
    """One office's bad day. `notes_lost` says what our own requests did to people's notes."""

    office: Office
    seed: int
    edits: float = 0.5
    crashes: float = 0.02
    count: Counter[str] = field(default_factory=Counter)
    notes_lost: list[str] = field(default_factory=list)
    responses: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.flusher = self._process()

    def run(self, flushes: int) -> None:
        """Let the day pass, then calm return and one night go by."""
        office, google = self.office, self.office.google
        google.before = self._people
        google.faults = dice(self.seed)
        with self._notes_watched():
            for number in range(flushes):
                self._answers(number, flushes)
                self._flush()
                office.clock.forward(seconds=self.dice.uniform(1, 90))
            google.faults = iter(())
            google.before = lambda _call: None
            self.crashes = 0
            self._calm()

    def _answers(self, number: int, flushes: int) -> None:
        """Respondents answer, correct themselves, are erased; a question joins the form."""
        office, roll = self.office, self.dice
        for _ in range(roll.randint(0, 6)):
            self.responses += 1
            office.answers.add(self.responses, tempat=roll.choice(TEXTS), gaji=roll.randint(0, 9))
        known = sorted(office.answers.rows)
        for one in roll.sample(known, min(2, len(known))):
            office.answers.add(one, tempat=roll.choice(TEXTS), gaji=roll.randint(0, 99))
        if known and roll.random() < 0.1:
            del office.answers.rows[roll.choice(known)]
        if number == flushes // 2:
            office.answers.columns = (*office.answers.columns, Column("kota", "Kota mana?"))

    def _flush(self) -> None:
        office = self.office
        try:
            done = office.flush(flusher=self.flusher)
            self.count[f"flush {done.trouble or 'ok'}"] += 1
        except Crash:
            self.count["crash"] += 1
            self.flusher = self._process()
            office.clock.forward(seconds=LEASE.total_seconds())

    def _calm(self) -> None:
        """A night without trouble: what was on its way lands, then all is looked at."""
        office = self.office
        office.google.raise_zombies()
        office.clock.forward(hours=2)
        office.flusher = self.flusher
        for _ in range(40):
            done = office.flush(thorough=True)
            assert not done.trouble, done
            if not done.done.left and not any(
                (done.done.inserted, done.done.updated, done.done.deleted)
            ):
                break
        office.flush_all()

    def _process(self) -> Any:
        office = self.office
        self.count["process"] += 1
        api = _Dying(office.session, office.quota(), self)
        return office.new_flusher(f"proses {self.count['process']}", api)

    def maybe_die(self) -> None:
        """Perhaps end here."""
        if self.dice.random() < self.crashes:
            raise Crash

    def _people(self, _call: Call) -> None:
        """Between any two requests: people edit, and what was thought lost is carried out."""
        roll, office = self.dice, self.office
        if roll.random() < 0.3:
            self.count["zombie"] += office.google.raise_zombies()
        tab_id = office.sheet().tab
        tabs = [tab for tab in office.book.tabs if tab.id == tab_id]
        if not tabs or roll.random() > self.edits:
            return
        with suppress(people.Locked):
            people.must_be_open(tabs[0])
            if roll.random() < 0.5:
                self._write_note(tabs[0])
            else:
                edit = roll.choice(people.EDITS)
                edit(roll, tabs[0])
                self.count[edit.__name__] += 1

    def _write_note(self, tab: Tab) -> None:
        codes = [cell.value for cell in tab.lines[0].cells]
        theirs = [at for at, code in enumerate(codes) if code is None]
        if theirs and len(tab.lines) > 3:
            row = self.dice.randrange(2, len(tab.lines))
            self.count["note"] += 1
            people.put(tab, row, self.dice.choice(theirs), f"{NOTE}{self.count['note']}")

    @contextmanager
    def _notes_watched(self) -> Iterator[None]:
        """Compare people's notes before and after each of our requests."""
        real = fake_api.answer

        def watched(book: Book, call: Call) -> Any:
            before = notes(book)
            made = real(book, call)
            if call.is_write:
                self.notes_lost += self._lost(before, notes(book))
            return made

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fake_api, "answer", watched)
            yield

    def _lost(
        self, before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]
    ) -> Iterator[str]:
        """Yield notes that are gone, or stand beside another person: an erased one's may go."""
        wanted = {f"{FORM}-{number}" for number in self.office.answers.rows}
        for note, beside in before.items():
            if note not in after:
                if set(beside) & wanted or not any(one.startswith(FORM) for one in beside):
                    yield f"{note} beside {beside} is gone"
            elif not set(after[note]) <= {*beside, ""}:
                yield f"{note} went from {beside} to {after[note]}"


def notes(book: Book) -> dict[str, tuple[str, ...]]:
    """Return note → the ids of the rows it stands in."""
    found: dict[str, list[str]] = {}
    for tab in book.tabs:
        codes = [cell.value for cell in tab.lines[0].cells]
        key = codes.index(ID) if ID in codes else None
        for line in tab.lines:
            for cell in line.cells:
                if isinstance(cell.value, str) and cell.value.startswith(NOTE):
                    id_ = "" if key is None else str(line.cells[key].value or "")
                    found.setdefault(cell.value, []).append(id_)
    return {note: tuple(ids) for note, ids in found.items()}


class _Dying(Api):
    """Asks as the real one, in a process that may end before and after each step."""

    def __init__(self, session: Session, quota: Quota, chaos: Chaos) -> None:
        super().__init__(session, quota)
        self._chaos = chaos

    def _ask(self, *args: Any, **more: Any) -> Mapping[str, Any]:
        self._chaos.maybe_die()
        try:
            return super()._ask(*args, **more)
        finally:
            self._chaos.maybe_die()


@contextmanager
def dying_writes(chaos: Chaos) -> Iterator[None]:
    """Let the process end before and after it writes something down, too."""
    real = {name: getattr(mirrors, name) for name in ("save", "note_rows")}

    def die_around(name: str, *args: Any, **more: Any) -> Any:
        chaos.maybe_die()
        return real[name](*args, **more)

    with pytest.MonkeyPatch.context() as patch:
        for name in real:
            patch.setattr(mirrors, name, partial(die_around, name))
        yield
