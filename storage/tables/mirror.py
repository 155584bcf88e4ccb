"""The spreadsheets of Google that responses are copied to, and how far each copy is."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class MirrorLink(SQLModel, table=True):
    """One spreadsheet an office made and shared. `prodi` empty: the office's own, of everyone.

    `personal`: items marked personal are copied too. `codes`: choices as codes, not labels.
    """

    __tablename__ = "mirror_link"

    id: int | None = Field(default=None, primary_key=True)
    prodi: str = Field(unique=True)
    spreadsheet_id: str = Field(unique=True, max_length=200)
    title: str = ""
    personal: bool = False
    codes: bool = False
    linked_by: str
    linked_at: datetime = Field(sa_type=Moment)


class MirrorSheet(SQLModel, table=True):
    """The tab of one form in a linked spreadsheet; one flusher at a time holds its lease.

    `tab` is Google's sheetId, none until the tab is made. `place` is column code → position as
    last seen. `pending` is the token of a batch sent or about to be, none once its outcome is
    known; `tokens` are those known to be carried out, with the moment, as JSON. `thorough`: the
    next flush reads every cell. `trouble` says why the state is not active; `failures` counts
    attempts in a row that ended without an answer.
    """

    __tablename__ = "mirror_sheet"
    __table_args__ = (UniqueConstraint("link_id", "form_id"),)

    id: int | None = Field(default=None, primary_key=True)
    link_id: int = Field(foreign_key="mirror_link.id")
    form_id: str
    tab: int | None = None
    place: str = "{}"
    pending: int | None = None
    tokens: str = "[]"
    thorough: bool = False
    state: str = "active"
    trouble: str = ""
    detail: str = ""
    failures: int = 0
    next_try: datetime | None = Field(default=None, sa_type=Moment)
    owner: str = ""
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    flushed_at: datetime | None = Field(default=None, sa_type=Moment)
    verified_at: datetime | None = Field(default=None, sa_type=Moment)


class MirrorRow(SQLModel, table=True):
    """A response as its row in a sheet was last seen: what differs from it is to be copied.

    Not a foreign key: the row outlives an erased interview until the sheet has lost it too.
    """

    __tablename__ = "mirror_row"

    sheet_id: int = Field(primary_key=True, foreign_key="mirror_sheet.id")
    interview_id: int = Field(primary_key=True, index=True)
    revision: int
    is_unreachable: bool = False


class MirrorQuota(SQLModel, table=True):
    """Requests to Google, `read` and `write` apart: one row each, shared by every process.

    `next_free` is when the next request is due, in seconds since 1970.
    """

    __tablename__ = "mirror_quota"

    name: str = Field(primary_key=True)
    next_free: float = 0.0
