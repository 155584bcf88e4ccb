"""What people attached: a row for each attachment; its content is a file, not a row."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Media(SQLModel, table=True):
    """The `place`-th attachment of an inbox event, from wanted to kept.

    `source` is the provider's own reference, encrypted, forgotten once the attachment is kept.
    `status` is waiting, kept or failed (`reason`: too_large, wrong_type, lost); `name` the file
    it is kept as: the SHA-256 of its content and an ending, so that the same photo sent twice
    is one file. `size` is its content's, in bytes. `due_at` is when it is tried next.
    """

    __tablename__ = "media"
    __table_args__ = (
        UniqueConstraint("seq", "place"),
        Index(
            "ix_media_waiting",
            "due_at",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    seq: int
    place: int
    respondent_id: int = Field(foreign_key="respondent.id", index=True)
    channel: str
    source: bytes | None = None
    status: str
    reason: str = ""
    name: str = Field(default="", index=True)
    content_type: str = ""
    size: int = 0
    tries: int = 0
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
