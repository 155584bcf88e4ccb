"""Whom answers named, so that each answer names somebody once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from flows.state import Status
from storage.database import insert_ignore
from storage.tables import FormVersion, Interview, Naming, Respondent
from storage.tables.columns import table

_naming = table(Naming)
_interview = table(Interview)
_form = table(FormVersion)
_respondent = table(Respondent)


def unseen(db: Connection, form_id: str, *, since: datetime, limit: int) -> Sequence[int]:
    """Return finished interviews of a form that nobody has looked at for names."""
    seen = select(_naming.c.interview_id).where(_naming.c.interview_id == _interview.c.id)
    query = (
        select(_interview.c.id)
        .join(_form, _form.c.id == _interview.c.form_pk)
        .where(
            _form.c.form_id == form_id,
            _interview.c.status == Status.FINISHED,
            _interview.c.finished_at >= since,
            ~seen.exists(),
        )
    )
    return list(db.execute(query.order_by(_interview.c.id).limit(limit)).scalars())


def note(db: Connection, interview_id: int, at: datetime) -> bool:
    """Note that an interview was looked at; False when it was before."""
    row = {"interview_id": interview_id, "respondent_id": None, "at": at}
    return insert_ignore(db, Naming, row, "interview_id") is not None


def names(db: Connection, interview_id: int, respondent_id: int) -> None:
    """Note whom an interview named."""
    row = _naming.update().where(_naming.c.interview_id == interview_id)
    db.execute(row.values(respondent_id=respondent_id))


def giver(db: Connection, respondent_id: int) -> str:
    """Return the name of who named this person last, or nothing."""
    query = (
        select(_respondent.c.name)
        .join(_interview, _interview.c.respondent_id == _respondent.c.id)
        .join(_naming, _naming.c.interview_id == _interview.c.id)
        .where(_naming.c.respondent_id == respondent_id, _respondent.c.erased_at.is_(None))
        .order_by(_naming.c.interview_id.desc())
        .limit(1)
    )
    return str(db.execute(query).scalar() or "")
