"""Two rows are one person: everything of the one becomes the other's.

Tables are found by their foreign keys, so that a table added later is not forgotten. What a
unique rule forbids to move (both are in one wave) stays with the merged row, which remains:
ledgers keep their sums, and old files still find whom they meant.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Table, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage import respondents
from storage.respondents import Use
from storage.secrets import Vault
from storage.tables import Address, Membership, Respondent
from storage.tables.columns import table
from storage.tables.respondent import Merged

_respondent = table(Respondent)
_address = table(Address)
_merged = table(Merged)
_membership = table(Membership)


class CannotMerge(Exception):
    """`reason` is `same`, `unknown` or `nik` (both have one, and they differ)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows of each table moved, and how many had to stay."""

    moved: Mapping[str, int]
    stayed: Mapping[str, int]


def check(db: Connection, one: int, into: int) -> None:
    """Make sure that two people can be one.

    Raises:
        CannotMerge: with the reason.
    """
    if one == into:
        raise CannotMerge("same")
    if respondents.find(db, one) is None or respondents.find(db, into) is None:
        raise CannotMerge("unknown")
    query = select(_respondent.c.nik_hash).where(
        _respondent.c.id.in_((one, into)), _respondent.c.nik_hash.is_not(None)
    )
    if len(set(db.execute(query).scalars())) > 1:
        raise CannotMerge("nik")


def counts(db: Connection, one: int) -> dict[str, int]:
    """Return how many rows of each table are a person's."""
    found: Counter[str] = Counter()
    for part, column in _references(_respondent):
        query = select(func.count()).select_from(part).where(column == one)
        found[part.name] += int(db.execute(query).scalar_one())
    return {name: number for name, number in found.items() if number}


def merge(db: Connection, vault: Vault, one: int, into: int, *, at: datetime) -> Moved:
    """Give everything of `one` to `into`; what `into` knows already stays as it is.

    Raises:
        CannotMerge: with the reason; nothing was changed.
    """
    for key in sorted((one, into)):
        if respondents.merged_into(db, key) is None and respondents.find(db, key) is not None:
            respondents.lock(db, key)
    check(db, one, into)
    before = counts(db, one)
    _move_addresses(db, one, into)
    _drop_twice(db, one, into)
    for part, column in _references(_respondent):
        if part is not _address:
            _move(db, part, column, one, into)
    _fill(db, vault, one, into)
    db.execute(insert(_merged).values(respondent_id=one, into_id=into, at=at))
    stayed = {name: n for name, n in counts(db, one).items() if name != _merged.name}
    moved = {name: n - stayed.get(name, 0) for name, n in before.items()}
    return Moved({name: n for name, n in moved.items() if n}, stayed)


def _references(target: Table) -> Iterator[tuple[Table, Column[int]]]:
    """Yield (table, column) of every foreign key to a table."""
    for part in target.metadata.sorted_tables:
        for column in part.columns:
            points = {key.column.table.name for key in column.foreign_keys}
            if target.name in points and (part is not _merged or column.name == "into_id"):
                yield part, column


def _move_addresses(db: Connection, one: int, into: int) -> None:
    """Move addresses; those both have become one, and what `into` uses stays in use."""
    theirs = {(a.channel, a.value): a for a in respondents.all_addresses(db, into)}
    used = {a.channel for a in theirs.values() if a.use == Use.MAIN}
    for address in respondents.all_addresses(db, one):
        same = theirs.get((address.channel, address.value))
        if same is not None:
            for part, column in _references(_address):
                _move(db, part, column, address.id, same.id)
            if not _is_referred_to(db, address.id):
                db.execute(delete(_address).where(_address.c.id == address.id))
            continue
        use = Use.SPARE if address.use == Use.MAIN and address.channel in used else address.use
        row = update(_address).where(_address.c.id == address.id)
        db.execute(row.values(respondent_id=into, use=use))


def _is_referred_to(db: Connection, address_id: int) -> bool:
    return any(
        db.execute(select(column).where(column == address_id).limit(1)).first()
        for _part, column in _references(_address)
    )


def _drop_twice(db: Connection, one: int, into: int) -> None:
    """Forget memberships of `one` in cohorts where `into` is a member already."""
    theirs = select(_membership.c.cohort_id).where(_membership.c.respondent_id == into)
    mine = _membership.c.respondent_id == one
    db.execute(delete(_membership).where(mine, _membership.c.cohort_id.in_(theirs)))


def _move(db: Connection, part: Table, column: Column[int], one: int, into: int) -> None:
    """Point rows at `into`, row by row where a unique rule may forbid some of them."""
    rows = update(part).where(column == one)
    try:
        with db.begin_nested():
            db.execute(rows.values({column.name: into}))
    except IntegrityError:
        for key in db.execute(select(*part.primary_key).where(column == one)).all():
            mine = [c == value for c, value in zip(part.primary_key, key, strict=True)]
            try:
                with db.begin_nested():
                    db.execute(update(part).where(*mine).values({column.name: into}))
            except IntegrityError:
                continue  # it stays, and is counted


def _fill(db: Connection, vault: Vault, one: int, into: int) -> None:
    """Give `into` what it lacks; a NIK moves, because only one row may hold it."""
    mine, theirs = respondents.get(db, one), respondents.get(db, into)
    values = {
        name: getattr(mine, name)
        for name in ("birth_date", "gender", "email")
        if getattr(mine, name) and not getattr(theirs, name)
    }
    digits = respondents.nik(db, vault, one)
    bare = update(_respondent).where(_respondent.c.id == one)
    db.execute(bare.values(nik=None, nik_hash=None, email=""))
    if digits:
        values["nik"] = digits
    respondents.change(db, vault, into, values)
