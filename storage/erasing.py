"""Erasing a person: what says who it was goes, what an office must account for stays (ADR 0031).

Rows that ledgers count stay with nothing in them: memberships, audiences, messages, the status and
dates of interviews. Safe to repeat.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from flows import events, prompts
from flows.events import Wrote
from flows.prompts import Prompt
from flows.state import State
from storage import consents, media, privacy, respondents, tombstones
from storage.secrets import Vault
from storage.tables import (
    Address,
    Enquiry,
    EnquiryLine,
    Inbound,
    Interview,
    JoinLink,
    Memo,
    Naming,
    Owed,
    Placement,
    PrivacyRequest,
    Receipt,
    Respondent,
    StudentNumber,
    Window,
)
from storage.tables.columns import table
from storage.tables.respondent import Merged
from storage.tombstones import Traits

_address, _enquiry, _line = table(Address), table(Enquiry), table(EnquiryLine)
_inbox, _interview, _link = table(Inbound), table(Interview), table(JoinLink)
_memo, _merged, _number = table(Memo), table(Merged), table(StudentNumber)
_outbox, _receipt, _request = table(Owed), table(Receipt), table(PrivacyRequest)
_respondent, _window = table(Respondent), table(Window)
_naming, _placement = table(Naming), table(Placement)

NAME = "(dihapus)"
"""What stands where the name stood."""

GIVEN = "lulusan kami"
"""Who gave a contact, where who did was erased."""

REASON = "data orangnya dihapus"


@dataclass(frozen=True, slots=True)
class Held:
    """What is known to be erased: rows by table, for staff to see before and after."""

    counts: Mapping[str, int]


def bodies(db: Connection, respondent_id: int) -> list[int]:
    """Return the keys of all rows that are this person: those merged into them too."""
    query = select(_merged.c.respondent_id).where(_merged.c.into_id == respondent_id)
    return [respondent_id, *db.execute(query.order_by(_merged.c.respondent_id)).scalars()]


def is_erased(db: Connection, respondent_id: int) -> bool:
    """Whether the person was erased."""
    query = select(_respondent.c.erased_at).where(_respondent.c.id == respondent_id)
    return db.execute(query).scalar() is not None


def held(db: Connection, respondent_id: int) -> Held:
    """Return how many rows of each kind speak of a person."""
    mine = bodies(db, respondent_id)
    parts = {
        "addresses": (_address, _address.c.respondent_id.in_(mine)),
        "numbers": (_number, _number.c.respondent_id.in_(mine)),
        "interviews": (_interview, _interview.c.respondent_id.in_(mine)),
        "received": (_inbox, _inbox.c.respondent_id.in_(mine)),
        "sent": (_outbox, _outbox.c.address_id.in_(_addresses(mine))),
        "enquiries": (_enquiry, _enquiry.c.respondent_id.in_(mine)),
    }
    return Held(
        {
            name: int(db.execute(select(func.count()).select_from(part).where(rule)).scalar_one())
            for name, (part, rule) in parts.items()
        }
    )


def erase(
    db: Connection,
    vault: Vault,
    respondent_id: int,
    kept: Mapping[int, State],
    *,
    by: str,
    at: datetime,
    buries: bool = True,
) -> bool:
    """Erase a person; False when they were erased already.

    `kept` is interview → what of its state stays. `buries` leaves tombstones, so that no file
    brings them back; without it (their time is over) a file may.
    """
    respondents.lock(db, respondent_id)
    if is_erased(db, respondent_id):
        return False
    _overwrite(db)
    mine = bodies(db, respondent_id)
    if buries:
        for one in mine:
            traits = _traits(db, vault, one)
            tombstones.bury(db, vault, respondent_id, traits, at=at)
    for one in mine:
        media.forget(db, one)
    _forget_said(db, vault, mine)
    _empty_messages(db, vault, mine, at)
    _empty_interviews(db, vault, kept)
    _empty_requests(db, vault, mine, by=by, at=at)
    db.execute(delete(_placement).where(_placement.c.respondent_id.in_(mine)))
    _forget_who(db, mine, at)
    consents.stop(
        db, respondent_id, reason="erased", at=at, channel="office", message_id=f"erase:{by}"
    )
    return True


def _overwrite(db: Connection) -> None:
    """Let SQLite write zeros over what it frees, as many are built to do: no name stays behind."""
    if db.dialect.name == "sqlite":
        db.exec_driver_sql("PRAGMA secure_delete=ON")


def _traits(db: Connection, vault: Vault, respondent_id: int) -> Traits:
    person = respondents.get(db, respondent_id)
    known = respondents.all_addresses(db, respondent_id)
    return Traits(
        person.name,
        respondents.nik(db, vault, respondent_id),
        respondents.student_numbers(db, respondent_id),
        person.birth_date,
        [(one.channel, one.value) for one in known],
        person.given_by,
    )


def _addresses(mine: Sequence[int]) -> Any:
    return select(_address.c.id).where(_address.c.respondent_id.in_(mine))


def _forget_said(db: Connection, vault: Vault, mine: Sequence[int]) -> None:
    """Forget what was asked and told outside interviews, also while we did not know them."""
    where = db.execute(
        select(_address.c.channel, _address.c.value).where(_address.c.respondent_id.in_(mine))
    ).all()
    spelled = [hashed for one in where for hashed in vault.hashes(f"{one.channel}:{one.value}")]
    asked: ColumnElement[bool] = or_(
        _enquiry.c.respondent_id.in_(mine),
        _enquiry.c.respondent_id.is_(None) & _enquiry.c.value_hash.in_(spelled),
    )
    ids = list(db.execute(select(_enquiry.c.id).where(asked)).scalars())
    lines = list(db.execute(select(_line.c.id).where(_line.c.enquiry_id.in_(ids))).scalars())
    wishes = list(
        db.execute(select(_request.c.id).where(_request.c.respondent_id.in_(mine))).scalars()
    )
    starts = [f"line:{one}:" for one in lines] + [f"privacy:{one}:" for one in wishes]
    starts += [f"{one.channel}:{hashed.hex()[:24]}:" for one in where
               for hashed in vault.hashes(f"{one.channel}:{one.value}")]  # fmt: skip
    for start in starts:
        told = _memo.c.key.startswith(start, autoescape=True)
        db.execute(delete(_memo).where(told, _memo.c.status != "sending"))
    db.execute(delete(_line).where(_line.c.id.in_(lines)))
    db.execute(delete(_enquiry).where(_enquiry.c.id.in_(ids)))


def _empty_messages(db: Connection, vault: Vault, mine: Sequence[int], at: datetime) -> None:
    """Keep that something came and went, not what."""
    nothing = vault.seal(json.dumps(events.to_json(Wrote(at, ""))), "inbox.event")
    db.execute(
        update(_inbox)
        .where(_inbox.c.respondent_id.in_(mine))
        .values(
            event=nothing, payload=None, outcome="erased",
            done_at=func.coalesce(_inbox.c.done_at, at),
        )
    )  # fmt: skip
    to_them = _outbox.c.address_id.in_(_addresses(mine))
    ids = select(_outbox.c.id).where(to_them)
    db.execute(delete(_receipt).where(_receipt.c.outbox_id.in_(ids)))
    unsaid = vault.seal(json.dumps(prompts.to_json(Prompt(""))), "outbox.body")
    db.execute(update(_outbox).where(to_them).values(body=unsaid, provider_id=""))
    waiting = update(_outbox).where(to_them, _outbox.c.status == "queued")
    db.execute(waiting.values(status="canceled", reason=REASON))
    db.execute(delete(_window).where(_window.c.address_id.in_(_addresses(mine))))


def _empty_interviews(db: Connection, vault: Vault, kept: Mapping[int, State]) -> None:
    for interview_id, state in kept.items():
        sealed = vault.seal(state.to_json(), "interview.state")
        one = update(_interview).where(_interview.c.id == interview_id)
        db.execute(one.values(state=sealed, revision=_interview.c.revision + 1))


def _empty_requests(
    db: Connection, vault: Vault, mine: Sequence[int], *, by: str, at: datetime
) -> None:
    nothing = vault.seal("", "privacy_request.text")
    theirs = update(_request).where(_request.c.respondent_id.in_(mine))
    db.execute(theirs.values(text=nothing, granted_at=None))
    for one in mine:
        privacy.close_all(db, one, by=by, at=at)


def _forget_given(db: Connection, mine: Sequence[int]) -> None:
    """Whom they gave us as a contact was given by nobody with a name any more."""
    names = select(_respondent.c.name).where(_respondent.c.id.in_(mine))
    named = (
        select(_naming.c.respondent_id)
        .join(_interview, _interview.c.id == _naming.c.interview_id)
        .where(_interview.c.respondent_id.in_(mine), _naming.c.respondent_id.is_not(None))
    )
    spelled = list(db.execute(names).scalars())
    theirs = list(db.execute(named).scalars())
    given = or_(_respondent.c.id.in_(theirs), _respondent.c.given_by.in_(spelled))
    db.execute(update(_respondent).where(given).values(given_by=GIVEN))


def _forget_who(db: Connection, mine: Sequence[int], at: datetime) -> None:
    _forget_given(db, mine)
    db.execute(delete(_link).where(_link.c.respondent_id.in_(mine)))
    db.execute(delete(_number).where(_number.c.respondent_id.in_(mine)))
    for address_id in db.execute(_addresses(mine)).scalars().all():
        one = update(_address).where(_address.c.id == address_id)
        db.execute(one.values(value=f"dihapus-{address_id}", use="old", source="erased"))
    db.execute(
        update(_respondent)
        .where(_respondent.c.id.in_(mine))
        .values(
            name=NAME, name_key="", nik=None, nik_hash=None, birth_date=None, gender="", email="",
            given_by="", erased_at=at,
        )
    )  # fmt: skip
