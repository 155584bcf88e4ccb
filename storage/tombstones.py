"""Who was erased, or refused to be a contact, by keyed hashes only: no file brings them back.

The hashes have a key of their own, sealed in the database: their clear text is gone, so they could
not be made anew when SECRET_KEY changes.
"""

import hmac
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from storage.bulk import chunks, insert_missing
from storage.database import insert_ignore
from storage.respondents import name_key
from storage.secrets import Vault
from storage.tables import Keyring, Tombstone
from storage.tables.columns import table

_tombstone = table(Tombstone)
_keyring = table(Keyring)
_NAME, _PLACE = "tombstone", "keyring.secret"

STRONG = ("nik", "nim")
"""Kinds that name one person; a name with a birth date or an address may be another's too."""


REFUSED = "refused"
"""The kind of a contact's address, given by somebody else, whose owner said no."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What identifies a person, as far as it is known."""

    name: str
    nik: str = ""
    numbers: Collection[tuple[str, str]] = ()
    birth_date: date | None = None
    addresses: Collection[tuple[str, str]] = ()
    given_by: str = ""

    def marks(self) -> list[tuple[str, str]]:
        """Return (kind, text to be hashed) of each."""
        key = name_key(self.name)
        found = [("nik", self.nik)] if self.nik else []
        found += [("nim", f"{institution}:{nim}") for institution, nim in self.numbers]
        if key and self.birth_date:
            found.append(("birth", f"{key}:{self.birth_date.isoformat()}"))
        found += [("contact", f"{key}:{one}:{value}") for one, value in self.addresses if key]
        if self.given_by:
            found += self.refused()
        return found

    def refused(self) -> list[tuple[str, str]]:
        """Return the marks of a contact as such, whatever name it is given under."""
        return [(REFUSED, f"{one}:{value}") for one, value in self.addresses]


@dataclass(frozen=True, slots=True)
class Grave:
    """Whose marks were met, and when they were made; `is_refusal`: of a contact who said no."""

    respondent_id: int
    at: datetime
    is_refusal: bool


def bury(db: Connection, vault: Vault, respondent_id: int, traits: Traits, *, at: datetime) -> None:
    """Keep the hashes of an erased person; safe to repeat."""
    _bury(db, vault, respondent_id, traits.marks(), at)


def refuse(
    db: Connection, vault: Vault, respondent_id: int, traits: Traits, *, at: datetime
) -> None:
    """Keep the hashes of a contact who wants none of it: nobody gives it to us again."""
    _bury(db, vault, respondent_id, traits.refused(), at)


def _bury(
    db: Connection, vault: Vault, respondent_id: int, marks: Sequence[tuple[str, str]],
    at: datetime,
) -> None:  # fmt: skip
    secret = _secret(db, vault)
    row = {"respondent_id": respondent_id, "made_at": at}
    rows = [{**row, "kind": kind, "hash": _hash(secret, kind, said)} for kind, said in marks]
    insert_missing(db, Tombstone, rows)


def lift(db: Connection, respondent_id: int, *, at: datetime) -> bool:
    """Let a person come back who asked to; False when nobody of that key was erased."""
    found = db.execute(
        update(_tombstone)
        .where(_tombstone.c.respondent_id == respondent_id, _tombstone.c.lifted_at.is_(None))
        .values(lifted_at=at)
    )
    return int(found.rowcount) > 0


def buried(db: Connection, vault: Vault, people: Sequence[Traits]) -> Mapping[int, Grave]:
    """Return place in `people` → whose marks they bear, of those who were erased or refused.

    A weaker likeness counts only where no NIK or NIM says that it is somebody else (law 11).
    """
    standing = db.execute(select(_tombstone.c.id).where(_tombstone.c.lifted_at.is_(None)).limit(1))
    if standing.first() is None:
        return {}
    secret = _secret(db, vault)
    marks = [{(kind, _hash(secret, kind, said)) for kind, said in one.marks()} for one in people]
    graves = _graves(db, {hashed for one in marks for _kind, hashed in one})
    found: dict[int, Grave] = {}
    for place, mine in enumerate(marks):
        for respondent_id, (theirs, at) in graves.items():
            if _is_same(mine, theirs):
                is_refusal = {kind for kind, _hashed in theirs} == {REFUSED}
                found[place] = Grave(respondent_id, at, is_refusal)
    return found


def _is_same(mine: Iterable[tuple[str, bytes]], theirs: set[tuple[str, bytes]]) -> bool:
    same = {kind for kind, hashed in mine if (kind, hashed) in theirs}
    if same & {*STRONG, REFUSED}:
        return True
    known = {kind for kind, _hashed in theirs}
    differs = any(kind in STRONG and kind in known for kind, _hashed in mine)
    return bool(same) and not differs


def _graves(
    db: Connection, hashes: Collection[bytes]
) -> dict[int, tuple[set[tuple[str, bytes]], datetime]]:
    """Return who has any of these hashes, with all of theirs."""
    ids: set[int] = set()
    for some in chunks(sorted(hashes)):
        query = select(_tombstone.c.respondent_id).where(
            _tombstone.c.hash.in_(some), _tombstone.c.lifted_at.is_(None)
        )
        ids |= set(db.execute(query).scalars())
    theirs: defaultdict[int, set[tuple[str, bytes]]] = defaultdict(set)
    made: dict[int, datetime] = {}
    for keys in chunks(sorted(ids)):
        for row in db.execute(select(_tombstone).where(_tombstone.c.respondent_id.in_(keys))):
            theirs[row.respondent_id].add((row.kind, bytes(row.hash)))
            made[row.respondent_id] = row.made_at
    return {key: (theirs[key], made[key]) for key in theirs}


def _secret(db: Connection, vault: Vault) -> bytes:
    query = select(_keyring.c.secret).where(_keyring.c.name == _NAME)
    sealed = db.execute(query).scalar()
    if sealed is None:
        row = {"name": _NAME, "secret": vault.seal(os.urandom(32), _PLACE)}
        insert_ignore(db, Keyring, row, "name")
        sealed = db.execute(query).scalar_one()
    return vault.open(sealed, _PLACE)


def _hash(secret: bytes, kind: str, text: str) -> bytes:
    return hmac.digest(secret, f"{kind}:{text}".encode(), "sha256")
