"""Who agreed to what, and who asked us to stop."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Consent(SQLModel, table=True):
    """An answer to a notice, provable: which text, when, by which message (UU 27/2022 Ps 24).

    `text_version` names the notice; `text_sha256` is of the very words shown.
    """

    __tablename__ = "consent"

    id: int | None = Field(default=None, primary_key=True)
    respondent_id: int = Field(foreign_key="respondent.id", index=True)
    form_id: str
    agreed: bool
    text_version: str
    text_sha256: str
    at: datetime = Field(sa_type=Moment)
    channel: str
    message_id: str


class Stop(SQLModel, table=True):
    """A wish for no more messages; it holds until `lifted_at` (law 6)."""

    __tablename__ = "stop"

    id: int | None = Field(default=None, primary_key=True)
    respondent_id: int = Field(foreign_key="respondent.id", index=True)
    reason: str
    at: datetime = Field(sa_type=Moment)
    channel: str
    message_id: str
    lifted_at: datetime | None = Field(default=None, sa_type=Moment)
    lifted_by: str = ""
