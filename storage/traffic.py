"""How many messages interviews took, each way and on each channel: each one is billed."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Select, func, select

from storage.tables import Address, FormVersion, Inbound, Interview, Owed, Respondent
from storage.tables.columns import table

_outbox = table(Owed)
_inbox = table(Inbound)
_interview = table(Interview)
_address = table(Address)
_form = table(FormVersion)
_respondent = table(Respondent)

WENT = ("sent", "delivered", "read")
OURS = "office"
"""The channel of events that are no messages: an invitation written down."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Messages of one interview on one channel; `openings` are a blast's, `replies` the others."""

    interview_id: int
    channel: str
    openings: int = 0
    replies: int = 0
    received: int = 0


@dataclass(frozen=True, slots=True)
class Whose:
    """A response and its respondent."""

    interview_id: int
    name: str
    status: str


def of_form(db: Connection, form_id: str) -> list[Traffic]:
    """Return the traffic of every interview of a form, in order."""
    query = select(_interview.c.id).join(_form, _form.c.id == _interview.c.form_pk)
    return list(_traffic(db, query.where(_form.c.form_id == form_id)))


def of_blast(db: Connection, blast_id: int) -> list[Traffic]:
    """Return the traffic of the interviews a blast opened, replies included."""
    query = select(_outbox.c.interview_id).where(
        _outbox.c.blast_id == blast_id, _outbox.c.interview_id.is_not(None)
    )
    return list(_traffic(db, query))


def of_news(db: Connection, blast_id: int) -> list[Traffic]:
    """Return what a blast sent outside interviews, a channel each (interview 0)."""
    query = (
        select(_address.c.channel, func.sum(_outbox.c.parts))
        .join(_address, _address.c.id == _outbox.c.address_id)
        .where(
            _outbox.c.blast_id == blast_id, _outbox.c.interview_id.is_(None),
            _outbox.c.status.in_(WENT),
        )
        .group_by(_address.c.channel)
        .order_by(_address.c.channel)
    )  # fmt: skip
    return [Traffic(0, channel, openings=int(number)) for channel, number in db.execute(query)]


def whose(db: Connection, form_id: str) -> Iterator[Whose]:
    """Yield every interview of a form with its respondent, in order."""
    query = (
        select(_interview.c.id, _respondent.c.name, _interview.c.status)
        .join(_respondent, _respondent.c.id == _interview.c.respondent_id)
        .join(_form, _form.c.id == _interview.c.form_pk)
        .where(_form.c.form_id == form_id)
        .order_by(_interview.c.id)
    )
    for row in db.execute(query):
        yield Whose(row.id, row.name, row.status)


def _traffic(db: Connection, interviews: Select[tuple[int]]) -> Iterator[Traffic]:
    found: dict[tuple[int, str], dict[str, int]] = {}
    is_opening = _outbox.c.blast_id.is_not(None)
    out = (
        select(_outbox.c.interview_id, _address.c.channel, is_opening, func.sum(_outbox.c.parts))
        .join(_address, _address.c.id == _outbox.c.address_id)
        .where(_outbox.c.interview_id.in_(interviews), _outbox.c.status.in_(WENT))
        .group_by(_outbox.c.interview_id, _address.c.channel, is_opening)
    )
    for interview_id, channel, opens, number in db.execute(out):
        counts = found.setdefault((interview_id, channel), {})
        counts["openings" if opens else "replies"] = int(number)
    received = (
        select(_inbox.c.interview_id, _inbox.c.channel, func.count())
        .where(
            _inbox.c.interview_id.in_(interviews), _inbox.c.channel != OURS,
            _inbox.c.outcome != "staff",
        )
        .group_by(_inbox.c.interview_id, _inbox.c.channel)
    )  # fmt: skip
    for interview_id, channel, number in db.execute(received):
        found.setdefault((interview_id, channel), {})["received"] = int(number)
    for (interview_id, channel), counts in sorted(found.items()):
        yield Traffic(interview_id, channel, **counts)
