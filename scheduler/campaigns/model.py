"""A campaign as it is understood: rules, and nothing that has happened."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

Range = tuple[time, time]
"""From, inclusive, to, exclusive; over midnight when the end is earlier."""


class Late(StrEnum):
    """What somebody gets who could not be asked when the wave was due."""

    CATCH_UP = "kejar"  # the wave still goes, for so many days
    SKIP = "lewati"
    NEXT = "berikutnya"  # the next wave of the campaign


class Count(StrEnum):
    """Which date puts a person into a caturwulan: an office's choice (domain: kebekerjaan)."""

    ANSWER = "jawaban"
    TRAINING = "akhir_pelatihan"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of calendar time: months and years by the calendar, days as they are."""

    days: int = 0
    months: int = 0

    @property
    def label(self) -> str:
        """Return `1bulan`, `2tahun`, `14hari` or `selesai`: one name, however it was written."""
        parts = []
        if self.months % 12:
            parts.append(f"{self.months}bulan")
        elif self.months:
            parts.append(f"{self.months // 12}tahun")
        if self.days:
            parts.append(f"{self.days}hari")
        return "".join(parts) or "selesai"


@dataclass(frozen=True, slots=True)
class Naming:
    """An answer that names somebody to ask: items of a form that hold their name and number."""

    form: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Rule:
    """When a wave is due: exactly one of these is set.

    `after`: so long after a cohort's end. `caturwulan`: in the `month`-th month of each, on its
    `day`, counted by `count`. `on`: one date. `cron`: days that a crontab line names.
    `naming`: whenever an answer names somebody.
    """

    line: int
    after: Span | None = None
    caturwulan: Count | None = None
    month: int = 4
    day: int = 1
    on: date | None = None
    cron: str = ""
    naming: Naming | None = None

    @property
    def key(self) -> str:
        """Return what makes two rules the same one; where they stand does not."""
        if self.after is not None:
            return self.after.label
        if self.caturwulan is not None:
            return "caturwulan"
        if self.naming is not None:
            return "naming"
        return self.cron or (self.on.isoformat() if self.on else "")


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a campaign is for: cohorts by kind, prodi and age, members by status and condition.

    `ended_within` None: cohorts of any age. `where` is an XLSForm condition on a person's facts.
    `unanswered`: only who has not finished the form in the wave's caturwulan.
    """

    kinds: tuple[str, ...]
    prodi: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    where: str = ""
    ended_within: Span | None = None
    unanswered: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """When messages may go, in the person's own zone.

    Sending begins at `send_at` and ends at `until`; never within `quiet`, nor within `friday`
    on Fridays. In Ramadan only within `ramadan`. On holidays and weekends only where said.
    """

    send_at: time = time(9)
    until: time = time(17)
    quiet: Range = (time(20), time(7))
    friday: Range | None = (time(11, 30), time(13))
    ramadan: Range | None = (time(9), time(15))
    on_holidays: bool = False
    on_weekends: bool = True


@dataclass(frozen=True, slots=True)
class Open:
    """How long somebody may answer, counted from when their invitation left."""

    days: int
    is_working: bool = False

    @property
    def words(self) -> str:
        """Return it as staff read it."""
        return f"{self.days} hari kerja" if self.is_working else f"{self.days} hari"


@dataclass(frozen=True, slots=True)
class Campaign:
    """The rule: which form, to whom, when, how often reminded.

    `reminders` are days after the invitation left. `late_days` counts for `Late.CATCH_UP`.
    `cooling_off_days` pass between two surveys to one person, and at most `yearly_cap` reach
    them in 365 days, over all campaigns. `link` goes into reminders.
    """

    name: str
    title: str
    form: str
    legal_basis: str
    audience: Audience
    waves: tuple[Rule, ...]
    channels: tuple[str, ...]
    hours: Hours
    open: Open
    reminders: tuple[int, ...] = ()
    late: Late = Late.SKIP
    late_days: int = 0
    cooling_off_days: int = 7
    yearly_cap: int = 6
    link: str = ""
    source: str = ""
