"""Who of some cohorts a survey is about, and whether asking them reached them (law 4)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.outbox import RANK
from storage.tables import Address, Audience, FormVersion, Interview, Membership, Owed, Wave
from storage.tables.columns import table

_membership = table(Membership)
_audience = table(Audience)
_wave = table(Wave)
_interview = table(Interview)
_form = table(FormVersion)
_outbox = table(Owed)
_address = table(Address)

NOT_ASKED = "belum diundang"
WAITING = "menunggu dikirim"
NOT_SENT = "tidak terkirim"
NO_RECEIPT = "terkirim, belum ada tanda sampai"


@dataclass(frozen=True, slots=True)
class Reached:
    """One person and what became of asking them.

    `interview_id` None: never invited. `arrived`: a message is known to have come to them;
    otherwise `reason` says in staff's words why not.
    """

    respondent_id: int
    interview_id: int | None = None
    arrived: bool = False
    reason: str = NOT_ASKED


def newest_period(db: Connection, form_id: str, cohort_ids: Collection[int]) -> str:
    """Return the period of the wave of this form that was opened last, or nothing."""
    query = select(_wave.c.period).where(
        _wave.c.form_id == form_id, _wave.c.cohort_id.in_(list(cohort_ids))
    )
    return db.execute(query.order_by(_wave.c.id.desc()).limit(1)).scalar() or ""


def of_cohorts(
    db: Connection,
    *,
    form_id: str,
    cohort_ids: Collection[int],
    period: str,
    with_receipts: Collection[str],
) -> Sequence[Reached]:
    """Return everyone of the cohorts, each once, in the order they came to us.

    A person's interview is the one of this form and period, in whichever cohort they were asked
    (law 11); else one asked for outside every wave, by a personal link, that has moved since the
    period's first wave was opened. On channels `with_receipts` a message arrived when a receipt
    says so; elsewhere when it was sent.
    """
    members = (
        select(_membership.c.respondent_id)
        .where(_membership.c.cohort_id.in_(list(cohort_ids)))
        .distinct()
    )
    ids = db.execute(members.order_by(_membership.c.respondent_id)).scalars()
    people = {one: Reached(one) for one in ids}
    for row in db.execute(_by_link(form_id, cohort_ids, period)):
        if row.respondent_id in people:
            people[row.respondent_id] = Reached(row.respondent_id, row.id)
    for row in db.execute(_by_wave(members, form_id, cohort_ids, period)):
        if row.interview_id is not None:
            people[row.respondent_id] = Reached(row.respondent_id, row.interview_id)
        elif people[row.respondent_id].interview_id is None:
            people[row.respondent_id] = Reached(row.respondent_id, reason=row.reason)
    messages = _messages(db, members)
    return [
        _followed(one, messages.get(one.interview_id, ()), with_receipts)
        if one.interview_id is not None
        else one
        for one in people.values()
    ]


def _by_link(form_id: str, cohort_ids: Collection[int], period: str) -> Select[Any]:
    """Return interviews that belong to no wave, oldest first."""
    in_a_wave = select(_audience.c.id).where(_audience.c.interview_id == _interview.c.id).exists()
    query = (
        select(_interview.c.respondent_id, _interview.c.id)
        .join(_form, _form.c.id == _interview.c.form_pk)
        .where(_form.c.form_id == form_id, _interview.c.cohort_id.in_(list(cohort_ids)), ~in_a_wave)
        .order_by(_interview.c.id)
    )
    if not period:
        return query
    opened = select(func.min(_wave.c.opened_at)).where(
        _wave.c.form_id == form_id,
        _wave.c.period == period,
        _wave.c.cohort_id.in_(list(cohort_ids)),
    )
    return query.where(_interview.c.updated_at >= opened.scalar_subquery())


def _by_wave(
    members: Select[Any], form_id: str, cohort_ids: Collection[int], period: str
) -> Select[Any]:
    """Return what the period's waves wrote down of these people; only their own say why not."""
    return (
        select(_audience.c.respondent_id, _audience.c.interview_id, _audience.c.reason)
        .join(_wave, _wave.c.id == _audience.c.wave_id)
        .where(
            _wave.c.form_id == form_id,
            _wave.c.period == period,
            _audience.c.respondent_id.in_(members),
            _audience.c.interview_id.is_not(None) | _wave.c.cohort_id.in_(list(cohort_ids)),
        )
        .order_by(_audience.c.id)
    )


def _messages(db: Connection, members: Select[Any]) -> Mapping[int, Sequence[Any]]:
    """Return interview → how its messages to these people stand, found by whose address it is."""
    query = (
        select(_outbox.c.interview_id, _outbox.c.status, _outbox.c.reason, _address.c.channel)
        .join(_address, _address.c.id == _outbox.c.address_id)
        .where(_address.c.respondent_id.in_(members), _outbox.c.interview_id.is_not(None))
        .distinct()
    )
    found: dict[int, list[Any]] = {}
    for row in db.execute(query):
        found.setdefault(row.interview_id, []).append(row)
    return found


def _followed(one: Reached, messages: Iterable[Any], with_receipts: Collection[str]) -> Reached:
    """Return the person with how far the message that came farthest came."""
    farthest = max(messages, key=lambda row: RANK[row.status], default=None)
    if farthest is None or farthest.status in ("queued", "sending"):
        return replace(one, reason=WAITING)
    if farthest.status in ("delivered", "read"):
        return replace(one, arrived=True, reason="")
    if farthest.status == "sent":
        arrived = farthest.channel not in with_receipts
        return replace(one, arrived=arrived, reason="" if arrived else NO_RECEIPT)
    return replace(one, reason=farthest.reason or NOT_SENT)
