"""`/rekap` and `/hariini`: how a cohort stands, and what today brought."""

from typing import TYPE_CHECKING

from bot.blasts import Blasts
from bot.staffroom.blasting import said_of
from bot.staffroom.saying import CannotDo, find_cohort
from bot.today import day, said_of_day
from storage import blasts, waves
from storage.staff import StaffRow

if TYPE_CHECKING:
    from bot.service import Service


def recap(service: "Service", who: StaffRow, rest: str) -> str:
    """Show what became of every survey of a cohort."""
    batch = find_cohort(service, who, rest)
    with service.database.read() as db:
        of_batch = {one.id for one in waves.listed(db) if one.cohort_id == batch.id}
        found = [one.id for one in blasts.listed(db) if one.wave_id in of_batch]
    if not found:
        raise CannotDo(f"belum ada siaran untuk {batch.name}")
    return "\n\n".join(said_of(Blasts(service).figures(one)) for one in found)


def today(service: "Service", _who: StaffRow, _rest: str) -> str:
    """Show what today brought."""
    return said_of_day(day(service, service.now()))
