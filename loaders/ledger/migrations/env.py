"""Alembic's way in: it migrates over the connection that `bring_up_to_date` gives it, within its transaction."""

from alembic import context

from loaders.ledger.migration import MARK
from loaders.ledger.schema import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables,
    version_table=MARK,
)
context.run_migrations()
