"""One dated occurrence of a survey for one cohort, and everyone it is for."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Wave(SQLModel, table=True):
    """A form, a cohort and a period (`2026-C3`): once, however often it is asked for."""

    __tablename__ = "wave"
    __table_args__ = (UniqueConstraint("form_id", "cohort_id", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    form_id: str
    form_pk: int = Field(foreign_key="form.id")
    cohort_id: int = Field(foreign_key="cohort.id")
    period: str
    opened_at: datetime = Field(sa_type=Moment)


class Audience(SQLModel, table=True):
    """One person of a wave (law 4): their interview, or in staff's words why there is none.

    `waits`: they are in another interview, and are invited when it is over.
    """

    __tablename__ = "audience"
    __table_args__ = (
        UniqueConstraint("wave_id", "respondent_id"),
        Index(
            "ix_audience_waits",
            "wave_id",
            "respondent_id",
            sqlite_where=text("waits"),
            postgresql_where=text("waits"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    wave_id: int = Field(foreign_key="wave.id")
    respondent_id: int = Field(foreign_key="respondent.id", index=True)
    interview_id: int | None = Field(default=None, foreign_key="interview.id")
    reason: str = ""
    waits: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
