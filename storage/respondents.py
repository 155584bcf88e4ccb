"""People, and the addresses they are reached at."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from storage.database import for_update, insert_ignore
from storage.secrets import Vault
from storage.tables import Address, Respondent
from storage.tables.columns import table

_respondent = table(Respondent)
_address = table(Address)


@dataclass(frozen=True, slots=True)
class Person:
    """A respondent as other parts see one; `nik` is only filled where it was asked for."""

    id: int
    name: str
    zone: str
    birth_date: date | None = None
    gender: str = ""
    email: str = ""
    nik: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """An address with whose it is."""

    id: int
    respondent_id: int
    channel: str
    value: str


def add(db: Connection, vault: Vault, person: Person, *, at: datetime) -> int:
    """Store a new respondent and return its key; `person.id` is not looked at."""
    row = {
        "name": person.name,
        "nik": vault.seal(person.nik, "respondent.nik") if person.nik else None,
        "nik_hash": vault.hash(person.nik) if person.nik else None,
        "birth_date": person.birth_date,
        "gender": person.gender,
        "email": person.email,
        "zone": person.zone,
        "created_at": at,
    }
    statement = insert(_respondent).values(**row).returning(_respondent.c.id)
    return int(db.execute(statement).scalar_one())


def find_by_nik(db: Connection, vault: Vault, nik: str) -> int | None:
    """Return who has this NIK, or None."""
    query = select(_respondent.c.id).where(_respondent.c.nik_hash == vault.hash(nik))
    return db.execute(query).scalar()


def find_by_birth(db: Connection, name: str, birth_date: date) -> int | None:
    """Return who has this name and birth date, or None when nobody or several have."""
    query = select(_respondent.c.id).where(
        _respondent.c.name == name, _respondent.c.birth_date == birth_date
    )
    found = db.execute(query.limit(2)).scalars().all()
    return found[0] if len(found) == 1 else None


def get(db: Connection, respondent_id: int) -> Person:
    """Return the person, without NIK."""
    row = db.execute(select(_respondent).where(_respondent.c.id == respondent_id)).one()
    return Person(row.id, row.name, row.zone, row.birth_date, row.gender, row.email)


def nik(db: Connection, vault: Vault, respondent_id: int) -> str:
    """Return a person's NIK in clear, or nothing; the caller audits why it was shown."""
    query = select(_respondent.c.nik).where(_respondent.c.id == respondent_id)
    sealed = db.execute(query).scalar()
    return vault.open(sealed, "respondent.nik").decode() if sealed else ""


def lock(db: Connection, respondent_id: int) -> None:
    """Hold the person until the transaction ends, so that their turns keep their order."""
    query = select(_respondent.c.id).where(_respondent.c.id == respondent_id)
    db.execute(for_update(query)).one()


def add_address(
    db: Connection, respondent_id: int, channel: str, value: str, *, at: datetime
) -> None:
    """Note that the person is reached there; noted before changes nothing."""
    row = {"respondent_id": respondent_id, "channel": channel, "value": value, "created_at": at}
    insert_ignore(db, Address, row, "id")


def addresses(db: Connection, respondent_id: int) -> dict[str, Reach]:
    """Return the newest address of each channel."""
    query = select(_address).where(_address.c.respondent_id == respondent_id)
    rows = db.execute(query.order_by(_address.c.id))
    return {row.channel: _reach(row) for row in rows}


def get_address(db: Connection, address_id: int) -> Reach | None:
    """Return the address with this key, or None when it was erased."""
    row = db.execute(select(_address).where(_address.c.id == address_id)).first()
    return _reach(row) if row else None


def _reach(row: object) -> Reach:
    return Reach(*(getattr(row, name) for name in ("id", "respondent_id", "channel", "value")))
