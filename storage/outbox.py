"""What we owe, one row a message (law 2), and how far it got (law 3)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    String,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from flows import prompts
from flows.prompts import Prompt
from storage.bulk import insert_missing
from storage.database import for_update, insert_ignore
from storage.secrets import Vault
from storage.tables import Address, Attempt, Blast, Owed, Receipt, Stop, Window
from storage.tables.columns import Moment, table

_outbox = table(Owed)
_address = table(Address)
_attempt = table(Attempt)
_receipt = table(Receipt)
_window = table(Window)
_stop = table(Stop)
_blast = table(Blast)
_BODY = "outbox.body"
_MOST = 2**31 - 1
"""The largest key: PostgreSQL refuses to compare with a larger one."""

_stopped = (
    select(_stop.c.id)
    .where(_stop.c.respondent_id == _address.c.respondent_id, _stop.c.lifted_at.is_(None))
    .exists()
)

RANK = {
    "queued": 0,
    "canceled": 0,
    "sending": 1,
    "unknown": 2,
    "sent": 3,
    "failed": 4,
    "delivered": 5,
    "read": 6,
}
"""How far a message came. Evidence only moves it up, whatever order receipts come in."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message owed, ready to be given to its channel; `window_open`: free text may go."""

    id: int
    address_id: int
    interview_id: int | None
    channel: str
    to: str
    prompt: Prompt
    attempt: str = ""
    window_open: bool = True
    started_at: datetime | None = None
    attempts: int = 0
    blast_id: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a page shows it: `cause` is the event it answers."""

    id: int
    cause: int
    at: datetime
    prompt: Prompt


def owe(
    db: Connection,
    vault: Vault,
    prompt: Prompt,
    *,
    cause: int,
    address_id: int,
    interview_id: int | None,
    at: datetime,
) -> int:
    """Store that a message is owed in answer to the event `cause`; return its key."""
    row = {
        "cause": cause,
        "interview_id": interview_id,
        "address_id": address_id,
        "body": vault.seal(json.dumps(prompts.to_json(prompt)), _BODY),
        "status": "queued",
        "created_at": at,
        "reason": "",
        "attempt": "",
        "provider_id": "",
    }
    return int(db.execute(insert(_outbox).values(**row).returning(_outbox.c.id)).scalar_one())


def withdraw(db: Connection, interview_id: int, *, reason: str) -> bool:
    """Take back an interview's newest message, a reply of ours, where it has not left yet."""
    newest = select(func.max(_outbox.c.id)).where(_outbox.c.interview_id == interview_id)
    found = db.execute(
        update(_outbox)
        .where(
            _outbox.c.id == newest.scalar_subquery(),
            _outbox.c.status == "queued",
            _outbox.c.blast_id.is_(None),
        )
        .values(status="canceled", reason=reason)
    )
    return bool(found.rowcount)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A blast's message to one address; `facts` fill a template where free text may not go.

    `interview_id` None: it brings news.
    """

    blast_id: int
    cause: int
    address_id: int
    interview_id: int | None
    prompt: Prompt
    facts: Mapping[str, str]


def owe_invitation(db: Connection, vault: Vault, invitation: Invitation, *, at: datetime) -> None:
    """Store that a blast owes somebody its message; owed before changes nothing."""
    insert_ignore(db, Owed, _invited(vault, invitation, at), "id")


def owe_invitations(
    db: Connection, vault: Vault, invitations: Sequence[Invitation], *, at: datetime
) -> None:
    """Store that a blast owes many people its message, as `owe_invitation` does."""
    insert_missing(db, Owed, [_invited(vault, one, at) for one in invitations])


def _invited(vault: Vault, invitation: Invitation, at: datetime) -> dict[str, Any]:
    body = {**prompts.to_json(invitation.prompt), "f": dict(invitation.facts)}
    return {
        "blast_id": invitation.blast_id,
        "cause": invitation.cause,
        "interview_id": invitation.interview_id,
        "address_id": invitation.address_id,
        "body": vault.seal(json.dumps(body), _BODY),
        "status": "queued",
        "created_at": at,
        "reason": "",
        "attempt": "",
        "provider_id": "",
    }


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended: the message's status now, and what comes with it."""

    status: str
    at: datetime
    reason: str = ""
    provider_id: str = ""
    code: int = 0
    not_before: datetime | None = None
    parts: int = 1


