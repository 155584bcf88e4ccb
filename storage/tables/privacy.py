"""What people ask of their own data, who was erased, and who tried to be known."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class PrivacyRequest(SQLModel, table=True):
    """One wish about one's own data: `kind` is show, change or erase (UU 27/2022).

    `text` is what the person wrote, encrypted. `due_at` is when the law wants it done. `tries`
    counts birth dates given in chat, the first from `asked_at` on; `granted_at` opens the file.
    `outcome` is done, refused or withdrawn. A person has one open request of a kind.
    """

    __tablename__ = "privacy_request"
    __table_args__ = (
        Index(
            "ux_privacy_request_open",
            "respondent_id",
            "kind",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    respondent_id: int = Field(foreign_key="respondent.id", index=True)
    address_id: int | None = Field(default=None, foreign_key="address.id")
    kind: str
    text: bytes
    opened_by: str = ""
    opened_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    asked_at: datetime | None = Field(default=None, sa_type=Moment)
    tries: int = 0
    granted_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: str = ""
    outcome: str = ""


class Tombstone(SQLModel, table=True):
    """A keyed hash of what identified somebody who was erased: no file brings them back unseen.

    `kind` is nik, nim, birth (name and birth date), contact (name and address) or refused (an
    address that somebody else gave us, whose owner said no).
    """

    __tablename__ = "tombstone"
    __table_args__ = (UniqueConstraint("respondent_id", "hash"),)

    id: int | None = Field(default=None, primary_key=True)
    respondent_id: int = Field(foreign_key="respondent.id")
    kind: str
    hash: bytes = Field(index=True)
    made_at: datetime = Field(sa_type=Moment)
    lifted_at: datetime | None = Field(default=None, sa_type=Moment)


class Keyring(SQLModel, table=True):
    """A key of its own kind, sealed: hashes whose clear text is gone outlive a SECRET_KEY."""

    __tablename__ = "keyring"

    name: str = Field(primary_key=True, max_length=60)
    secret: bytes


class KeyRotation(SQLModel, table=True):
    """How far the values of one table are sealed anew: `last` is its last key done, as JSON."""

    __tablename__ = "key_rotation"

    part: str = Field(primary_key=True, max_length=60)
    fingerprint: str
    last: str = ""
    done: int = 0
    changed: int = 0
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class IdentityTry(SQLModel, table=True):
    """One try to be known from an address that is nobody's; `who` is the address's keyed hash."""

    __tablename__ = "identity_try"

    id: int | None = Field(default=None, primary_key=True)
    who: bytes = Field(index=True)
    at: datetime = Field(sa_type=Moment, index=True)
