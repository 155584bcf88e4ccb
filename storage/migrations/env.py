"""Runs migrations on the engine that `Database.migrate` hands over."""

from alembic import context

from storage import tables
from storage.tables.columns import table

config = context.config
metadata = table(tables.Respondent).metadata

with config.attributes["engine"].begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()
