"""A campaign file, read into a `Campaign` or into all its faults at once.

The file looks like `shipped/kebekerjaan_pascapelatihan.yaml`; every key is said there.
"""

import re
from collections.abc import Collection
from datetime import time
from urllib.parse import urlsplit

from flows.xlsform.faults import FormFaults, did_you_mean
from flows.xlsform.read import List, Map, read_tree
from scheduler.campaigns import conditions
from scheduler.campaigns.cells import Cells
from scheduler.campaigns.faults import CampaignFaults, Code, Fault, fault
from scheduler.campaigns.model import (
    Audience,
    Campaign,
    Count,
    Hours,
    Late,
    Naming,
    Open,
    Range,
    Rule,
    Span,
)
from scheduler.wakeup import cron

KINDS = ("pelatihan", "yudisium", "ppg", "kegiatan", "mitra", "atasan", "lain")
"""What a cohort may be."""

CHANNELS = ("telegram", "whatsapp", "web")

LEGAL_BASES = ("persetujuan", "perjanjian", "kewajiban_hukum", "kepentingan_vital",
               "tugas_publik", "kepentingan_sah")  # fmt: skip
"""UU 27/2022 Pasal 20 ayat (2), in its order."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_RULES = ("after", "each", "on", "cron")
_EXAMPLE = "misalnya {after: {months: 1}}"
_LONGEST = 366


def read_campaign(source: bytes, *, forms: Collection[str] = (), are_all: bool = False) -> Campaign:
    """Return the campaign of a file.

    `forms` are known ones: a name near one of them is taken for a slip, and where they
    `are_all` there are, any other name is.

    Raises:
        CampaignFaults: with every fault, its line and what would work.
    """
    try:
        root, found = read_tree(source)
    except FormFaults as error:
        found, root = list(error.faults), Map(0)
        raise CampaignFaults([_unreadable(one.message, one.line) for one in found]) from None
    faults = [_unreadable(one.message, one.line) for one in found]
    if not root.items:
        faults.append(_unreadable("isinya bukan kampanye; contoh: lacak campaign show tracer", 0))
        raise CampaignFaults(faults)
    campaign = _campaign(Cells(root, faults), forms, are_all=are_all)
    if faults:
        raise CampaignFaults(faults)
    return campaign


def _unreadable(reason: str, line: int) -> Fault:
    return fault(Code.KMP_01, line, reason=reason)


def _campaign(cells: Cells, forms: Collection[str], *, are_all: bool) -> Campaign:
    name = cells.text("campaign", needed="misalnya tracer")
    if name and not _NAME.fullmatch(name):
        cells.wrong("campaign", name, "pakai huruf kecil, angka dan garis bawah")
    form = cells.text("form", needed="nama kuesionernya, misalnya kebekerjaan")
    hint = did_you_mean(form, forms) if form not in forms else ""
    if form and (hint or (are_all and form not in forms)):
        cells.faults.append(
            fault(Code.KMP_06, cells.line_of("form"), "form", value=form, hint=hint)
        )
    opened = _open(cells)
    late, late_days = _late(cells)
    campaign = Campaign(
        name=name,
        title=cells.text("title") or name,
        form=form,
        legal_basis=cells.one_of("legal_basis", LEGAL_BASES),
        audience=_audience(cells),
        waves=_waves(cells),
        channels=cells.many("channels", CHANNELS, needed="misalnya [telegram, whatsapp]"),
        hours=_hours(cells),
        open=opened,
        reminders=_reminders(cells, opened),
        late=late,
        late_days=late_days,
        cooling_off_days=cells.number("cooling_off_days", 7, least=0, most=_LONGEST),
        yearly_cap=cells.number("yearly_cap", 6, least=1, most=50),
        link=_link(cells),
        source=cells.text("source"),
    )
    cells.done()
    return campaign


def _audience(cells: Cells) -> Audience:
    inner = cells.inner("audience", "tulis seperti {kind: pelatihan}")
    if inner is None:
        if cells.node("audience") is None:
            cells.lacks("audience", "misalnya {kind: pelatihan}")
        return Audience(())
    where = inner.text("where")
    if where and (why := conditions.why_wrong(where)):
        inner.faults.append(fault(Code.KMP_10, inner.line_of("where"), "where", reason=why))
    found = Audience(
        kinds=inner.many("kind", KINDS, needed=f"pilih {', '.join(KINDS)}"),
        prodi=inner.many("prodi"),
        status=inner.many("status"),
        where=where,
        ended_within=inner.span("ended_within"),
        unanswered=inner.yes("unanswered", default=False),
    )
    inner.done()
    return found


def _waves(cells: Cells) -> tuple[Rule, ...]:
    rules: dict[str, Rule] = {}
    for row in cells.rows("waves", needed=_EXAMPLE):
        rule = _rule(row)
        row.done(_RULES)
        if rule is None:
            continue
        first = rules.setdefault(rule.key, rule)
        if first is not rule:
            cells.faults.append(fault(Code.KMP_09, rule.line, "waves", line=str(first.line)))
    return tuple(rules.values())


def _rule(row: Cells) -> Rule | None:
    given = [key for key in _RULES if row.node(key) is not None]
    each = row.text("each") if "each" in given else ""
    if len(given) != 1 and not (each == "yudisium" and set(given) == {"each", "after"}):
        row.faults.append(fault(Code.KMP_08, row.line, "waves", right=_EXAMPLE))
        return None
    if each == "caturwulan":
        return _caturwulan(row)
    if each == "yudisium":
        return Rule(row.line, after=row.span("after") or Span())
    if each:
        row.wrong("each", each, "pilih caturwulan atau yudisium")
        return None
    if "on" in given:
        day = row.day("on")
        return Rule(row.line, on=day) if day else None
    if "cron" in given:
        line = row.text("cron")
        if why := cron.why_wrong(line):
            row.wrong("cron", line, why)
            return None
        return Rule(row.line, cron=" ".join(line.split()))
    return _after(row)


def _after(row: Cells) -> Rule | None:
    if isinstance(row.node("after"), Map | List):
        span = row.span("after")
        return Rule(row.line, after=span) if span else None
    if row.text("after") != "event":
        row.wrong("after", row.text("after"), "tulis seperti {months: 1}, atau event")
        return None
    inner = row.inner("event", "tulis seperti {form: tracer, name: atasan_nama, phone: atasan_hp}")
    if inner is None:
        row.lacks("event", "misalnya {form: tracer, name: atasan_nama, phone: atasan_hp}")
        return None
    named = [inner.text(key, needed="nama butirnya") for key in ("form", "name", "phone")]
    inner.done()
    return Rule(row.line, naming=Naming(*named)) if all(named) else None


def _caturwulan(row: Cells) -> Rule:
    count = row.one_of("by", [str(one) for one in Count], Count.ANSWER)
    month = row.number("month", 4 if count == Count.ANSWER else 1, least=1, most=4)
    day = row.number("day", 1, least=1, most=31)
    return Rule(row.line, caturwulan=Count(count), month=month, day=day)


def _open(cells: Cells) -> Open:
    inner = cells.inner("open", "tulis seperti {days: 3} atau {working_days: 14}")
    if inner is None:
        if cells.node("open") is None:
            cells.lacks("open", "berapa lama boleh dijawab, misalnya {days: 3}")
        return Open(_LONGEST)
    days = inner.number("days", 0, least=1, most=_LONGEST)
    working = inner.number("working_days", 0, least=1, most=_LONGEST)
    inner.done()
    if bool(inner.text("days")) == bool(inner.text("working_days")):
        cells.wrong("open", "", "tulis salah satu: {days: 3} atau {working_days: 14}")
    return Open(working, is_working=True) if working else Open(days or _LONGEST)


def _reminders(cells: Cells, opened: Open) -> tuple[int, ...]:
    """Return the days; one at or past closing would remind somebody of what is over."""
    days = []
    for said in cells.many("reminders"):
        day = cells.whole("reminders", said, 0, least=1, most=_LONGEST)
        if day >= opened.days:
            right = f"pakai paling lama {opened.days - 1}" if opened.days > 1 else "hapus"
            cells.faults.append(
                fault(
                    Code.KMP_07, cells.line_of("reminders"), "reminders", day=day,
                    open=opened.words, right=right,
                )
            )  # fmt: skip
        days.append(day)
    if sorted(days) != days:
        cells.wrong("reminders", ", ".join(map(str, days)), "urutkan dari yang paling awal")
    return tuple(day for day in days if day)


def _late(cells: Cells) -> tuple[Late, int]:
    right = "pilih {kejar: 14} (hari), lewati, atau berikutnya"
    found = cells.node("late")
    if isinstance(found, Map):
        inner = Cells(found, cells.faults, found.line)
        days = inner.number("kejar", 0, least=1, most=_LONGEST)
        inner.done()
        if not inner.text("kejar"):
            cells.wrong("late", "", right)
        return Late.CATCH_UP, days
    said = cells.text("late", needed=right)
    if said and said not in (Late.SKIP, Late.NEXT):
        cells.wrong("late", said, right)
        return Late.SKIP, 0
    return Late(said or Late.SKIP), 0


def _hours(cells: Cells) -> Hours:
    usual = Hours()
    inner = cells.inner("hours", 'tulis seperti {send_at: "09.00", until: "17.00"}')
    if inner is None:
        return usual
    hours = Hours(
        send_at=inner.clock("send_at", usual.send_at),
        until=inner.clock("until", usual.until),
        quiet=inner.range("quiet", usual.quiet),
        friday=_optional(inner, "friday", usual.friday),
        ramadan=_optional(inner, "ramadan", usual.ramadan),
        on_holidays=inner.yes("holidays", default=usual.on_holidays),
        on_weekends=inner.yes("weekends", default=usual.on_weekends),
    )
    inner.done()
    for why in _never(hours):
        cells.faults.append(fault(Code.KMP_11, inner.line, "hours", reason=why))
    return hours


def _optional(cells: Cells, key: str, usual: Range | None) -> Range | None:
    """Return a range; `tidak` switches it off."""
    if cells.text(key).lower() == "tidak":
        return None
    return cells.range(key, usual or (time(), time()))


def _never(hours: Hours) -> list[str]:
    """Return why nothing could ever go, or would go in the quiet hours."""
    if hours.until <= hours.send_at:
        return ["until tidak lebih lama dari send_at"]
    wrong = []
    if within(hours.send_at, hours.quiet) or within(_before(hours.until), hours.quiet):
        wrong.append("send_at atau until ada di dalam jam tenang (quiet)")
    for name, day in (("friday", hours.friday), ("ramadan", hours.ramadan)):
        if day is not None and day[1] <= day[0]:
            wrong.append(f"{name}: jam akhirnya tidak sesudah jam awalnya")
    if hours.friday and hours.friday[0] <= hours.send_at and hours.until <= hours.friday[1]:
        wrong.append("di hari Jumat seluruh jam kirim tertutup (friday)")
    if hours.ramadan and max(hours.ramadan[0], hours.send_at) >= min(hours.ramadan[1], hours.until):
        wrong.append("di bulan Ramadan jam kirim dan ramadan tidak bertemu")
    return wrong


def within(moment: time, span: Range) -> bool:
    """Whether a time of day lies in a range, which may run over midnight."""
    first, last = span
    return first <= moment < last if first <= last else moment >= first or moment < last


def _before(moment: time) -> time:
    minutes = moment.hour * 60 + moment.minute - 1
    return time(minutes // 60, minutes % 60) if minutes >= 0 else time()


def _link(cells: Cells) -> str:
    said = cells.text("reminder_link")
    try:
        parts = urlsplit(said)
        is_right = not said or (parts.scheme == "https" and bool(parts.hostname))
    except ValueError:
        is_right = False
    if not is_right:
        cells.wrong("reminder_link", said, "tulis alamat lengkap yang diawali https:")
    return said if is_right else ""
