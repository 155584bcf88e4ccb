"""Content resources at Twilio: each set of buttons is made once and used by its id."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Content(SQLModel, table=True):
    """`key` is the SHA-256 of what was made, so a question version and language is one row."""

    __tablename__ = "content"

    key: str = Field(primary_key=True, max_length=64)
    sid: str
    created_at: datetime = Field(sa_type=Moment)
