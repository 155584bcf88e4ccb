"""People, and the addresses they are reached at."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text, update

from storage import audiences
from storage.bulk import insert_missing
from storage.database import for_update
from storage.secrets import Vault
from storage.tables import Address, Cohort, Membership, Respondent
from storage.tables.columns import table
from storage.tables.respondent import Merged, StudentNumber

_respondent = table(Respondent)
_address = table(Address)
_LOCK = for_update(select(_respondent.c.id).where(_respondent.c.id == bindparam("key")))
_number = table(StudentNumber)
_merged = table(Merged)
_membership = table(Membership)
_cohort = table(Cohort)

_NIK = "respondent.nik"


class Use(StrEnum):
    """What an address is used for; see `tables.Address`."""

    MAIN = "main"
    SPARE = "spare"
    OLD = "old"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Person:
    """A respondent as other parts see one; `nik` is only filled where it was asked for.

    `given_by` says who gave us this contact, where it was not the person.
    """

    id: int
    name: str
    zone: str
    birth_date: date | None = None
    gender: str = ""
    email: str = ""
    nik: str = ""
    given_by: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """An address with whose it is."""

    id: int
    respondent_id: int
    channel: str
    value: str
    use: str = Use.MAIN


def name_key(name: str) -> str:
    """Return a name as it is compared: "SITI MA'RUF, S.Pd." and "Siti Maruf" are one."""
    bare = unicodedata.normalize("NFKD", name.split(",", maxsplit=1)[0].replace("'", ""))
    letters = "".join(c for c in bare.casefold() if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())


def add(db: Connection, vault: Vault, person: Person, *, at: datetime) -> int:
    """Store a new respondent and return its key; `person.id` is not looked at."""
    return add_all(db, vault, [person], at=at)[0]


def add_all(db: Connection, vault: Vault, people: Sequence[Person], *, at: datetime) -> list[int]:
    """Store new respondents and return their keys in the same order."""
    rows = [
        {
            "name": person.name,
            "name_key": name_key(person.name),
            "nik": vault.seal(person.nik, _NIK) if person.nik else None,
            "nik_hash": vault.hash(person.nik) if person.nik else None,
            "birth_date": person.birth_date,
            "gender": person.gender,
            "email": person.email,
            "zone": person.zone,
            "given_by": person.given_by,
            "created_at": at,
        }
        for person in people
    ]
    if not rows:
        return []
    statement = insert(_respondent).returning(_respondent.c.id, sort_by_parameter_order=True)
    return [int(key) for key in db.execute(statement, rows).scalars()]


def check_key(db: Connection, vault: Vault) -> None:
    """Open the newest NIK, if there is one.

    Raises:
        WrongKey: SECRET_KEY is not the one it was stored with.
    """
    query = select(_respondent.c.nik).where(_respondent.c.nik.is_not(None))
    sealed = db.execute(query.order_by(_respondent.c.id.desc()).limit(1)).scalar()
    if sealed is not None:
        vault.open(sealed, _NIK)


def change(db: Connection, vault: Vault, respondent_id: int, values: Mapping[str, Any]) -> None:
    """Write some of a person's facts; names of `Person`'s fields."""
    row = dict(values)
    if "name" in row:
        row["name_key"] = name_key(row["name"])
    if "nik" in row:
        digits = row["nik"]
        row["nik"] = vault.seal(digits, _NIK)
        row["nik_hash"] = vault.hash(digits)
    if row:
        db.execute(update(_respondent).where(_respondent.c.id == respondent_id).values(**row))
    if "zone" in row:
        audiences.retime(db, respondent_id)


def find_by_nik(db: Connection, vault: Vault, nik: str) -> int | None:
    """Return who has this NIK, or None."""
    query = select(_respondent.c.id).where(_respondent.c.nik_hash.in_(vault.hashes(nik)))
    return db.execute(query).scalar()


def find_by_birth(db: Connection, name: str, birth_date: date) -> int | None:
    """Return who has this name and birth date, or None when nobody or several have."""
    query = select(_respondent.c.id).where(
        _respondent.c.name_key == name_key(name),
        _respondent.c.birth_date == birth_date,
        _respondent.c.id.not_in(select(_merged.c.respondent_id)),
    )
    found = db.execute(query.limit(2)).scalars().all()
    return found[0] if len(found) == 1 else None


def find(db: Connection, respondent_id: int) -> Person | None:
    """Return the person, without NIK; None for nobody, and who became another or was erased."""
    row = db.execute(select(_respondent).where(_respondent.c.id == respondent_id)).first()
    if row is None or row.erased_at or merged_into(db, respondent_id) is not None:
        return None
    return Person(row.id, row.name, row.zone, row.birth_date, row.gender, row.email)


def zones(db: Connection) -> Sequence[str]:
    """Return the zones people live in."""
    return list(db.execute(select(_respondent.c.zone).distinct()).scalars())


def merged_into(db: Connection, respondent_id: int) -> int | None:
    """Return whom a row was found to be, or None."""
    query = select(_merged.c.into_id).where(_merged.c.respondent_id == respondent_id)
    return db.execute(query).scalar()


def get(db: Connection, respondent_id: int) -> Person:
    """Return the person, without NIK."""
    row = db.execute(select(_respondent).where(_respondent.c.id == respondent_id)).one()
    return Person(
        row.id, row.name, row.zone, row.birth_date, row.gender, row.email, given_by=row.given_by
    )


def nik(db: Connection, vault: Vault, respondent_id: int) -> str:
    """Return a person's NIK in clear, or nothing; the caller audits why it was shown."""
    query = select(_respondent.c.nik).where(_respondent.c.id == respondent_id)
    return open_nik(vault, db.execute(query).scalar())


