"""News: waves without a form."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_WAVE = """
CREATE TABLE wave (
    id INTEGER NOT NULL PRIMARY KEY,
    form_id VARCHAR NOT NULL,
    form_pk INTEGER REFERENCES form (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    period VARCHAR NOT NULL,
    opened_at DATETIME NOT NULL,
    campaign VARCHAR,
    slot VARCHAR,
    due_on DATE,
    closed_at DATETIME,
    version_id INTEGER REFERENCES campaign_version (id),
    UNIQUE (form_id, cohort_id, period)
)
"""
_NAMES = (
    "id, form_id, form_pk, cohort_id, period, opened_at, campaign, slot, due_on, closed_at, "
    "version_id"
)


def upgrade() -> None:
    """Let a wave do without a form, and keep what it says instead."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuild()
    else:
        op.alter_column("wave", "form_pk", nullable=True)
    op.create_table(
        "news",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"]),
        sa.PrimaryKeyConstraint("wave_id"),
    )


def _rebuild() -> None:
    """Make the table anew: SQLite cannot let a column be empty that could not.

    Others point at its rows meanwhile: that is looked at when the migration is committed, and
    the rows are back by then (https://www.sqlite.org/foreignkeys.html §4.2).
    """
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute("CREATE TABLE wave_kept AS SELECT * FROM wave")
    op.execute("DROP TABLE wave")
    op.execute(_WAVE)
    op.execute(f"INSERT INTO wave ({_NAMES}) SELECT {_NAMES} FROM wave_kept")  # noqa: S608 -- names of ours
    op.execute("DROP TABLE wave_kept")
    op.create_index("ux_wave_slot", "wave", ["campaign", "cohort_id", "slot"], unique=True)
