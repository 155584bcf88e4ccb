"""Who looked at or changed what."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Audit(SQLModel, table=True):
    """One line for each thing staff did with people's data."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment)
    actor: str
    action: str
    detail: str = ""
