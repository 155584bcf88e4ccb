"""Answers that name somebody to ask: each interview is looked at once."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Naming(SQLModel, table=True):
    """What a finished interview named: somebody, or nobody (None)."""

    __tablename__ = "naming"

    interview_id: int = Field(primary_key=True, foreign_key="interview.id")
    respondent_id: int | None = Field(default=None, foreign_key="respondent.id", index=True)
    at: datetime = Field(sa_type=Moment)
