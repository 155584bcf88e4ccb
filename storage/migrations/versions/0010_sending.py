"""Sending: whom an attempt wrote to first, and when bulk may go again."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add what the daily tier and back-off need."""
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
