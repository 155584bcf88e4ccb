"""Which interviews are over though nobody finished them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select, update

from flows.state import OPEN, Status
from storage.audiences import TIME_OVER, State
from storage.tables import Audience, FormVersion, Interview
from storage.tables.columns import table

_interview = table(Interview)
_audience = table(Audience)
_form = table(FormVersion)
_newer = _interview.alias("newer")
_newers = _form.alias("newers")


def due(db: Connection, *, unchanged_since: datetime, limit: int) -> Sequence[int]:
    """Return interviews to close: their person's time in the wave is over, a newer interview of
    the same form took their place, or a change to what was finished was left at that.
    """
    over = (
        select(_audience.c.id)
        .where(
            _audience.c.interview_id == _interview.c.id,
            _audience.c.state == State.CLOSED,
            _audience.c.reason == TIME_OVER,
        )
        .exists()
    )
    replaced = (
        select(_newer.c.id)
        .join(_newers, _newers.c.id == _newer.c.form_pk)
        .where(
            _newer.c.respondent_id == _interview.c.respondent_id,
            _newer.c.id > _interview.c.id,
            _newers.c.form_id == _form.c.form_id,
            _newer.c.status != Status.NEW,
        )
        .exists()
    )
    left = and_(
        _interview.c.status == Status.ASKING,
        _interview.c.finished_at.is_not(None),
        _interview.c.updated_at < unchanged_since,
    )
    query = (
        select(_interview.c.id)
        .join(_form, _form.c.id == _interview.c.form_pk)
        .where(_interview.c.status.in_(OPEN), or_(over, replaced, left))
        .order_by(_interview.c.id)
        .limit(limit)
    )
    return list(db.execute(query).scalars())


def end_wave(db: Connection, wave_id: int) -> int:
    """Say that the time of a wave's people is over; return of how many who had not answered."""
    finished = (
        select(_interview.c.id)
        .where(_interview.c.id == _audience.c.interview_id, _interview.c.status == Status.FINISHED)
        .exists()
    )
    found = db.execute(
        update(_audience)
        .where(
            _audience.c.wave_id == wave_id,
            or_(
                _audience.c.state == State.OWED,
                # who stopped or declined; another reason, such as a placement, is kept
                and_(_audience.c.state == State.CLOSED, _audience.c.reason == ""),
            ),
            ~finished,
        )
        .values(state=State.CLOSED, reason=TIME_OVER, next_at=None)
    )
    db.execute(
        update(_audience)
        .where(_audience.c.wave_id == wave_id, _audience.c.state == State.OWED)
        .values(state=State.CLOSED, next_at=None)
    )
    return int(found.rowcount)
