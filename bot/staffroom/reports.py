"""`/rekap` and `/hariini`: how a cohort stands, and what today brought."""

from typing import TYPE_CHECKING

from bot.blasts import Blasts
from bot.staffroom.blasting import said_of
from bot.staffroom.saying import Answer, Asked, CannotDo, find_cohort
from bot.today import day, said_of_day
from storage import blasts, waves

if TYPE_CHECKING:
    from bot.service import Service


def recap(service: "Service", asked: Asked) -> Answer:
    """Show what became of every survey of a cohort."""
    batch = find_cohort(service, asked.who, asked.rest)
    with service.database.read() as db:
        of_batch = {one.id for one in waves.listed(db) if one.cohort_id == batch.id}
        found = [one.id for one in blasts.listed(db) if one.wave_id in of_batch]
    if not found:
        raise CannotDo(f"belum ada siaran untuk {batch.name}")
    return Answer("\n\n".join(said_of(Blasts(service).figures(one)) for one in found))


def today(service: "Service", _asked: Asked) -> Answer:
    """Show what today brought."""
    return Answer(said_of_day(day(service, service.now())))
