"""Who people are: comparable names, student numbers, merged rows, addresses and their use."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what law 11 needs, and fill it for the people already stored."""
    op.add_column(
        "respondent", sa.Column("name_key", sa.String(), server_default="", nullable=False)
    )
    op.create_index("ix_respondent_name_birth", "respondent", ["name_key", "birth_date"])
    op.add_column("address", sa.Column("use", sa.String(), server_default="main", nullable=False))
    op.create_table(
        "student_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("respondent_id", sa.Integer(), nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("nim", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["respondent_id"], ["respondent.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("institution", "nim"),
    )
    op.create_index("ix_student_number_respondent_id", "student_number", ["respondent_id"])
    op.create_table(
        "merged",
        sa.Column("respondent_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["respondent_id"], ["respondent.id"]),
        sa.ForeignKeyConstraint(["into_id"], ["respondent.id"]),
        sa.PrimaryKeyConstraint("respondent_id"),
    )
    op.create_index("ix_merged_into_id", "merged", ["into_id"])
    op.create_table(
        "column_mapping",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    _fill_name_keys()
    _keep_only_the_newest_address_in_use()


def _fill_name_keys() -> None:
    db = op.get_bind()
    respondent = sa.table("respondent", sa.column("id"), sa.column("name"), sa.column("name_key"))
    keys = [
        {"one": row.id, "key": _name_key(row.name)}
        for row in db.execute(sa.select(respondent.c.id, respondent.c.name))
    ]
    if keys:
        statement = respondent.update().where(respondent.c.id == sa.bindparam("one"))
        db.execute(statement.values(name_key=sa.bindparam("key")), keys)


def _keep_only_the_newest_address_in_use() -> None:
    """Until now the newest address of a channel was the one used."""
    op.execute(
        "UPDATE address SET use = 'spare' WHERE EXISTS (SELECT 1 FROM address AS newer "
        "WHERE newer.respondent_id = address.respondent_id "
        "AND newer.channel = address.channel AND newer.id > address.id)"
    )


def _name_key(name: str) -> str:
    """`storage.respondents.name_key` as it was when this migration was written."""
    bare = unicodedata.normalize("NFKD", name.split(",", maxsplit=1)[0].replace("'", ""))
    letters = "".join(c for c in bare.casefold() if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())
