"""One dated occurrence of a survey for one cohort, and everyone it is for."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Wave(SQLModel, table=True):
    """A form, a cohort and a period (`2026-C3`): once, however often it is asked for.

    A campaign's wave is named by its `slot` (`1bulan`), once for a cohort whatever its period;
    `version_id` is the rule it was opened with. Without a campaign staff sent it.
    Without a form it brings news (`storage.tables.news`) and begins no interview.

    `basis` is the law it goes by, where one was said; `keeps_hours`: what staff sent waits for the
    office's send hours, as a campaign's waits for its own.
    """

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("form_id", "cohort_id", "period"),
        Index("ux_wave_slot", "campaign", "cohort_id", "slot", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    form_id: str
    form_pk: int | None = Field(default=None, foreign_key="form.id")
    cohort_id: int = Field(foreign_key="cohort.id")
    period: str
    opened_at: datetime = Field(sa_type=Moment)
    campaign: str | None = None
    slot: str | None = None
    version_id: int | None = Field(default=None, foreign_key="campaign_version.id")
    due_on: date | None = None
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    basis: str = Field(default="", sa_column_kwargs={"server_default": ""})
    keeps_hours: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Audience(SQLModel, table=True):
    """One person of a wave (law 4): their interview, or in staff's words why there is none.

    `state` is `storage.audiences.State`; `next_at` is when it is looked at again, None: never.
    `owed_at` is when the invitation was owed, `reminded` how many reminders were.
    """

    __tablename__ = "audience"
    __table_args__ = (
        UniqueConstraint("wave_id", "respondent_id"),
        Index("ix_audience_due", "state", "next_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    wave_id: int = Field(foreign_key="wave.id")
    respondent_id: int = Field(foreign_key="respondent.id", index=True)
    interview_id: int | None = Field(default=None, foreign_key="interview.id")
    reason: str = ""
    state: str = Field(default="owed", sa_column_kwargs={"server_default": "owed"})
    next_at: datetime | None = Field(default=None, sa_type=Moment)
    owed_at: datetime | None = Field(default=None, sa_type=Moment)
    reminded: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
