"""Sending: whom an attempt wrote to first, when bulk may go again, who waits for a wave."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add what the daily tier, back-off and waiting people need."""
    op.add_column("attempt", sa.Column("opens", sa.Integer(), nullable=True))
    opens = sa.text("opens IS NOT NULL")
    op.create_index(
        "ix_attempt_opens", "attempt", ["started_at", "opens", "outcome"],
        sqlite_where=opens, postgresql_where=opens,
    )  # fmt: skip
    op.add_column(
        "channel", sa.Column("bulk_after", sa.Float(), server_default="0", nullable=False)
    )
    op.add_column("channel", sa.Column("bulk_step", sa.Float(), server_default="0", nullable=False))
    op.add_column(
        "audience", sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    waits = sa.text("waits")
    op.create_index(
        "ix_audience_waits", "audience", ["wave_id", "respondent_id"],
        sqlite_where=waits, postgresql_where=waits,
    )  # fmt: skip
