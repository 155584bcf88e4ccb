"""Waves know by which law they go, and whether they wait for the office's send hours."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_SAID = re.compile(r"^legal_basis:\s*['\"]?(\w+)", re.MULTILINE)


def upgrade() -> None:
    """Add both to waves; those of news and of campaigns take over what was recorded."""
    op.add_column("wave", sa.Column("basis", sa.String(), server_default="", nullable=False))
    op.add_column(
        "wave", sa.Column("keeps_hours", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute(
        "UPDATE wave SET basis = (SELECT basis FROM news WHERE news.wave_id = wave.id) "
        "WHERE id IN (SELECT wave_id FROM news)"
    )
    op.execute(  # who waited was looked at by another road
        "UPDATE audience SET next_at = '2000-01-01 00:00:00.000000' "
        "WHERE state = 'waiting' AND next_at IS NULL"
    )
    db = op.get_bind()
    for version, content in db.execute(sa.text("SELECT id, content FROM campaign_version")).all():
        found = _SAID.search(content)
        if found:
            db.execute(
                sa.text("UPDATE wave SET basis = :basis WHERE version_id = :version"),
                {"basis": found[1], "version": version},
            )
