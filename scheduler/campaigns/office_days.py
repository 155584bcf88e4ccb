"""The office's calendar: national holidays and cuti bersama, Ramadan, and its own changes.

Years that are not listed know only Saturdays and Sundays, and no Ramadan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import yaml

from flows.xlsform.faults import FormFaults
from flows.xlsform.read import Cell, List, Map, read_tree
from scheduler.campaigns.faults import CampaignFaults, Code, Fault, fault
from scheduler.working_days import holidays

_SATURDAY = 5
_DATE = "tulis tanggal seperti 2026-12-01"


@dataclass(frozen=True, slots=True)
class OfficeDays:
    """Days off by name, and the first and last day of each Ramadan."""

    off: Mapping[date, str] = field(default_factory=dict)
    ramadan: tuple[tuple[date, date], ...] = ()

    def is_off(self, day: date) -> bool:
        """Whether it is a holiday or cuti bersama, weekends apart."""
        return day in self.off

    def is_ramadan(self, day: date) -> bool:
        """Whether people fast on that day."""
        return any(first <= day <= last for first, last in self.ramadan)

    def is_working(self, day: date) -> bool:
        """Whether the office works on that day."""
        return day.weekday() < _SATURDAY and not self.is_off(day)

    def working_days_after(self, day: date, number: int) -> date:
        """Return the working day that is so many after `day`, which itself does not count."""
        while number > 0:
            day += timedelta(days=1)
            number -= self.is_working(day)
        return day


@cache
def national() -> OfficeDays:
    """Return the calendar of every office that changed nothing."""
    text = files(__package__).joinpath("ramadan.yaml").read_text("utf-8")
    spans = tuple((one["from"], one["to"]) for one in yaml.safe_load(text))
    return OfficeDays(holidays(), spans)


def read_office_days(source: bytes) -> OfficeDays:
    """Return the national calendar with an office's own changes.

    The file says `libur: {2026-11-30: Dies natalis}` for days off of its own, `masuk:
    [2026-12-24]` for national ones it works on, `ramadan: {2028-01-28: 2028-02-25}`.

    Raises:
        CampaignFaults: with every fault and its line.
    """
    try:
        root, found = read_tree(source)
    except FormFaults as error:
        root, found = Map(0), list(error.faults)
    faults = [fault(Code.KMP_01, one.line, reason=one.message) for one in found]
    for key, node in root.items.items():
        if key not in ("libur", "masuk", "ramadan"):
            hint = " Yang ada: libur, masuk, ramadan."
            faults.append(fault(Code.KMP_02, node.line, key[:80], hint=hint))
    off = {one: name.text for one, name in _pairs(root, "libur", faults)}
    spans = []
    for first, last in _pairs(root, "ramadan", faults):
        end = _day(last, "ramadan", faults)
        spans += [(first, end)] if end else []
    open_days = set(_listed(root, "masuk", faults))
    if faults:
        raise CampaignFaults(faults)
    base = national()
    kept = {day: name for day, name in base.off.items() if day not in open_days}
    return OfficeDays({**kept, **off}, (*base.ramadan, *spans))


def _pairs(root: Map, key: str, faults: list[Fault]) -> list[tuple[date, Cell]]:
    node = root.items.get(key)
    if node is None:
        return []
    if not isinstance(node, Map):
        faults.append(fault(Code.KMP_04, node.line, key, shape="pasangan 'tanggal: nilai'"))
        return []
    read = []
    for said, value in node.items.items():
        day = _day(Cell(said, value.line), key, faults)
        if day and isinstance(value, Cell):
            read.append((day, value))
    return read


def _listed(root: Map, key: str, faults: list[Fault]) -> list[date]:
    node = root.items.get(key)
    if node is None:
        return []
    if not isinstance(node, List):
        faults.append(fault(Code.KMP_04, node.line, key, shape="daftar tanggal, [2026-12-24]"))
        return []
    days = [_day(one, key, faults) for one in node.items if isinstance(one, Cell)]
    return [day for day in days if day]


def _day(cell: Cell, key: str, faults: list[Fault]) -> date | None:
    try:
        return date.fromisoformat(cell.text.strip())
    except ValueError:
        faults.append(fault(Code.KMP_05, cell.line, key, value=cell.text, right=_DATE))
        return None
