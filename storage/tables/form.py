"""Published form versions: immutable, so an interview can always finish what it began."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class FormVersion(SQLModel, table=True):
    """One published version; `content` is its artefact as JSON text."""

    __tablename__ = "form"
    __table_args__ = (UniqueConstraint("form_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    form_id: str
    version: str
    sha256: str
    content: str
    published_at: datetime = Field(sa_type=Moment)
