"""One respondent answering one form version."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Interview(SQLModel, table=True):
    """`state` is `flows.State` as encrypted JSON, answers included; `status` repeats its status.

    `revision` counts what changed the answers or the status, so a copy knows what it lacks.
    """

    __tablename__ = "interview"
    __table_args__ = (Index("ix_interview_respondent_status", "respondent_id", "status"),)

    id: int | None = Field(default=None, primary_key=True)
    respondent_id: int = Field(foreign_key="respondent.id")
    cohort_id: int | None = Field(default=None, foreign_key="cohort.id", index=True)
    form_pk: int = Field(foreign_key="form.id")
    status: str
    state: bytes
    revision: int = 0
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
