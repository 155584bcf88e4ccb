"""Taking owed messages for sending: whose turn it is, and whom we may write to now (law 3).

Ids are selected first: `UPDATE … IN (SELECT … LIMIT … SKIP LOCKED)` claimed 1000 rows for 8 on
PostgreSQL (facts/engine §4).
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, false, insert, or_, select, update

from storage import outbox, tiers
from storage.consents import BASIS
from storage.outbox import Message
from storage.reasons import ERASURE, STOPPED, WITHDRAWN
from storage.secrets import Vault
from storage.tables import Address, Attempt, Blast, Consent, Owed, PrivacyRequest, Wave
from storage.tables.columns import table

_outbox = table(Owed)
_address = table(Address)
_attempt = table(Attempt)
_blast = table(Blast)
_wave = table(Wave)
_consent = table(Consent)
_wish = table(PrivacyRequest)

PACE = timedelta(seconds=6)
"""Between two bulk messages to one address: WhatsApp takes one each six seconds (error 131056)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What was taken for sending; `is_all`: nothing else may go now."""

    taken: Sequence[Message]
    is_all: bool


@dataclass(frozen=True, slots=True)
class Order:
    """How much to take: at most `limit` messages, of bulk only those of the `running` blasts.

    `openings`: how many more people a provider lets us write to first today; None: it counts
    nobody. Replies are not held back by it, nor bulk to who wrote to us, or was counted, within
    the day.
    """

    limit: int
    running: Sequence[int] = ()
    openings: int | None = None


def claim(
    db: Connection,
    vault: Vault,
    channels: Sequence[str],
    order: Order,
    *,
    now: datetime,
    lease_until: datetime,
) -> Claim:
    """Take queued messages for sending; the caller commits before any goes out (law 3).

    Replies go before bulk; bulk goes to nobody who stopped, wants their data erased or, where it
    goes by consent, has said no since (law 6), and to one address no sooner than `PACE` after the
    last. Each blast is asked for apart: a paused one of 100,000 costs nothing.

    A message waits for the replies to its address that were owed before it: they arrive in order.
    """
    rows = _found(db, tuple(channels), order, now)
    is_all = len(rows) < order.limit
    never = {row.id: _why_never(row) for row in rows}
    _cancel(db, never)
    taken = [
        outbox.message(vault, row, now, attempt=uuid.uuid4().hex)
        for row in _paced(rows)
        if not never[row.id]
    ]
    if taken:
        db.execute(
            _TAKE, [{"key": one.id, "new": one.attempt, "until": lease_until} for one in taken]
        )
        fresh = {"started_at": now, "outcome": "", "code": 0}
        db.execute(
            insert(_attempt),
            [
                {**fresh, "id": one.attempt, "outbox_id": one.id, "opens": _opens(one, order)}
                for one in taken
            ],
        )
    return Claim(taken, is_all)


def _found(db: Connection, channels: tuple[str, ...], order: Order, now: datetime) -> list[Any]:
    """Return the rows whose turn it is: replies, then bulk as far as the day's people reach."""
    day = {"day": now - tiers.DAY, "paced": now - PACE, "now": now}
    statements = _statements(channels)
    rows = list(db.execute(statements.replies, {"now": now, "most": order.limit}))
    left = order.openings
    for blast in order.running:
        room = order.limit - len(rows)
        if not room:
            break
        given = {**day, "blast": blast, "most": room}
        if left is None or left >= room:
            found = list(db.execute(statements.bulk, given))
            left = None if left is None else left - sum(_is_shut(row, now) for row in found)
        else:
            found = list(db.execute(statements.known, given))
            strangers = min(room - len(found), left)
            if strangers > 0:
                new = db.execute(statements.strangers, {**given, "most": strangers}).all()
                left -= len(new)
                found += new
        rows += found
    return rows


def _paced(rows: Iterable[Any]) -> list[Any]:
    """Leave out all but the first bulk message to an address."""
    seen = set[int]()
    kept: list[Any] = []
    for row in rows:
        if row.blast_id is not None:
            if row.address_id in seen:
                continue
            seen.add(row.address_id)
        kept.append(row)
    return kept


def _is_shut(row: Any, now: datetime) -> bool:
    return row.open_until is None or row.open_until <= now


def _opens(message: Message, order: Order) -> int | None:
    """Return the address to count for the day: that of one we write to first."""
    return None if order.openings is None or message.window_open else message.address_id