def open_nik(vault: Vault, sealed: bytes | None) -> str:
    """Return a stored NIK in clear, or nothing; the caller audits why it was shown."""
    return vault.open(sealed, _NIK).decode() if sealed else ""


def student_numbers(db: Connection, respondent_id: int) -> list[tuple[str, str]]:
    """Return (institution, NIM) of a person; an empty institution is the office's own."""
    query = select(_number.c.institution, _number.c.nim).where(
        _number.c.respondent_id == respondent_id
    )
    return [(row.institution, row.nim) for row in db.execute(query.order_by(_number.c.id))]


def listed(db: Connection, cohort: str = "") -> Iterator[tuple[Person, str, list[str]]]:
    """Yield (person, WhatsApp number in use, cohorts), of one cohort if named, by key."""
    in_use = select(_address.c.respondent_id, _address.c.value).where(
        _address.c.channel == "whatsapp", _address.c.use == Use.MAIN
    )
    numbers = {row.respondent_id: row.value for row in db.execute(in_use)}
    joined = select(_membership.c.respondent_id, _cohort.c.name).join(
        _cohort, _cohort.c.id == _membership.c.cohort_id
    )
    cohorts: dict[int, list[str]] = {}
    for row in db.execute(joined.order_by(_cohort.c.name)):
        cohorts.setdefault(row.respondent_id, []).append(row.name)
    people = (
        select(_respondent)
        .where(
            _respondent.c.id.not_in(select(_merged.c.respondent_id)),
            _respondent.c.erased_at.is_(None),
        )
        .order_by(_respondent.c.id)
    )
    for row in db.execute(people):
        names = cohorts.get(row.id, [])
        if not cohort or cohort in names:
            person = Person(row.id, row.name, row.zone, row.birth_date, row.gender, row.email)
            yield person, numbers.get(row.id, ""), names


def lock(db: Connection, respondent_id: int) -> None:
    """Hold the person until the transaction ends, so that their turns keep their order."""
    db.execute(_LOCK, {"key": respondent_id}).one()


def hold_all(db: Connection) -> None:
    """Let nobody else add or change people until the transaction ends; turns go on."""
    if db.dialect.name != "sqlite":  # whose writers wait for each other anyway
        db.execute(text("LOCK TABLE respondent IN SHARE ROW EXCLUSIVE MODE"))


def add_address(
    db: Connection,
    respondent_id: int,
    channel: str,
    value: str,
    *,
    at: datetime,
    use: Use = Use.MAIN,
    source: str = "office",
) -> None:
    """Note that the person is reached there; the one in use until now becomes a spare.

    An address that is in use already stays as it is.
    """
    here = (_address.c.respondent_id == respondent_id) & (_address.c.channel == channel)
    known = db.execute(select(_address.c.use).where(here, _address.c.value == value)).scalar()
    if known == use or (known is not None and use is Use.SPARE):
        return
    if use is Use.MAIN:
        others = update(_address).where(here, _address.c.use == Use.MAIN)
        db.execute(others.values(use=Use.SPARE))
    if known is not None:
        db.execute(update(_address).where(here, _address.c.value == value).values(use=use))
        return
    row = {"respondent_id": respondent_id, "channel": channel, "value": value, "use": use}
    insert_missing(db, Address, [{**row, "source": source, "created_at": at}])


def add_addresses(db: Connection, rows: Sequence[tuple[int, str, str, Use]], at: datetime) -> None:
    """Note many new addresses: (respondent, channel, value, use) of each."""
    names = ("respondent_id", "channel", "value", "use")
    given = [{**dict(zip(names, row, strict=True)), "created_at": at} for row in rows]
    insert_missing(db, Address, given)


def add_student_numbers(db: Connection, rows: Sequence[tuple[int, str, str]]) -> None:
    """Note many NIMs: (respondent, institution, NIM) of each."""
    names = ("respondent_id", "institution", "nim")
    insert_missing(db, StudentNumber, [dict(zip(names, row, strict=True)) for row in rows])


def replace_address(
    db: Connection, respondent_id: int, channel: str, value: str, *, at: datetime
) -> None:
    """Use another address from now on; the one used until now is `old`."""
    others = update(_address).where(
        _address.c.respondent_id == respondent_id,
        _address.c.channel == channel,
        _address.c.value != value,
        _address.c.use == Use.MAIN,
    )
    db.execute(others.values(use=Use.OLD))
    add_address(db, respondent_id, channel, value, at=at)


def addresses(db: Connection, respondent_id: int) -> dict[str, Reach]:
    """Return the address in use of each channel."""
    every = all_addresses(db, respondent_id)
    return {one.channel: one for one in every if one.use == Use.MAIN}


def all_addresses(db: Connection, respondent_id: int) -> list[Reach]:
    """Return every address of a person, oldest first; spare and old ones too."""
    query = select(_address).where(_address.c.respondent_id == respondent_id)
    return [_reach(row) for row in db.execute(query.order_by(_address.c.id))]


def get_address(db: Connection, address_id: int) -> Reach | None:
    """Return the address with this key, or None when it was erased."""
    row = db.execute(select(_address).where(_address.c.id == address_id)).first()
    return _reach(row) if row else None


def _reach(row: object) -> Reach:
    names = ("id", "respondent_id", "channel", "value", "use")
    return Reach(*(getattr(row, name) for name in names))
