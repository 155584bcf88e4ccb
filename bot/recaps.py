"""Recaps as staff ask for them: of a cohort or a prodi, for those who may see it, audited."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.roles import may_see
from exports.recap import Recap, recap
from storage import audit, cohorts, forms, interviews, reach
from storage.cohorts import Batch
from storage.staff import StaffRow

if TYPE_CHECKING:
    from bot.service import Service

WITH_RECEIPTS = frozenset({"whatsapp"})
"""Channels whose provider says when a message arrived; elsewhere sending it is all we learn."""


class CannotRecap(Exception):
    """A recap that cannot be; the message says what would work, in Indonesian."""


def make_recap(
    service: "Service",
    actor: str,
    who: StaffRow | None,
    *,
    form_id: str,
    cohort: str = "",
    prodi: str = "",
    period: str = "",
) -> Recap:
    """Return the recap of a form for a cohort, else a prodi, and note who asked for it.

    `who` is the one of the staff that `actor` names; None while an office has no staff yet. A
    coordinator sees their own prodi only, and all of it when nothing is named. Without a period
    it is the one whose wave was opened last.

    Raises:
        CannotRecap
    """
    now = service.now()
    with service.database.read() as db:
        form_pk = forms.newest(db, form_id)
        if form_pk is None:
            raise CannotRecap(f"kuesioner '{form_id}' belum terbit; lihat: lacak form list")
        scope, batches = _scope(db, who, cohort, prodi)
        ids = [batch.id for batch in batches]
        period = period or reach.newest_period(db, form_id, ids)
        people = reach.of_cohorts(
            db, form_id=form_id, cohort_ids=ids, period=period, with_receipts=WITH_RECEIPTS
        )
        asked = [one.interview_id for one in people if one.interview_id is not None]
        found = recap(
            people,
            interviews.rows(db, service.vault, form_id, only=asked, erased=True),
            lambda pk: service.turns.form(db, pk),
            newest=service.turns.form(db, form_pk),
            scope=scope,
            period=period,
            as_of=now.astimezone(ZoneInfo(service.office.zone)).date(),
        )
    detail = f"{form_id}, {'cohort' if cohort else 'prodi'} {ids}, {period or 'no period'}"
    with service.database.write() as db:
        audit.note(db, actor=actor, action="recap", detail=detail, at=now)
    return found


def _scope(
    db: Connection, who: StaffRow | None, cohort: str, prodi: str
) -> tuple[str, Sequence[Batch]]:
    every = [batch for batch, _members in cohorts.listed(db)]
    own = [batch for batch in every if who is None or may_see(who, batch)]
    if not own:
        raise CannotRecap(_nothing_to_see(who))
    if cohort:
        found = [batch for batch in own if batch.name == cohort]
        if found:
            return f"Angkatan {cohort}", found
        raise CannotRecap(f"angkatan '{cohort}' tidak ada; yang ada: {_few(b.name for b in own)}")
    names = sorted({batch.prodi for batch in own})
    if not prodi and who is not None and who.role == "coordinator":
        return f"Prodi {', '.join(names)}", own
    found = [batch for batch in own if batch.prodi.casefold() == prodi.strip().casefold()]
    if prodi and found:
        return f"Prodi {found[0].prodi}", found
    what = f"prodi '{prodi}' tidak ada" if prodi else "sebutkan --cohort atau --prodi"
    raise CannotRecap(f"{what}; prodi yang ada: {_few(names)}")


def _nothing_to_see(who: StaffRow | None) -> str:
    if who is None or who.role != "coordinator":
        return "belum ada angkatan; impor dulu dengan: lacak people import"
    if not who.prodi:
        again = f"lacak staff role {who.name} coordinator --prodi NAMA"
        return f"prodi {who.name} belum dicatat; minta admin menjalankan: {again}"
    return f"belum ada angkatan di prodi {who.prodi}; lihat: lacak people cohorts"


def _few(names: Iterable[str]) -> str:
    return ", ".join(list(names)[:8])
