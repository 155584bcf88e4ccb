"""The life of a form before it is published: who drafted, submitted, evaluated, approved, when."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Draft(SQLModel, table=True):
    """One way of a form from drafting to published. A form has at most one under way."""

    __tablename__ = "draft"
    __table_args__ = (
        Index(
            "ux_draft_open",
            "form_id",
            unique=True,
            sqlite_where=text("status <> 'published'"),
            postgresql_where=text("status <> 'published'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    form_id: str = Field(index=True)
    title: str
    author: str
    status: str


class DraftRound(SQLModel, table=True):
    """One submission: what was submitted, to whom, and how it was decided.

    `source` is the author's file as it was, `content` its artefact as JSON text. `reviewer`
    names the supervisor the link was made for. `link` counts the links made: only the last
    one opens. `decision` is empty, returned or approved; `signed_*` is how who decided signs.
    """

    __tablename__ = "draft_round"
    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id")
    number: int
    version: str
    sha256: str = Field(index=True)
    filename: str
    source: bytes
    content: str
    submitted_by: str
    submitted_at: datetime = Field(sa_type=Moment)
    reviewer: str = ""
    link: int = 0
    link_expires_at: datetime | None = Field(default=None, sa_type=Moment)
    decision: str = ""
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_through: str = ""
    signed_name: str = ""
    signed_title: str = ""
    note: str = ""
    form_pk: int | None = Field(default=None, foreign_key="form.id")


class DraftComment(SQLModel, table=True):
    """What a supervisor says of one item, by its path."""

    __tablename__ = "draft_comment"

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="draft_round.id", index=True)
    item: str
    text: str


class DraftStep(SQLModel, table=True):
    """One step of a draft: the status it came to, who brought it there, and when.

    `due_on` is the last day on which the next step is in time.
    """

    __tablename__ = "draft_step"

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    status: str
    by: str
    at: datetime = Field(sa_type=Moment)
    due_on: date | None = None
