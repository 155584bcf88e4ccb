"""What is known of the people a file may mean, read at once: by NIK, NIM, or name and birth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from storage.bulk import chunks
from storage.respondents import Use
from storage.tables import Address, Membership, Respondent
from storage.tables.columns import table
from storage.tables.respondent import Merged, StudentNumber

_respondent = table(Respondent)
_address = table(Address)
_number = table(StudentNumber)
_merged = table(Merged)
_membership = table(Membership)


@dataclass(slots=True)
class Known:
    """A person as far as matching goes. `births` are the names and birth dates they go by.

    `phones` maps a WhatsApp number to its use, `cohorts` a cohort's key to the outcome there.
    """

    id: int
    name: str
    name_key: str
    zone: str
    birth_date: date | None = None
    gender: str = ""
    email: str = ""
    given_by: str = ""
    nik_hash: bytes | None = None
    births: list[tuple[str, date]] = field(default_factory=list)
    numbers: list[tuple[str, str]] = field(default_factory=list)
    phones: dict[str, str] = field(default_factory=dict)
    cohorts: dict[int, str] = field(default_factory=dict)

    def phone(self) -> str:
        """Return the number in use, or nothing."""
        return next((value for value, use in self.phones.items() if use == Use.MAIN), "")


def known(
    db: Connection,
    *,
    nik_hashes: Iterable[bytes],
    nims: Iterable[str],
    name_keys: Iterable[str],
) -> list[Known]:
    """Return everyone with any of these; a merged row stands for who it was found to be."""
    ids = set(_column(db, _respondent.c.id, _respondent.c.nik_hash, nik_hashes))
    ids |= set(_column(db, _number.c.respondent_id, _number.c.nim, nims))
    ids |= set(_column(db, _respondent.c.id, _respondent.c.name_key, name_keys))
    into = dict(
        _rows(db, (_merged.c.respondent_id, _merged.c.into_id), _merged.c.respondent_id, ids)
    )
    whole = (
        (row.respondent_id, row.into_id)
        for row in _rows(
            db, (_merged.c.respondent_id, _merged.c.into_id), _merged.c.into_id,
            {into.get(one, one) for one in ids},
        )
    )  # fmt: skip
    into.update(whole)
    wanted = sorted({into.get(one, one) for one in ids})
    people: dict[int, Known] = {}
    also = [one for one in into if one not in wanted]
    births: list[tuple[int, str, date]] = []
    for row in _rows(db, tuple(_respondent.c), _respondent.c.id, [*wanted, *also]):
        owner = into.get(row.id, row.id)
        if row.birth_date is not None:
            births.append((owner, row.name_key, row.birth_date))
        if owner == row.id:
            people[row.id] = Known(
                row.id, row.name, row.name_key, row.zone, row.birth_date, row.gender, row.email,
                row.given_by, row.nik_hash,
            )  # fmt: skip
    for owner, key, born in births:
        people[owner].births.append((key, born))
    _fill(db, people, wanted)
    return [people[one] for one in wanted]


def _fill(db: Connection, people: dict[int, Known], ids: Sequence[int]) -> None:
    for row in _rows(db, tuple(_number.c), _number.c.respondent_id, ids):
        people[row.respondent_id].numbers.append((row.institution, row.nim))
    for row in _rows(db, tuple(_address.c), _address.c.respondent_id, ids):
        if row.channel == "whatsapp":
            people[row.respondent_id].phones[row.value] = row.use
    for row in _rows(db, tuple(_membership.c), _membership.c.respondent_id, ids):
        people[row.respondent_id].cohorts[row.cohort_id] = row.outcome


def _column(
    db: Connection, wanted: ColumnElement[Any], by: ColumnElement[Any], values: Iterable[Any]
) -> list[Any]:
    return [row[0] for row in _rows(db, (wanted,), by, values)]


def _rows(
    db: Connection,
    columns: Sequence[ColumnElement[Any]],
    by: ColumnElement[Any],
    values: Iterable[Any],
) -> list[Any]:
    found: list[Any] = []
    for some in chunks(list(values)):
        found += db.execute(select(*columns).where(by.in_(some)).order_by(*columns[:1])).all()
    return found
