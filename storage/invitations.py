"""Whom a wave may invite now, for many people at once: asked one by one it took minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select
from sqlalchemy.dialects import postgresql, sqlite

from flows.state import OPEN
from storage import progress
from storage.addresses import IN_USE
from storage.audiences import State
from storage.bulk import chunks
from storage.tables import Address, Audience, Blast, Consent, FormVersion, Interview
from storage.tables.columns import table

_address = table(Address)
_theirs = _address.alias("theirs")
_audience = table(Audience)
_blast = table(Blast)
_consent = table(Consent)
_form = table(FormVersion)
_interview = table(Interview)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of some people, each a set of them.

    `talking`: in an interview that moved not long ago; `sharing`: somebody else, at an address of
    theirs, is; `agreed`: to this form's notice in this version; `answered`: this form within the
    wave's period, asked by no wave (a personal link).
    """

    invited: frozenset[int]
    talking: frozenset[int]
    sharing: frozenset[int]
    agreed: frozenset[int]
    answered: frozenset[int]


@dataclass(frozen=True, slots=True)
class Question:
    """What a wave asks about people; `wave_id` 0: it is not there yet.

    An interview that has not moved since `silent_since` holds nobody up. `answered_since` None:
    the period has no dates.
    """

    wave_id: int
    form_id: str
    notice: str
    silent_since: datetime
    answered_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The place in a wave of somebody who is owed a message: an interview, or news without one.

    `next_at` is when a campaign looks after them again.
    """

    respondent_id: int
    interview_id: int | None = None
    next_at: datetime | None = None


def known(db: Connection, people: Sequence[int], asked: Question) -> Known:
    """Return what is known of these people."""
    found = [_known(db, some, asked) for some in chunks(people)]
    names = ("invited", "talking", "sharing", "agreed", "answered")
    return Known(*(frozenset().union(*(getattr(one, name) for one in found)) for name in names))


def place(db: Connection, wave_id: int, places: Sequence[Place], *, at: datetime) -> None:
    """Write down who of a wave is owed its message; who has an interview stays as they are."""
    if not places:
        return
    insert = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    query = insert(_audience)
    names = ("interview_id", "reason", "state", "owed_at", "next_at")
    new = {name: query.excluded[name] for name in names}
    query = query.on_conflict_do_update(
        index_elements=["wave_id", "respondent_id"],
        set_=new,
        where=_audience.c.interview_id.is_(None),
    )
    db.execute(
        query,
        [
            {
                "wave_id": wave_id,
                "respondent_id": one.respondent_id,
                "interview_id": one.interview_id,
                "reason": "",
                "state": State.OWED,
                "owed_at": None if one.interview_id is None else at,
                "next_at": one.next_at,
                "reminded": 0,
            }
            for one in places
        ],
    )


def _known(db: Connection, people: Sequence[int], asked: Question) -> Known:
    ids = list(people)
    busy = and_(
        _interview.c.status.in_(OPEN),
        _interview.c.updated_at > asked.silent_since,
        progress.was_told(_interview.c.id),
    )
    invited = select(_audience.c.respondent_id).where(
        _audience.c.wave_id == asked.wave_id,
        _audience.c.respondent_id.in_(ids),
        _audience.c.interview_id.is_not(None),
    )
    talking = select(_interview.c.respondent_id).where(_interview.c.respondent_id.in_(ids), busy)
    sharing = (
        select(_address.c.respondent_id)
        .join(
            _theirs,
            and_(
                _theirs.c.value == _address.c.value,
                _theirs.c.channel == _address.c.channel,
                _theirs.c.respondent_id != _address.c.respondent_id,
                _theirs.c.use.in_(IN_USE),
            ),
        )
        .join(_interview, _interview.c.respondent_id == _theirs.c.respondent_id)
        .where(_address.c.respondent_id.in_(ids), _address.c.use == "main", busy)
    )
    last = (
        select(func.max(_consent.c.id))
        .where(
            _consent.c.respondent_id.in_(ids),
            _consent.c.form_id == asked.form_id,
            _consent.c.text_version == asked.notice,
        )
        .group_by(_consent.c.respondent_id)
    )
    agreed = select(_consent.c.respondent_id).where(_consent.c.id.in_(last), _consent.c.agreed)
    return Known(
        invited=_set(db, invited),
        talking=_set(db, talking),
        sharing=_set(db, sharing),
        agreed=_set(db, agreed),
        answered=_answered(db, ids, asked.form_id, asked.answered_since),
    )


def _answered(
    db: Connection, ids: Sequence[int], form_id: str, since: datetime | None
) -> frozenset[int]:
    if since is None:
        return frozenset()
    query = (
        select(_interview.c.respondent_id)
        .join(_form, _form.c.id == _interview.c.form_pk)
        .where(
            _interview.c.respondent_id.in_(ids),
            _form.c.form_id == form_id,
            _interview.c.finished_at >= since,
            ~_in_a_wave(),
        )
    )
    return _set(db, query)


def _in_a_wave() -> ColumnElement[bool]:
    """Return whether a wave has the interview: what it asked was another period's question."""
    return (
        select(_audience.c.id)
        .where(
            _audience.c.respondent_id == _interview.c.respondent_id,
            _audience.c.interview_id == _interview.c.id,
        )
        .exists()
    )


def _set(db: Connection, query: Select[Any]) -> frozenset[int]:
    return frozenset(db.execute(query).scalars())
