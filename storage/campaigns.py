"""Campaigns as they were loaded, and which of them are on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage.database import insert_ignore
from storage.tables import Campaign, CampaignVersion
from storage.tables.columns import table

_campaign = table(Campaign)
_version = table(CampaignVersion)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The newest version of a campaign, and since when it has been on; None: it is off."""

    version_id: int
    name: str
    content: str
    loaded_by: str
    loaded_at: datetime
    since: date | None


def load(db: Connection, name: str, content: str, *, by: str, at: datetime) -> tuple[int, bool]:
    """Return (key, whether it is new) of a version; the newest one again changes nothing."""
    insert_ignore(
        db, Campaign, {"name": name, "is_on": False, "changed_by": by, "changed_at": at}, "name"
    )
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    newest = db.execute(
        select(_version.c.id, _version.c.sha256)
        .where(_version.c.name == name)
        .order_by(_version.c.id.desc())
        .limit(1)
    ).first()
    if newest is not None and newest.sha256 == sha256:
        return int(newest.id), False
    row = {"name": name, "content": content, "sha256": sha256, "loaded_by": by, "loaded_at": at}
    made = db.execute(insert(_version).values(**row).returning(_version.c.id)).scalar_one()
    return int(made), True


def switch(
    db: Connection, name: str, *, is_on: bool, since: date | None, by: str, at: datetime
) -> bool:
    """Turn a campaign on or off; False when it was so already, or there is none."""
    found = db.execute(
        update(_campaign)
        .where(_campaign.c.name == name, _campaign.c.is_on != is_on)
        .values(is_on=is_on, since=since, changed_by=by, changed_at=at)
    )
    return found.rowcount == 1


def listed(db: Connection) -> Sequence[Loaded]:
    """Return every campaign in its newest version, by name."""
    newest = select(func.max(_version.c.id)).group_by(_version.c.name)
    query = (
        select(_version, _campaign.c.is_on, _campaign.c.since)
        .join(_campaign, _campaign.c.name == _version.c.name)
        .where(_version.c.id.in_(newest))
        .order_by(_version.c.name)
    )
    return [_loaded(row) for row in db.execute(query)]


def running(db: Connection) -> Sequence[Loaded]:
    """Return the campaigns that are on."""
    return [one for one in listed(db) if one.since is not None]


def find(db: Connection, name: str) -> Loaded | None:
    """Return a campaign in its newest version, or None."""
    return next((one for one in listed(db) if one.name == name), None)


def content(db: Connection, version_id: int) -> str:
    """Return the file of one version."""
    query = select(_version.c.content).where(_version.c.id == version_id)
    return str(db.execute(query).scalar_one())


def _loaded(row: Any) -> Loaded:
    since = row.since if row.is_on else None
    return Loaded(row.id, row.name, row.content, row.loaded_by, row.loaded_at, since)
