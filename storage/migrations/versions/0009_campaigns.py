"""Campaigns: rules as data, waves by slot, and a state for everyone of a wave."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create campaigns; give waves their slot, and people of a wave their state."""
    op.create_table(
        "campaign",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "campaign_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.Column("loaded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["name"], ["campaign.name"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_campaign_version_name", "campaign_version", ["name"])
    op.add_column("wave", sa.Column("campaign", sa.String(), nullable=True))
    op.add_column("wave", sa.Column("slot", sa.String(), nullable=True))
    op.add_column("wave", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("wave", sa.Column("closed_at", MOMENT, nullable=True))
    # SQLite adds a foreign key only with its column, which Alembic does not write.
    op.execute("ALTER TABLE wave ADD COLUMN version_id INTEGER REFERENCES campaign_version(id)")
    op.create_index("ux_wave_slot", "wave", ["campaign", "cohort_id", "slot"], unique=True)
    state = sa.Column("state", sa.String(), server_default="owed", nullable=False)
    reminded = sa.Column("reminded", sa.Integer(), server_default="0", nullable=False)
    op.add_column("audience", state)
    op.add_column("audience", sa.Column("next_at", MOMENT, nullable=True))
    op.add_column("audience", sa.Column("owed_at", MOMENT, nullable=True))
    op.add_column("audience", reminded)
    op.execute("UPDATE audience SET state = 'skipped' WHERE interview_id IS NULL")
    op.create_index("ix_audience_due", "audience", ["state", "next_at"])