def _why_never(row: Any) -> str:
    """Return why a message that was owed may not go now, or nothing (law 6)."""
    if row.blast_id is None:
        return ""
    if row.is_stopped:
        return STOPPED
    if row.wishes_erasure:
        return ERASURE
    return WITHDRAWN if row.is_withdrawn else ""


def _cancel(db: Connection, never: Mapping[int, str]) -> None:
    """Cancel messages whose people changed their mind after they were owed."""
    for reason in {one for one in never.values() if one}:
        ids = [key for key, why in never.items() if why == reason]
        gone = update(_outbox).where(_outbox.c.id.in_(ids))
        db.execute(gone.values(status="canceled", reason=reason))


# Statements of the drainer are made once: it runs them many times a second, and making them
# takes longer than running them. So does IN (…), whose length has to be filled in each time.


@dataclass(frozen=True, slots=True)
class _Statements:
    """What finds queued replies, and messages of a `blast`: all, to `known` people, to others."""

    replies: Select[Any]
    bulk: Select[Any]
    known: Select[Any]
    strangers: Select[Any]


@cache
def _statements(channels: tuple[str, ...]) -> _Statements:
    due = or_(_outbox.c.not_before.is_(None), _outbox.c.not_before <= bindparam("now"))
    ours = or_(*(_address.c.channel == name for name in channels)) if channels else false()
    earlier = _outbox.alias("earlier")
    is_next = ~(
        select(earlier.c.id)
        .where(
            earlier.c.address_id == _outbox.c.address_id,
            earlier.c.id < _outbox.c.id,
            earlier.c.blast_id.is_(None),
            earlier.c.status.in_(("queued", "sending")),
        )
        .exists()
    )
    query = outbox.messages().where(_outbox.c.status == "queued", due, ours, is_next)
    query = query.order_by(_outbox.c.id)
    query = query.limit(bindparam("most")).with_for_update(of=_outbox, skip_locked=True)
    bulk = query.where(_outbox.c.blast_id == bindparam("blast"), ~_just_written_to())
    bulk = bulk.add_columns(
        _wishes_erasure().label("wishes_erasure"), _is_withdrawn().label("is_withdrawn")
    )
    known = tiers.is_known(bindparam("now"), bindparam("day"))
    return _Statements(
        replies=query.where(_outbox.c.blast_id.is_(None)),
        bulk=bulk,
        known=bulk.where(known),
        strangers=bulk.where(~known),
    )


def _just_written_to() -> Any:
    """Return whether another bulk message went to the same address after `paced`."""
    other, tried = _outbox.alias("other"), _attempt.alias("tried")
    return (
        select(other.c.id)
        .join(tried, tried.c.id == other.c.attempt)
        .where(
            other.c.address_id == _outbox.c.address_id,
            other.c.id != _outbox.c.id,
            other.c.blast_id.is_not(None),
            tried.c.started_at > bindparam("paced"),
        )
        .exists()
    )


def _wishes_erasure() -> Any:
    """Return whether the person asked that all about them be erased, and staff have yet to."""
    return (
        select(_wish.c.id)
        .where(
            _wish.c.respondent_id == _address.c.respondent_id,
            _wish.c.kind == "erase",
            _wish.c.closed_at.is_(None),
        )
        .exists()
    )


def _is_withdrawn() -> Any:
    """Return whether the blast goes by consent, and the person's last answer about it was no.

    As `consents.withdrawn` does for many: of the wave's form, or of any where it brings news.
    """
    later = _consent.alias("later")
    is_about = or_(_wave.c.form_pk.is_(None), _consent.c.form_id == _wave.c.form_id)
    is_newer = or_(_wave.c.form_pk.is_(None), later.c.form_id == _wave.c.form_id)
    newer = select(later.c.id).where(
        later.c.respondent_id == _consent.c.respondent_id, later.c.id > _consent.c.id, is_newer
    )
    return (
        select(_consent.c.id)
        .where(
            _blast.c.id == bindparam("blast"),
            _wave.c.id == _blast.c.wave_id,
            _wave.c.basis == BASIS,
            _consent.c.respondent_id == _address.c.respondent_id,
            ~_consent.c.agreed,
            is_about,
            ~newer.correlate_except(later).exists(),
        )
        .correlate(_address)
        .exists()
    )


_TAKE = (
    update(_outbox)
    .where(_outbox.c.id == bindparam("key"))
    .values(
        status="sending", attempt=bindparam("new"), lease_until=bindparam("until"), not_before=None
    )
)
