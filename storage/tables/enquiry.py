"""What people ask that no interview can answer; staff do."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Enquiry(SQLModel, table=True):
    """One open question of one person: `respondent_id`, or a stranger's encrypted address.

    `reason` is `question` (they wrote what fits no question), `gave_up` (they could not answer
    one) or `stranger` (we do not know them).
    """

    __tablename__ = "enquiry"
    __table_args__ = (
        Index(
            "ix_enquiry_open",
            "opened_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    respondent_id: int | None = Field(default=None, foreign_key="respondent.id", index=True)
    address_id: int | None = Field(default=None, foreign_key="address.id")
    interview_id: int | None = Field(default=None, foreign_key="interview.id")
    channel: str
    value: bytes
    value_hash: bytes = Field(index=True)
    reason: str
    opened_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: str = ""


class EnquiryLine(SQLModel, table=True):
    """One thing said in an enquiry, encrypted; `by` names the staff, empty: the person."""

    __tablename__ = "enquiry_line"

    id: int | None = Field(default=None, primary_key=True)
    enquiry_id: int = Field(foreign_key="enquiry.id", index=True)
    by: str = ""
    text: bytes
    at: datetime = Field(sa_type=Moment)
