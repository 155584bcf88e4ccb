"""The note of the day: what was sent, who answered, what needs a look."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.words import long_date
from storage import alerts, blasts, diary, enquiries, privacy

if TYPE_CHECKING:
    from bot.service import Service

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


@dataclass(frozen=True, slots=True)
class Day:
    """What a day brought, and what stands at its end."""

    on: date
    sent: int
    answered: int
    finished: int
    stopped: int
    enquiries: int
    wishes: int
    late_wishes: int
    running: int
    paused: int
    troubles: tuple[str, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell."""
        happened = (self.sent, self.answered, self.finished, self.stopped, self.enquiries,
                    self.wishes)  # fmt: skip
        return not any(happened) and not self.troubles


def day(service: "Service", now: datetime) -> Day:
    """Return the day so far, in the office's zone."""
    local = now.astimezone(ZoneInfo(service.office.zone))
    since = datetime.combine(local.date(), time(), local.tzinfo)
    with service.database.read() as db:
        found = diary.since(db, since)
        states = [one.status for one in blasts.listed(db)]
        return Day(
            on=local.date(),
            sent=found.sent,
            answered=found.answered,
            finished=found.finished,
            stopped=found.stopped,
            enquiries=enquiries.count_open(db),
            wishes=privacy.count_open(db),
            late_wishes=privacy.count_open(db, due_before=now),
            running=states.count("running"),
            paused=states.count("paused"),
            troubles=tuple(one.sentence for one in alerts.standing_now(db)),
        )


def said_of_day(found: Day) -> str:
    """Return the note in lines that fit a phone."""
    on = found.on
    head = f"{_DAYS[on.weekday()]}, {long_date(on.isoformat())}"
    lines = [
        f"Pesan terkirim: {found.sent}",
        f"Orang menjawab: {found.answered}, selesai: {found.finished}",
    ]
    if found.stopped:
        lines.append(f"Minta berhenti: {found.stopped}")
    if found.running or found.paused:
        lines.append(f"Siaran berjalan: {found.running}, dijeda: {found.paused}")
    if found.enquiries:
        lines.append(f"Pertanyaan menunggu: {found.enquiries} (/kotak)")
    if found.wishes:
        late = f", {found.late_wishes} lewat batas" if found.late_wishes else ""
        lines.append(f"Permintaan data pribadi: {found.wishes}{late} (/privasi)")
    lines += [f"Perlu dilihat: {one}" for one in found.troubles]
    return "\n".join((head, *lines))