def record(db: Connection, message_id: int, attempt: str, ending: Ending) -> bool:
    """Write how an attempt ended, while its message is sending or unknown. False: too late.

    Late evidence wins over `unknown`; an older attempt never overwrites a newer one.
    """
    return record_all(db, [(message_id, attempt, ending)]) == 1


def record_all(db: Connection, ended: Sequence[tuple[int, str, Ending]]) -> int:
    """Write how many attempts ended: (message, attempt, ending); return how many in time."""
    if not ended:
        return 0
    found = db.execute(
        _RECORD,
        [
            {
                "key": message_id,
                "made": attempt,
                "became": ending.status,
                "why": ending.reason,
                "wait_until": ending.not_before,
                "went_at": ending.at if ending.status == "sent" else None,
                "given_id": ending.provider_id,
                "took": ending.parts,
            }
            for message_id, attempt, ending in ended
        ],
    )
    db.execute(
        _END,
        [
            {"made": attempt, "at": ending.at, "became": ending.status, "said": ending.code}
            for _, attempt, ending in ended
        ],
    )
    return found.rowcount


def advance(
    db: Connection, message_id: int, *, status: str, at: datetime, provider_id: str, reason: str
) -> bool:
    """Move a message up to what a receipt proves; a receipt that proves less changes nothing."""
    row = db.execute(for_update(select(_outbox).where(_outbox.c.id == message_id))).first()
    if row is None or RANK[status] <= RANK[row.status]:
        return False
    values: dict[str, Any] = {"status": status, "reason": reason, "lease_until": None}
    values |= {"provider_id": provider_id} if provider_id else {}
    values |= {"sent_at": at} if row.sent_at is None and status != "failed" else {}
    db.execute(update(_outbox).where(_outbox.c.id == message_id).values(**values))
    return True


def find_sent(db: Connection, *, delivery_id: str, attempt: str, provider_id: str) -> int | None:
    """Return which message a receipt is about: by the ids that came back, else the provider's."""
    key = _key(delivery_id)
    if key is not None and attempt:
        query = select(_attempt.c.outbox_id).where(
            _attempt.c.id == attempt, _attempt.c.outbox_id == key
        )
        found = db.execute(query).scalar()
        if found is not None:
            return int(found)
    query = select(_outbox.c.id).where(_outbox.c.provider_id == provider_id)
    return db.execute(query.limit(1)).scalar() if provider_id else None


def find_at(db: Connection, address_id: int, *, delivery_id: str, provider_id: str) -> int | None:
    """Return which message to an address a tap or a quotation is about, or None.

    What the provider sends back may be forged: only that address's own messages are looked at,
    and one that names a delivery is about no other.
    """
    query = select(_outbox.c.id).where(_outbox.c.address_id == address_id)
    if delivery_id:
        query = query.where(_outbox.c.id == _key(delivery_id))
    else:
        query = query.where(_outbox.c.provider_id == provider_id, _outbox.c.provider_id != "")
    return db.execute(query.limit(1)).scalar()


@dataclass(frozen=True, slots=True)
class Handed:
    """How far the newest message of an interview is on its way to the person."""

    owed_at: datetime
    sent_at: datetime | None
    status: str


def handed_over(db: Connection, interview_id: int) -> Handed | None:
    """Return how far the newest message of an interview is, or None when there is none."""
    row = db.execute(_NEWEST, {"interview": interview_id}).first()
    if row is None:
        return None
    return Handed(row.created_at, row.sent_at, row.status)


def interview_of(db: Connection, message_id: int) -> int | None:
    """Return the interview a message belongs to, or None."""
    query = select(_outbox.c.interview_id).where(_outbox.c.id == message_id)
    return db.execute(query).scalar()


