"""Reading one mapping of a campaign file: every wrong value is a fault with its line."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar

from flows.xlsform.faults import did_you_mean
from flows.xlsform.read import Cell, List, Map
from scheduler.campaigns.faults import Code, Fault, fault
from scheduler.campaigns.model import Range, Span

T = TypeVar("T")
_TIME = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)")
_UNITS = {"days": (1, 0), "weeks": (7, 0), "months": (0, 1), "years": (0, 12)}
YES, NO = ("ya", "yes", "true"), ("tidak", "no", "false")
MOST = 10_000
SHAPES = {Cell: "satu nilai", Map: "pasangan 'kunci: nilai'", List: "daftar yang diawali '-'"}


@dataclass(slots=True)
class Cells:
    """One mapping, read key by key. What is missing or wrong is noted in `faults`."""

    map: Map
    faults: list[Fault]
    line: int = 0
    seen: set[str] = field(default_factory=set)

    def node(self, key: str) -> Cell | Map | List | None:
        """Return what stands at a key, which is known from now on."""
        self.seen.add(key)
        found = self.map.items.get(key)
        return None if isinstance(found, Cell) and not found.text.strip() else found

    def line_of(self, key: str) -> int:
        """Return the line of a key's value, or of the mapping."""
        found = self.map.items.get(key)
        return found.line if found else self.line

    def wrong(self, key: str, value: str, right: str) -> None:
        """Note a value that will not do, and one that would."""
        self.faults.append(fault(Code.KMP_05, self.line_of(key), key, value=value, right=right))

    def lacks(self, key: str, right: str) -> None:
        """Note that a key is missing."""
        self.faults.append(fault(Code.KMP_03, self.line, key, right=right))

    def text(self, key: str, *, needed: str = "") -> str:
        """Return a text; `needed` says what to write where there must be one."""
        found = self.node(key)
        if isinstance(found, Cell):
            return found.text.strip()
        if found is not None:
            self._shape(key, found.line, Cell)
        elif needed:
            self.lacks(key, needed)
        return ""

    def one_of(self, key: str, known: Collection[str], default: str = "") -> str:
        """Return one of the known words; without a default there must be one."""
        right = f"pilih {', '.join(known)}"
        said = self.text(key, needed="" if default else right)
        if said and said not in known:
            self.wrong(key, said, right + "." + did_you_mean(said, known))
            return default
        return said or default

    def many(self, key: str, known: Collection[str] = (), *, needed: str = "") -> tuple[str, ...]:
        """Return a text or a list of texts, each once; of the known words where there are any."""
        found = self.node(key)
        if found is None:
            if needed:
                self.lacks(key, needed)
            return ()
        cells = found.items if isinstance(found, List) else [found]
        if isinstance(found, Map) or not all(isinstance(one, Cell) for one in cells):
            self._shape(key, found.line, List)
            return ()
        said = [one.text.strip() for one in cells if isinstance(one, Cell)]
        for one in said if known else ():
            if one not in known:
                right = f"pilih {', '.join(known)}.{did_you_mean(one, known)}"
                self.wrong(key, one, right)
        return tuple(dict.fromkeys(one for one in said if one and (not known or one in known)))

    def number(self, key: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number between two."""
        said = self.text(key)
        return default if not said else self.whole(key, said, default, least=least, most=most)

    def whole(self, key: str, said: str, default: int, *, least: int, most: int) -> int:
        """Return a text as a whole number between two."""
        if said.isascii() and said.isdigit() and len(said) < 7 and least <= int(said) <= most:
            return int(said)
        self.wrong(key, said, f"tulis angka {least} sampai {most}")
        return default

    def yes(self, key: str, *, default: bool) -> bool:
        """Return yes or no."""
        said = self.text(key).lower()
        if said and said not in (*YES, *NO):
            self.wrong(key, said, "tulis ya atau tidak")
        return said in YES if said in (*YES, *NO) else default

    def day(self, key: str) -> date | None:
        """Return a date written as 2026-12-01."""
        return self._read(key, date.fromisoformat, "tulis tanggal seperti 2026-12-01")

    def clock(self, key: str, default: time) -> time:
        """Return a time of day written as 09.00."""
        return self._read(key, _clock, 'tulis jam seperti "09.00"') or default

    def range(self, key: str, default: Range) -> Range:
        """Return two times written as 11.30-13.00."""
        return self._read(key, _range, 'tulis seperti "11.30-13.00"') or default

    def span(self, key: str) -> Span | None:
        """Return calendar time written as {months: 1}; 0 days where nothing is written."""
        inner = self.inner(key, "tulis seperti {months: 1}")
        if inner is None:
            return None
        counts = {unit: inner.number(unit, 0, least=0, most=MOST) for unit in _UNITS}
        inner.done()
        return Span(
            sum(n * _UNITS[unit][0] for unit, n in counts.items()),
            sum(n * _UNITS[unit][1] for unit, n in counts.items()),
        )

    def inner(self, key: str, right: str) -> "Cells | None":
        """Return the mapping at a key, or None when there is none."""
        found = self.node(key)
        if isinstance(found, Map):
            return Cells(found, self.faults, found.line)
        if isinstance(found, Cell):
            self.wrong(key, found.text, right)
        elif found is not None:
            self._shape(key, found.line, Map)
        return None

    def rows(self, key: str, *, needed: str) -> "Sequence[Cells]":
        """Return the mappings of a list."""
        found = self.node(key)
        if found is None:
            self.lacks(key, needed)
            return ()
        if not isinstance(found, List):
            self._shape(key, found.line, List)
            return ()
        if not found.items:
            self.lacks(key, needed)
        for one in found.items:
            if not isinstance(one, Map):
                self._shape(key, one.line, Map)
        return [Cells(one, self.faults, one.line) for one in found.items if isinstance(one, Map)]

    def done(self, known: Iterable[str] = ()) -> None:
        """Note every key that nobody asked for."""
        keys = [*self.seen, *known]
        for key, node in self.map.items.items():
            if key not in keys:
                hint = did_you_mean(key, keys) or f" Yang ada: {', '.join(sorted(keys))}."
                self.faults.append(fault(Code.KMP_02, node.line, key[:80], hint=hint))

    def _shape(self, key: str, line: int, shape: type) -> None:
        self.faults.append(fault(Code.KMP_04, line, key, shape=SHAPES[shape]))

    def _read(self, key: str, read: Callable[[str], T], right: str) -> T | None:
        said = self.text(key)
        if not said:
            return None
        try:
            return read(said)
        except ValueError:
            self.wrong(key, said, right)
            return None


def _clock(said: str) -> time:
    match = _TIME.fullmatch(said)
    if match is None:
        raise ValueError(said)
    return time(int(match[1]), int(match[2]))


def _range(said: str) -> Range:
    first, _dash, last = said.partition("-")
    return _clock(first.strip()), _clock(last.strip())
