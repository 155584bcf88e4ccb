"""Who somebody unknown says they are: tries counted, a number and a birth date compared."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select, union

from storage.secrets import Vault
from storage.tables import IdentityTry, Respondent
from storage.tables.columns import table
from storage.tables.respondent import Merged, StudentNumber

_try = table(IdentityTry)
_respondent = table(Respondent)
_number = table(StudentNumber)
_merged = table(Merged)


def count_try(db: Connection, vault: Vault, where: str, *, at: datetime) -> None:
    """Note a try from an address (`channel:value`), known by its keyed hash only."""
    db.execute(insert(_try).values(who=vault.hash(where), at=at))


def tries(db: Connection, *, since: datetime, hashes: Sequence[bytes] = ()) -> int:
    """Return how many tries there were since a moment, of an address or in the whole office."""
    query = select(func.count()).select_from(_try).where(_try.c.at >= since)
    if hashes:
        query = query.where(_try.c.who.in_(hashes))
    return int(db.execute(query).scalar_one())


def find(db: Connection, vault: Vault, number: str, born: date) -> int | None:
    """Return the one person who has this NIK or NIM and this birth date, or None.

    One query, whatever matched: nobody can tell which of the two was wrong.
    """
    by_number = union(
        select(_respondent.c.id).where(_respondent.c.nik_hash.in_(vault.hashes(number))),
        select(_number.c.respondent_id).where(func.upper(_number.c.nim) == number.upper()),
    ).subquery()
    query = select(_respondent.c.id, _merged.c.into_id, _respondent.c.birth_date).join(
        _merged, _merged.c.respondent_id == _respondent.c.id, isouter=True
    )
    rows = db.execute(
        query.where(_respondent.c.id.in_(select(by_number)), _respondent.c.erased_at.is_(None))
    ).all()
    same = {row.into_id or row.id for row in rows if row.birth_date == born}
    return same.pop() if len(rows) == 1 and len(same) == 1 else None
