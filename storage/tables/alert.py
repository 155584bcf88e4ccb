"""What staff must know of, from when it began until it is over."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Alert(SQLModel, table=True):
    """Trouble of one kind with one thing (`key`); told once, when it begins."""

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "ux_alert_open",
            "key",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=120)
    sentence: str
    began_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