def recipient(db: Connection, message_id: int) -> int | None:
    """Return whose message it is."""
    query = (
        select(_address.c.respondent_id)
        .join(_outbox, _outbox.c.address_id == _address.c.id)
        .where(_outbox.c.id == message_id)
    )
    return db.execute(query).scalar()


def at_address(
    db: Connection, vault: Vault, address_id: int, *, after: int = 0, is_said: bool = False
) -> Sequence[Shown]:
    """Return the messages to an address with a key above `after`, oldest first.

    `is_said`: without those taken back before they left.
    """
    query = select(_outbox).where(_outbox.c.address_id == address_id, _outbox.c.id > after)
    if is_said:
        query = query.where(_outbox.c.status != "canceled")
    rows = db.execute(query.order_by(_outbox.c.id))
    return [Shown(r.id, r.cause, r.created_at, _prompt(vault, r.body)) for r in rows]


def counts(db: Connection) -> dict[str, int]:
    """Return how many messages are in each status."""
    query = select(_outbox.c.status, func.count()).group_by(_outbox.c.status)
    return {row[0]: row[1] for row in db.execute(query)}


def messages() -> Select[Any]:
    """Return a query of messages with all that `message` needs."""
    return (
        select(
            _outbox,
            _address.c.channel,
            _address.c.value,
            _window.c.open_until,
            _attempt.c.started_at,
            _stopped.label("is_stopped"),
        )
        .join(_address, _address.c.id == _outbox.c.address_id)
        .join(_window, _window.c.address_id == _outbox.c.address_id, isouter=True)
        .join(_attempt, and_(_attempt.c.id == _outbox.c.attempt), isouter=True)
    )


# Statements of the drainer are made once: it runs them many times a second, and making them
# takes longer than running them. So does IN (…), whose length has to be filled in each time.


_NEWEST = (
    select(_outbox.c.created_at, _outbox.c.sent_at, _outbox.c.status)
    .where(_outbox.c.interview_id == bindparam("interview"))
    .order_by(_outbox.c.id.desc())
    .limit(1)
)
_RECORD = (
    update(_outbox)
    .where(
        _outbox.c.id == bindparam("key"),
        _outbox.c.attempt == bindparam("made"),
        or_(_outbox.c.status == "sending", _outbox.c.status == "unknown"),
    )
    .values(
        status=bindparam("became"),
        reason=bindparam("why"),
        lease_until=None,
        not_before=bindparam("wait_until"),
        sent_at=func.coalesce(bindparam("went_at", type_=Moment), _outbox.c.sent_at),
        parts=bindparam("took"),
        provider_id=func.coalesce(
            func.nullif(bindparam("given_id", type_=String), ""), _outbox.c.provider_id
        ),
    )
)
_END = (
    update(_attempt)
    .where(_attempt.c.id == bindparam("made"))
    .values(ended_at=bindparam("at"), outcome=bindparam("became"), code=bindparam("said"))
)


def _key(text: str) -> int | None:
    """Return the key that came back from a provider, or None when it can be none of ours."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 10
    return int(text) if is_number and int(text) <= _MOST else None


def message(vault: Vault, row: Any, now: datetime, *, attempt: str, attempts: int = 0) -> Message:
    """Return a row of `messages` as a message."""
    body = json.loads(vault.open(row.body, _BODY))
    return Message(
        id=row.id,
        address_id=row.address_id,
        interview_id=row.interview_id,
        channel=row.channel,
        to=row.value,
        prompt=prompts.from_json(body),
        attempt=attempt,
        blast_id=row.blast_id,
        facts=body.get("f", {}),
        window_open=row.open_until is not None and row.open_until > now,
        started_at=row.started_at,
        attempts=attempts,
    )


def _prompt(vault: Vault, sealed: bytes) -> Prompt:
    """Return what was said; nothing where its time was over (`storage.retention`)."""
    if not sealed:
        return Prompt("")
    return prompts.from_json(json.loads(vault.open(sealed, _BODY)))
