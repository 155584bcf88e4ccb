"""The office's calendar as its file says now; a wrong file stops nothing and is told."""

from collections.abc import Sequence
from pathlib import Path

from bot.settings import DEFAULTS
from scheduler.campaigns.faults import CampaignFaults, Code, Fault, fault
from scheduler.campaigns.office_days import OfficeDays, national, read_office_days


class OfficeCalendar:
    """Reads `OFFICE_CALENDAR` again when it changed, and keeps the last good one meanwhile.

    Without a file at the usual place the national calendar holds.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.faults: Sequence[Fault] = ()
        self._days = national()
        self._read_at: float | None = None
        self._is_known = path != DEFAULTS["OFFICE_CALENDAR"]

    @property
    def is_own(self) -> bool:
        """Whether the office has a file of its own in use."""
        return self._read_at is not None and not self.faults

    def days(self) -> OfficeDays:
        """Return the calendar that holds now; `faults` says what is wrong with the file."""
        file = Path(self.path)
        try:
            changed = file.stat().st_mtime
            if changed != self._read_at:
                self._read_at, self._is_known = changed, True
                self._days, self.faults = read_office_days(file.read_bytes()), ()
        except FileNotFoundError:
            self._read_at = None
            self.faults = (
                (_unreadable("berkasnya tidak ada; periksa OFFICE_CALENDAR"),)
                if self._is_known
                else ()
            )
        except OSError as error:
            self._read_at = None
            self.faults = (_unreadable(error.strerror or type(error).__name__),)
        except CampaignFaults as error:
            self.faults = error.faults
        return self._days

    def sentences(self) -> Sequence[str]:
        """Return what is wrong with the file, each with its line and what would work."""
        self.days()
        return [one.sentence(self.path) for one in self.faults]


def _unreadable(why: str) -> Fault:
    return fault(Code.KMP_01, 0, reason=why)
