"""Sealing everything anew under another SECRET_KEY, a few rows at a time, while others work.

Every column of bytes is a sealed value named `table.column`, unless it is listed here: so a table
added later is not forgotten. A row is read, locked and written in one transaction; a row somebody
holds is passed over and met again in the next round, so nobody waits for us in a ring.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, delete, func, insert, select, update
from sqlmodel import SQLModel

from storage.secrets import Vault, WrongKey
from storage.tables import Address, JoinLink, KeyRotation, StaffLink
from storage.tables.columns import table

_progress = table(KeyRotation)
_address, _link, _staff_link = table(Address), table(JoinLink), table(StaffLink)

HASHES = frozenset(
    {"respondent.nik_hash", "enquiry.value_hash", "join_link.used_by", "identity_try.who"}
)
"""Keyed hashes: made anew from what stands beside them; tries just expire."""

APART = frozenset({"tombstone.hash", "draft_round.source"})
"""Bytes that need no SECRET_KEY: hashes by a key of their own, and an author's public file."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table with values to be sealed anew, found by its one key."""

    name: str
    table: Table
    key: Any
    sealed: Sequence[str]


@dataclass(frozen=True, slots=True)
class Step:
    """One batch of a part: rows looked at, rows written, values neither key opens."""

    seen: int
    changed: int
    broken: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a part is."""

    name: str
    rows: int
    done: int
    is_over: bool


def parts() -> Sequence[Part]:
    """Return every table that holds what SECRET_KEY made."""
    found = []
    for one in SQLModel.metadata.sorted_tables:
        spelled = [c.name for c in one.columns if isinstance(c.type, LargeBinary)]
        sealed = [c for c in spelled if f"{one.name}.{c}" not in HASHES | APART]
        if sealed or one.name in _RESPELL:
            (key,) = one.primary_key.columns
            found.append(Part(one.name, one, key, sealed))
    return found


def step(db: Connection, vault: Vault, part: Part, *, limit: int, now: datetime) -> Step:
    """Seal the next rows of a part anew, and note how far we are, in one transaction.

    A part that is over is looked at from its first row again.
    """
    last = _last(db, vault, part)
    query = select(part.table).order_by(part.key).limit(limit)
    if last is not None:
        query = query.where(part.key > last)
    rows = db.execute(query.with_for_update(skip_locked=True)).all()
    changed = broken = 0
    for row in rows:
        try:
            values = _anew(db, vault, part, row)
        except WrongKey:
            broken += 1
            continue
        if values:
            key = getattr(row, part.key.name)
            db.execute(update(part.table).where(part.key == key).values(**values))
            changed += 1
    is_over = len(rows) < limit
    reached = getattr(rows[-1], part.key.name) if rows else last
    _note(db, vault, part, reached, len(rows), changed, now if is_over else None)
    return Step(len(rows), changed, broken, is_over)


def leftovers(db: Connection, vault: Vault) -> Iterator[tuple[str, int]]:
    """Yield (part, rows not yet sealed with this key) of each part; only reads."""
    for part in parts():
        rows = db.execute(select(part.table).execution_options(yield_per=500))
        number = sum(1 for row in rows if _is_old(vault, part, row))
        yield part.name, number


def begin_again(db: Connection) -> None:
    """Let every part be looked at from its first row, for rows that were held by others."""
    db.execute(delete(_progress))


def standing(db: Connection, vault: Vault) -> Sequence[Standing]:
    """Return how far each part is under this key."""
    rows = {row.part: row for row in db.execute(select(_progress))}
    found = []
    for part in parts():
        row = rows.get(part.name)
        total = int(db.execute(select(func.count()).select_from(part.table)).scalar_one())
        done, is_over = 0, False
        if row is not None and row.fingerprint == vault.fingerprint:
            done, is_over = min(row.done, total), row.ended_at is not None
        found.append(Standing(part.name, total, total if is_over else done, is_over))
    return found


def is_unfinished(db: Connection, vault: Vault) -> bool:
    """Whether a key is being replaced: hashes stand in two spellings until it is done."""
    return vault.old is not None and not all(one.is_over for one in standing(db, vault))


def _is_old(vault: Vault, part: Part, row: Any) -> bool:
    values = ((name, getattr(row, name)) for name in part.sealed)
    return any(value and not vault.is_ours(value, f"{part.name}.{name}") for name, value in values)


def _anew(db: Connection, vault: Vault, part: Part, row: Any) -> dict[str, Any]:
    """Return what of a row must be written, nothing where all is ours."""
    values: dict[str, Any] = {}
    for name in part.sealed:
        value, place = getattr(row, name), f"{part.name}.{name}"
        if value and not vault.is_ours(value, place):
            values[name] = vault.seal(vault.open(value, place), place)
    respell = _RESPELL.get(part.name)
    if respell is not None and vault.old is not None:
        values |= respell(db, vault, vault.old, row)
    return values


def _last(db: Connection, vault: Vault, part: Part) -> Any:
    row = db.execute(select(_progress).where(_progress.c.part == part.name)).first()
    if row is None or row.fingerprint != vault.fingerprint or row.ended_at or not row.last:
        return None
    return json.loads(row.last)


def _note(
    db: Connection, vault: Vault, part: Part, last: Any, seen: int, changed: int,
    ended_at: datetime | None,
) -> None:  # fmt: skip
    mine = _progress.c.part == part.name
    row = db.execute(select(_progress).where(mine)).first()
    goes_on = row is not None and row.fingerprint == vault.fingerprint and not row.ended_at
    values = {
        "fingerprint": vault.fingerprint,
        "last": json.dumps(last),
        "done": seen + (row.done if goes_on and row else 0),
        "changed": changed + (row.changed if goes_on and row else 0),
        "ended_at": ended_at,
    }
    if row is None:
        db.execute(insert(_progress).values(part=part.name, **values))
    else:
        db.execute(update(_progress).where(mine).values(**values))


def _respondent(_db: Connection, vault: Vault, _old: Vault, row: Any) -> dict[str, Any]:
    if not row.nik:
        return {}
    hashed = vault.hash(vault.open(row.nik, "respondent.nik").decode())
    return {} if row.nik_hash == hashed else {"nik_hash": hashed}


def _enquiry(_db: Connection, vault: Vault, _old: Vault, row: Any) -> dict[str, Any]:
    value = vault.open(row.value, "enquiry.value").decode()
    hashed = vault.hash(f"{row.channel}:{value}")
    return {} if row.value_hash == hashed else {"value_hash": hashed}


def _memo(_db: Connection, vault: Vault, old: Vault, row: Any) -> dict[str, Any]:
    """A memo's key holds its chat, hashed: without it the same news would be told again."""
    value = vault.open(row.value, "memo.value").decode()
    was = old.hash(f"{row.channel}:{value}").hex()[:24]
    key = row.key.replace(was, vault.hash(f"{row.channel}:{value}").hex()[:24])
    return {} if row.key == key else {"key": key}


def _join_link(db: Connection, vault: Vault, old: Vault, row: Any) -> dict[str, Any]:
    """Who used a link is looked for among the chats of its person; others stay strangers."""
    if row.used_by is None:
        return {}
    if row.respondent_id is not None:
        query = select(_address.c.value).where(_address.c.respondent_id == row.respondent_id)
    else:
        query = select(_staff_link.c.value).where(_staff_link.c.staff_id == row.staff_id)
    for value in db.execute(query).scalars():
        if old.hash(f"{row.channel}:{value}") == row.used_by:
            return {"used_by": vault.hash(f"{row.channel}:{value}")}
    return {}


_RESPELL: Mapping[str, Callable[[Connection, Vault, Vault, Any], dict[str, Any]]] = {
    "respondent": _respondent,
    "enquiry": _enquiry,
    "memo": _memo,
    "join_link": _join_link,
}
