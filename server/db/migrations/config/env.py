"""Runs the steps of this history on the engine that the caller brings."""

from alembic import context
from sqlalchemy import MetaData

from server.db.columns import NAMING


def run() -> None:
    """One transaction a step, so that a failing step leaves nothing behind."""
    with context.config.attributes["engine"].connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=MetaData(naming_convention=NAMING),
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
