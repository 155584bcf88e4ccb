"""What we write outside interviews, to staff and to chats of nobody we know."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Memo(SQLModel, table=True):
    """A message to a bare address. `key` makes it one message however often it is owed.

    `value` and `body` (a `flows.prompts.Prompt` as JSON) are encrypted. Like what is owed to
    respondents it is claimed before it is sent, and an unknown outcome is not sent again (law 3).
    """

    __tablename__ = "memo"
    __table_args__ = (
        Index(
            "ix_memo_queued",
            "id",
            sqlite_where=text("status IN ('queued', 'sending')"),
            postgresql_where=text("status IN ('queued', 'sending')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=120)
    channel: str
    value: bytes
    body: bytes
    status: str = "queued"
    reason: str = ""
    tries: int = 0
    not_before: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    started_at: datetime | None = Field(default=None, sa_type=Moment)
