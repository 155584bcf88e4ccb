"""The copy in Google Sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create links, sheets and rows of the mirror; find messages by their interview."""
    op.create_table(
        "mirror_quota",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("next_free", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "mirror_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prodi", sa.String(), nullable=False),
        sa.Column("spreadsheet_id", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("codes", sa.Boolean(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("prodi"),
        sa.UniqueConstraint("spreadsheet_id"),
    )
    op.create_table(
        "mirror_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.String(), nullable=False),
        sa.Column("tab", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=True),
        sa.Column("tokens", sa.String(), nullable=False),
        sa.Column("thorough", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("flushed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["link_id"], ["mirror_link.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("link_id", "form_id"),
    )
    op.create_table(
        "mirror_row",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_unreachable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["mirror_sheet.id"]),
        sa.PrimaryKeyConstraint("sheet_id", "interview_id"),
    )
    op.create_index("ix_mirror_row_interview_id", "mirror_row", ["interview_id"])
    op.create_index("ix_outbox_interview_id", "outbox", ["interview_id"])
