"""Published form versions."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from flows.xlsform import Artefact
from storage.tables import FormVersion
from storage.tables.columns import table

_form = table(FormVersion)


class VersionTaken(Exception):
    """This form_id and version are published already with other content."""


def publish(db: Connection, artefact: Artefact, *, at: datetime) -> int:
    """Store a version once and return its key; the same artefact again changes nothing.

    Raises:
        VersionTaken: published versions never change; raise `version` in the file.
    """
    found = db.execute(
        select(_form.c.id, _form.c.sha256).where(
            _form.c.form_id == artefact.form_id, _form.c.version == artefact.version
        )
    ).first()
    if found is None:
        row = {
            "form_id": artefact.form_id,
            "version": artefact.version,
            "sha256": artefact.sha256,
            "content": json.dumps(artefact.content, ensure_ascii=False),
            "published_at": at,
        }
        return int(db.execute(insert(_form).values(**row).returning(_form.c.id)).scalar_one())
    if found.sha256 != artefact.sha256:
        raise VersionTaken(f"{artefact.form_id} {artefact.version}")
    return int(found.id)


def is_taken(db: Connection, artefact: Artefact) -> bool:
    """Whether this form_id and version are published already with other content."""
    query = select(_form.c.sha256).where(
        _form.c.form_id == artefact.form_id, _form.c.version == artefact.version
    )
    return db.execute(query).scalar() not in (None, artefact.sha256)


def get(db: Connection, form_pk: int) -> Artefact:
    """Return the published version with this key."""
    row = db.execute(select(_form).where(_form.c.id == form_pk)).one()
    return Artefact(row.form_id, row.version, row.sha256, json.loads(row.content))


def newest(db: Connection, form_id: str) -> int | None:
    """Return the key of the version published last, or None."""
    query = select(_form.c.id).where(_form.c.form_id == form_id).order_by(_form.c.id.desc())
    return db.execute(query.limit(1)).scalar()


def versions(db: Connection) -> Sequence[tuple[int, str, str, str]]:
    """Return (key, form_id, version, sha256) of every version, oldest first."""
    query = select(_form.c.id, _form.c.form_id, _form.c.version, _form.c.sha256)
    return [tuple(row) for row in db.execute(query.order_by(_form.c.id))]


def listed(db: Connection) -> Sequence[tuple[int, str, str, datetime]]:
    """Return (key, form_id, version, published_at) of every version, oldest first."""
    query = select(_form.c.id, _form.c.form_id, _form.c.version, _form.c.published_at)
    return [tuple(row) for row in db.execute(query.order_by(_form.c.id))]
