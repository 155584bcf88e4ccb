"""`/rekap` and `/hariini`: how a cohort stands, and what today brought."""

from typing import TYPE_CHECKING

from bot.recaps import CannotRecap, make_recap
from bot.staffroom.saying import Answer, Asked, CannotDo, find_cohort
from bot.today import day, said_of_day
from exports.recap import render_text
from storage import forms, waves

if TYPE_CHECKING:
    from bot.service import Service


def recap(service: "Service", asked: Asked) -> Answer:
    """Show what became of every survey of a cohort."""
    batch = find_cohort(service, asked.who, asked.rest)
    with service.database.read() as db:
        surveys = dict.fromkeys(w.form_id for w in waves.listed(db) if w.cohort_id == batch.id)
        known = list(dict.fromkeys(form_id for _pk, form_id, *_ in forms.listed(db)))
    try:
        found = [
            render_text(
                make_recap(service, asked.who.name, asked.who, form_id=one, cohort=batch.name)
            )
            for one in surveys or known[:1]
        ]
    except CannotRecap as error:
        raise CannotDo(str(error)) from None
    if not found:
        raise CannotDo("belum ada kuesioner yang terbit")
    return Answer("\n\n".join(found))


def today(service: "Service", _asked: Asked) -> Answer:
    """Show what today brought."""
    return Answer(said_of_day(day(service, service.now())))
