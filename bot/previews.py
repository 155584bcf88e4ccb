"""What a blast would do, in numbers and in staff's words."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from scheduler.walk import PREPARING
from storage import tiers
from storage.audiences import AT_ITS_HOUR
from storage.reasons import WAITS

if TYPE_CHECKING:
    from bot.costs import Estimate
    from bot.plans import Plan

ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
"""What staff call a time zone; another goes by its own name."""

LATER = WAITS | {AT_ITS_HOUR, PREPARING}
"""Why somebody of the wave is not reached now who will be."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a blast would do: whom it reaches where, why others not, and what some would read.

    `by_zone` counts the same people as `by_channel`. `last_at` is when the last message would go
    if nothing stood in its way but the rate, send hours where the plan keeps them and, where `tier`
    is set, the provider's daily people; `strangers` would each be one of these. `ahead` messages of
    other blasts go first. `is_off_hours`: it is no hour for some of the people now. `campaign` has
    the wave already, whose rules hold. `is_stopped`: its blast was stopped for good.
    """

    plan: "Plan"
    by_channel: Mapping[str, int]
    by_zone: Mapping[str, int]
    not_sent: Mapping[str, int]
    samples: Sequence[tuple[str, str]]
    first_at: datetime
    last_at: datetime
    sent_before: int | None
    cost: "Estimate"
    strangers: int = 0
    ahead: int = 0
    tier: int | None = None
    is_off_hours: bool = False
    campaign: str = ""
    is_stopped: bool = False

    @property
    def reached(self) -> int:
        """How many people it reaches."""
        return sum(self.by_channel.values())

    @property
    def hours(self) -> float:
        """How long sending takes."""
        return (self.last_at - self.first_at).total_seconds() / 3600

    @property
    def days(self) -> int:
        """On how many days, of 24 hours each, something is sent."""
        return math.floor(self.hours / 24) + 1

    @property
    def waits(self) -> bool:
        """Whether nothing goes before the send hours begin."""
        return self.plan.keeps_hours and self.is_off_hours and self.reached > 0

    @property
    def lasts(self) -> str:
        """About how long sending takes, in Indonesian."""
        minutes = round(self.hours * 60)
        if minutes < 1:
            return "kurang dari semenit"
        if minutes < 120:
            return f"{minutes} menit"
        return f"{self.hours:.0f} jam" if self.hours < 24 else f"{self.days} hari"


def said(found: Preview, zone: str) -> list[str]:
    """Return what a preview says, a line each, without its samples."""
    plan = found.plan
    lines = [f"{plan.title}, lewat {plan.channel}"]
    lines.append(f"Akan dikirimi: {found.reached} orang ({_counted(found.by_channel)})")
    if not found.reached:
        return lines + _left_out(found)
    zones = Counter[str]()
    for name, number in found.by_zone.items():
        zones[ZONES.get(name, name)] += number
    lines.append(f"Zona waktu: {_counted(zones)}")
    first, last = (moment(one, zone) for one in (found.first_at, found.last_at))
    lines.append(f"Pesan: {found.reached}, {found.lasts}: pertama {first}, terakhir {last}")
    if found.is_off_hours:
        lines.append(_off_hours(plan))
    if found.tier is not None and found.strangers:
        most = tiers.bulk_people(found.tier)
        lines.append(
            f"Batas harian WhatsApp {found.tier} orang: siaran memakai paling banyak {most} "
            "sehari, sisanya untuk balasan"
        )
    lines.append(found.cost.words)
    if found.ahead:
        lines.append(f"{found.ahead} kiriman siaran lain mengantre lebih dulu.")
    return lines + _left_out(found)


def _off_hours(plan: "Plan") -> str:
    if plan.keeps_hours:
        return (
            "Sekarang di luar jam kirim: yang belum waktunya menunggu, menurut zona masing-masing."
        )
    return (
        "Perhatian: sekarang di luar jam kirim bagi sebagian orang, dan siaran ini langsung "
        "berangkat. Agar menunggu, pakai: lacak blast send … --in-hours"
    )


def report(found: Preview) -> dict[str, Any]:
    """Return a preview as JSON, `blast preview --json`."""
    plan = found.plan
    return {
        "form": plan.form_id,
        "cohort": plan.batch.name,
        "period": plan.period,
        "channel": plan.channel,
        "reached": found.reached,
        "messages": found.reached,
        "by_channel": dict(found.by_channel),
        "by_zone": dict(found.by_zone),
        "not_sent": dict(found.not_sent),
        "first_at": found.first_at.isoformat(timespec="seconds"),
        "last_at": found.last_at.isoformat(timespec="seconds"),
        "days": found.days,
        "ahead": found.ahead,
        "samples": [{"name": name, "text": text} for name, text in found.samples],
        "cost": found.cost.report(),
    }


def moment(at: datetime, zone: str) -> str:
    """Return `21 Nov 10.41 WITA`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {MONTHS[local.month - 1]} {local:%H.%M} {ZONES.get(zone, zone)}"


def _counted(found: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in found.items()) or "-"


def _left_out(found: Preview) -> list[str]:
    lines = [
        f"{'Menyusul' if why in LATER else 'Tidak dikirimi'}: {number} orang, {why}"
        for why, number in found.not_sent.items()
    ]
    if found.is_stopped:
        lines.append("Siaran gelombang ini sudah dihentikan untuk seterusnya; pakai --period lain.")
    elif found.sent_before is not None:
        lines.append(
            f"Gelombang ini dibuka kampanye {found.campaign}: jam kirim, masa tenang dan batas "
            "setahunnya tetap berlaku."
            if found.campaign
            else "Gelombang ini sudah ada; hanya anggota baru yang ditambahkan."
        )
    return lines
