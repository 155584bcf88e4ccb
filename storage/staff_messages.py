"""What staff write in chat: each once, in order; and what they have yet to confirm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from storage.database import for_update, insert_ignore
from storage.secrets import Vault
from storage.tables import StaffMessage, StaffPending
from storage.tables.columns import table

_message = table(StaffMessage)
_pending = table(StaffPending)
_VALUE, _TEXT = "staff_message.value", "staff_message.text"

PATIENCE = timedelta(minutes=10)
"""How long a question to staff waits for the answer that confirms it."""


@dataclass(frozen=True, slots=True)
class StaffWords:
    """One message of one of the staff; `to` is the address an answer goes to."""

    id: int
    staff_id: int
    channel: str
    to: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """A command that waits until `expected` is typed."""

    command: str
    expected: str
    asked_at: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether it still waited at a moment."""
        return moment < self.asked_at + PATIENCE


def add(
    db: Connection,
    vault: Vault,
    staff_id: int,
    *,
    channel: str,
    provider_id: str,
    value: str,
    text: str,
    at: datetime,
) -> bool:
    """Store a message; False when it was stored before."""
    row = {
        "channel": channel,
        "provider_id": provider_id,
        "staff_id": staff_id,
        "value": vault.seal(value, _VALUE),
        "text": vault.seal(text, _TEXT),
        "received_at": at,
    }
    return insert_ignore(db, StaffMessage, row, "id") is not None


def waiting(db: Connection, vault: Vault, *, limit: int = 20) -> Sequence[StaffWords]:
    """Return what nobody has done yet, oldest first."""
    query = select(_message).where(_message.c.done_at.is_(None)).order_by(_message.c.id)
    return [
        StaffWords(
            row.id, row.staff_id, row.channel, vault.open(row.value, _VALUE).decode(),
            vault.open(row.text, _TEXT).decode(), row.received_at,
        )
        for row in db.execute(query.limit(limit))
    ]  # fmt: skip


def done(db: Connection, message_id: int, *, at: datetime) -> bool:
    """Mark a message as done; False when it was."""
    query = for_update(
        select(_message.c.id).where(_message.c.id == message_id, _message.c.done_at.is_(None))
    )
    if db.execute(query).first() is None:
        return False
    db.execute(update(_message).where(_message.c.id == message_id).values(done_at=at))
    return True


def ask(db: Connection, staff_id: int, command: str, *, expected: str, at: datetime) -> None:
    """Wait for `expected` before doing `command`; what waited before is forgotten."""
    forget(db, staff_id)
    row = {"staff_id": staff_id, "command": command, "expected": expected, "asked_at": at}
    db.execute(insert(_pending).values(**row))


def pending(db: Connection, staff_id: int) -> Pending | None:
    """Return what was last asked to be confirmed, also if that was too long ago; or None."""
    row = db.execute(select(_pending).where(_pending.c.staff_id == staff_id)).first()
    return None if row is None else Pending(row.command, row.expected, row.asked_at)


def change(db: Connection, staff_id: int, command: str) -> None:
    """Write what waits in other words."""
    db.execute(update(_pending).where(_pending.c.staff_id == staff_id).values(command=command))


def forget(db: Connection, staff_id: int) -> None:
    """Wait for nothing any more."""
    db.execute(delete(_pending).where(_pending.c.staff_id == staff_id))
