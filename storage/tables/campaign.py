"""Campaigns: their rules as they were loaded, and which are on."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Campaign(SQLModel, table=True):
    """A campaign by its name. Waves that were due before `since` are not its business."""

    __tablename__ = "campaign"

    name: str = Field(primary_key=True, max_length=60)
    is_on: bool
    since: date | None = None
    changed_by: str
    changed_at: datetime = Field(sa_type=Moment)


class CampaignVersion(SQLModel, table=True):
    """A campaign file as it was loaded, immutable: an open wave keeps the one it began with."""

    __tablename__ = "campaign_version"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(foreign_key="campaign.name", index=True, max_length=60)
    content: str
    sha256: str
    loaded_by: str
    loaded_at: datetime = Field(sa_type=Moment)
