"""Runs migrations in the transaction that `storage.database.upgrade` hands over."""

from alembic import context

from storage import tables
from storage.tables.columns import table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=table(tables.Respondent).metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
