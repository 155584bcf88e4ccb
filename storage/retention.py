"""How long each kind of record is kept, why, and what is due: rules as data.

A rule finds keys that are due, oldest first, and forgets them a batch at a time, so that no
transaction holds others up. What an open request, an open enquiry or a running blast needs is
never due.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, or_, select, update

from storage.memos import FAREWELL
from storage.tables import (
    Alert,
    Audience,
    Audit,
    Blast,
    Cohort,
    Enquiry,
    EnquiryLine,
    IdentityTry,
    Inbound,
    Interview,
    JoinLink,
    Membership,
    Memo,
    Merged,
    Owed,
    PrivacyRequest,
    Respondent,
    StaffMessage,
    Stray,
)
from storage.tables.columns import table

_alert, _audience, _audit, _blast = table(Alert), table(Audience), table(Audit), table(Blast)
_cohort, _enquiry, _line = table(Cohort), table(Enquiry), table(EnquiryLine)
_inbox, _interview, _link = table(Inbound), table(Interview), table(JoinLink)
_membership, _memo, _merged = table(Membership), table(Memo), table(Merged)
_outbox, _request, _respondent = table(Owed), table(PrivacyRequest), table(Respondent)
_staff_message, _stray, _try = table(StaffMessage), table(Stray), table(IdentityTry)

PAYLOAD_DAYS = 7
"""Raw requests help to find faults for a week; the parsed event stays with its interview."""

MEMO_DAYS = 30
"""What was written to staff and strangers; its key keeps it from being said twice till then."""

YEAR = 365

Forget = Callable[[Connection, Sequence[int]], None]


@dataclass(frozen=True, slots=True)
class Terms:
    """What an office decides: years it keeps answers, days it keeps words, years of records."""

    answer_years: int = 5
    word_days: int = 365
    record_years: int = 5


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of record: kept `days`, because of `why` (Indonesian, for staff).

    `due` is a query of (id, at) of what was there before a moment. `forget` None: an erasure,
    which the caller does, person by person.
    """

    kind: str
    days: int
    why: str
    due: Callable[[datetime], Select[Any]]
    forget: Forget | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What of a kind is due now."""

    rule: Rule
    before: datetime
    count: int
    oldest: datetime | None


def rules(terms: Terms) -> Sequence[Rule]:
    """Return every rule, in the order they are carried out."""
    answers, words, records = terms.answer_years * YEAR, terms.word_days, terms.record_years * YEAR
    return (
        Rule("raw", PAYLOAD_DAYS, _PURPOSE, _raw, _forget_raw),
        Rule("stray", PAYLOAD_DAYS, _PURPOSE, _of(_stray, _stray.c.received_at), _deletes(_stray)),
        Rule(
            "staff", PAYLOAD_DAYS, _PURPOSE, _of(_staff_message, _staff_message.c.done_at),
            _deletes(_staff_message),
        ),
        Rule("memo", MEMO_DAYS, _PURPOSE, _memos, _deletes(_memo)),
        Rule("try", MEMO_DAYS, _PURPOSE, _of(_try, _try.c.at), _deletes(_try)),
        Rule("link", YEAR, _PURPOSE, _of(_link, _link.c.expires_at), _deletes(_link)),
        Rule("enquiry", words, _PURPOSE, _enquiries, _forget_enquiries),
        Rule("message", words, _PURPOSE, _messages, _forget_messages),
        Rule("person", answers, _PERSON, _people),
        Rule(
            "request", records, _RECORD, _of(_request, _request.c.closed_at), _deletes(_request)
        ),
        Rule("alert", records, _RECORD, _of(_alert, _alert.c.ended_at), _deletes(_alert)),
        Rule("audit", records, _RECORD, _of(_audit, _audit.c.at), _deletes(_audit)),
    )  # fmt: skip


def plan(db: Connection, terms: Terms, *, now: datetime) -> Sequence[Due]:
    """Return what of each kind is due."""
    found = []
    for rule in rules(terms):
        before = now - timedelta(days=rule.days)
        due = rule.due(before).subquery()
        count, oldest = db.execute(select(func.count(), func.min(due.c.at))).one()
        found.append(Due(rule, before, int(count), oldest))
    return found


def take(db: Connection, rule: Rule, *, now: datetime, limit: int) -> Sequence[int]:
    """Return the next keys that are due, oldest first; what has a `forget` is forgotten."""
    due = rule.due(now - timedelta(days=rule.days)).subquery()
    keys = list(db.execute(select(due.c.id).order_by(due.c.at, due.c.id).limit(limit)).scalars())
    if keys and rule.forget is not None:
        rule.forget(db, keys)
    return keys


_PURPOSE = "UU 27/2022 Ps 42: tujuannya selesai"
_PERSON = (
    "UU 27/2022 Ps 42-44: masa simpan yang dijanjikan selesai; rekaman SOP 5 tahun (Polibatam)"
)
_RECORD = "UU 27/2022 Ps 31: bukti pemrosesan; rekaman SOP 5 tahun (Polibatam)"


def _of(part: Any, at: ColumnElement[Any]) -> Callable[[datetime], Select[Any]]:
    return lambda before: select(part.c.id, at.label("at")).where(at < before)


def _deletes(part: Any) -> Forget:
    def forget(db: Connection, keys: Sequence[int]) -> None:
        db.execute(delete(part).where(part.c.id.in_(keys)))

    return forget


def _raw(before: datetime) -> Select[Any]:
    return select(_inbox.c.seq.label("id"), _inbox.c.received_at.label("at")).where(
        _inbox.c.received_at < before, _inbox.c.payload.is_not(None)
    )


def _forget_raw(db: Connection, keys: Sequence[int]) -> None:
    db.execute(update(_inbox).where(_inbox.c.seq.in_(keys)).values(payload=None))


def _memos(before: datetime) -> Select[Any]:
    is_old = or_(_memo.c.created_at < before, _memo.c.key.startswith(FAREWELL))
    is_over = _memo.c.status.not_in(("queued", "sending"))
    return select(_memo.c.id, _memo.c.created_at.label("at")).where(is_old, is_over)


def _enquiries(before: datetime) -> Select[Any]:
    return select(_enquiry.c.id, _enquiry.c.closed_at.label("at")).where(
        _enquiry.c.closed_at < before,
        or_(_enquiry.c.respondent_id.is_(None), _enquiry.c.respondent_id.not_in(_asking())),
    )


def _forget_enquiries(db: Connection, keys: Sequence[int]) -> None:
    db.execute(delete(_line).where(_line.c.enquiry_id.in_(keys)))
    db.execute(delete(_enquiry).where(_enquiry.c.id.in_(keys)))


def _messages(before: datetime) -> Select[Any]:
    """Words we sent, of interviews that moved no more since; their row stays in the ledger."""
    talks = select(_interview.c.id).where(
        or_(
            _interview.c.updated_at >= before,
            _interview.c.respondent_id.in_(_asking()),
            _interview.c.id.in_(_running()),
        )
    )
    return select(_outbox.c.id, _outbox.c.created_at.label("at")).where(
        _outbox.c.created_at < before,
        _outbox.c.body != b"",
        _outbox.c.status.not_in(("queued", "sending")),
        or_(_outbox.c.interview_id.is_(None), _outbox.c.interview_id.not_in(talks)),
    )


def _forget_messages(db: Connection, keys: Sequence[int]) -> None:
    db.execute(update(_outbox).where(_outbox.c.id.in_(keys)).values(body=b""))


def _people(before: datetime) -> Select[Any]:
    """People of whom nothing is young enough to be kept: they are erased, without a tombstone."""
    fresh_talks = select(_interview.c.respondent_id).where(
        or_(_interview.c.updated_at >= before, _interview.c.id.in_(_running()))
    )
    fresh_cohorts = (
        select(_membership.c.respondent_id)
        .join(_cohort, _cohort.c.id == _membership.c.cohort_id)
        .where(_cohort.c.ended_on >= before.date())
    )
    heard = select(_inbox.c.respondent_id).where(
        _inbox.c.received_at >= before, ~_inbox.c.provider_id.startswith("news:")
    )  # what we told them keeps nobody
    asks = select(_enquiry.c.respondent_id).where(
        _enquiry.c.closed_at.is_(None), _enquiry.c.respondent_id.is_not(None)
    )
    needed = (fresh_talks, fresh_cohorts, heard, asks, _asking(), select(_merged.c.respondent_id))
    return select(_respondent.c.id, _respondent.c.created_at.label("at")).where(
        _respondent.c.created_at < before,
        _respondent.c.erased_at.is_(None),
        *(_respondent.c.id.not_in(one) for one in needed),
    )


def _asking() -> Select[Any]:
    """Return who has an open request about their data."""
    return select(_request.c.respondent_id).where(_request.c.closed_at.is_(None))


def _running() -> Select[Any]:
    """Return the interviews of waves that are being sent."""
    return (
        select(_audience.c.interview_id)
        .join(_blast, _blast.c.wave_id == _audience.c.wave_id)
        .where(
            _blast.c.status.in_(("preparing", "running", "paused")),
            _audience.c.interview_id.is_not(None),
        )
    )
