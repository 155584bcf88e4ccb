"""Respondents who finished together."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Cohort(SQLModel, table=True):
    """A training batch, a yudisium, a PPG batch. `programme` is the training or prodi."""

    __tablename__ = "cohort"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    prodi: str
    programme: str
    started_on: date | None = None
    ended_on: date | None = None


class Membership(SQLModel, table=True):
    """A respondent in a cohort, with how they left it (`Lulus`, `Tidak Lulus`, …)."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("cohort_id", "respondent_id"),)

    id: int | None = Field(default=None, primary_key=True)
    cohort_id: int = Field(foreign_key="cohort.id")
    respondent_id: int = Field(foreign_key="respondent.id", index=True)
    outcome: str = ""
