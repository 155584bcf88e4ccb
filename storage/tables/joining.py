"""One-time links by which people and staff connect a chat of theirs."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class JoinLink(SQLModel, table=True):
    """A link that connects one chat, once, to one respondent or one of the staff.

    The token is made from the key and signed (`bot.links`), so it is not stored. `form_pk` and
    `cohort_id` say what the person is asked once they are connected. `used_by` is the keyed hash
    of the address that used it: the same chat opening its link again is greeted, not refused.
    """

    __tablename__ = "join_link"

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    respondent_id: int | None = Field(default=None, foreign_key="respondent.id", index=True)
    staff_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    form_pk: int | None = Field(default=None, foreign_key="form.id")
    cohort_id: int | None = Field(default=None, foreign_key="cohort.id")
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
    used_by: bytes | None = None
