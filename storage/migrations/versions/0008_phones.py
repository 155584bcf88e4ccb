"""Attachments, buttons made at Twilio, the life of templates, parts of a message."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create media and content; add what templates and messages were missing."""
    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("respondent_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["respondent_id"], ["respondent.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("seq", "place"),
    )
    op.create_index("ix_media_respondent_id", "media", ["respondent_id"])
    op.create_index("ix_media_name", "media", ["name"])
    is_waiting = sa.text("status = 'waiting'")
    op.create_index(
        "ix_media_waiting", "media", ["due_at"],
        sqlite_where=is_waiting, postgresql_where=is_waiting,
    )  # fmt: skip
    op.create_table(
        "content",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    for name, default in (
        ("name", ""), ("language", ""), ("category", ""), ("body", ""),
        ("status", "approved"), ("reason", ""),
    ):  # fmt: skip
        column = sa.Column(name, sa.String(), nullable=False, server_default=default)
        op.add_column("template", column)
    op.add_column("template", sa.Column("checked_at", MOMENT, nullable=True))
    op.add_column("outbox", sa.Column("parts", sa.Integer(), nullable=False, server_default="1"))
