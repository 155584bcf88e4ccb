"""Where alumni work by another register, beside what they told us."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Placement(SQLModel, table=True):
    """A person's newest placement in another register; their answers to us stay as they are.

    `content` is `storage.placements.Placed` as encrypted JSON.
    """

    __tablename__ = "placement"

    respondent_id: int = Field(primary_key=True, foreign_key="respondent.id")
    source: str
    content: bytes
    imported_by: str
    imported_at: datetime = Field(sa_type=Moment)
