"""Placements that another register knows, beside what people answered us."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from flows.state import Status
from storage.audiences import State
from storage.bulk import chunks
from storage.database import insert_ignore
from storage.secrets import Vault
from storage.tables import Audience, Interview, Owed, Placement, Wave
from storage.tables.columns import table

_placement = table(Placement)
_audience = table(Audience)
_interview = table(Interview)
_outbox = table(Owed)
_wave = table(Wave)
_CONTENT = "placement.content"
_OPEN = (State.PLANNED, State.WAITING, State.OWED)


@dataclass(frozen=True, slots=True)
class Placed:
    """What a register says of somebody's work, as it says it."""

    status: str
    company: str = ""
    place: str = ""
    position: str = ""
    since: str = ""


def put(
    db: Connection, vault: Vault, respondent_id: int, placed: Placed, *, source: str, by: str,
    at: datetime,
) -> bool:  # fmt: skip
    """Store a person's placement; return whether it says anything new."""
    before = find(db, vault, respondent_id)
    if before == placed:
        return False
    content = vault.seal(json.dumps(asdict(placed)), _CONTENT)
    values = {"source": source, "content": content, "imported_by": by, "imported_at": at}
    key = {"respondent_id": respondent_id}
    if insert_ignore(db, Placement, {**key, **values}, "respondent_id") is None:
        row = update(_placement).where(_placement.c.respondent_id == respondent_id)
        db.execute(row.values(values))
    return True


def find(db: Connection, vault: Vault, respondent_id: int) -> Placed | None:
    """Return what a register says of a person, or None."""
    query = select(_placement.c.content).where(_placement.c.respondent_id == respondent_id)
    sealed = db.execute(query).scalar()
    return None if sealed is None else Placed(**json.loads(vault.open(sealed, _CONTENT)))


def all_of(db: Connection, vault: Vault) -> Iterator[tuple[int, str, Placed]]:
    """Yield (person, source, placement) of everyone who has one."""
    for row in db.execute(select(_placement).order_by(_placement.c.respondent_id)):
        yield row.respondent_id, row.source, Placed(**json.loads(vault.open(row.content, _CONTENT)))


def close_rows(db: Connection, people: Sequence[int], *, form_id: str, reason: str) -> int:
    """Close what campaigns still have to do with these people for a form; return how many rows.

    Messages that have not left are taken back. Interviews stay open to whoever still answers, and
    what somebody finished stays their answer.
    """
    closed = 0
    for some in chunks(sorted(people)):
        waves = select(_wave.c.id).where(_wave.c.form_id == form_id, _wave.c.campaign.is_not(None))
        finished = select(_interview.c.id).where(
            _interview.c.id == _audience.c.interview_id, _interview.c.status == Status.FINISHED
        )
        query = select(_audience.c.id, _audience.c.interview_id).where(
            _audience.c.respondent_id.in_(some), _audience.c.wave_id.in_(waves),
            _audience.c.state.in_(_OPEN), ~finished.exists(),
        )  # fmt: skip
        rows = db.execute(query).all()
        ids = [row.id for row in rows]
        talks = [row.interview_id for row in rows if row.interview_id is not None]
        done = update(_audience).where(_audience.c.id.in_(ids))
        db.execute(done.values(state=State.CLOSED, reason=reason, next_at=None))
        queued = update(_outbox).where(
            _outbox.c.interview_id.in_(talks), _outbox.c.blast_id.is_not(None),
            _outbox.c.status == "queued",
        )  # fmt: skip
        db.execute(queued.values(status="canceled", reason=reason))
        closed += len(ids)
    return closed
