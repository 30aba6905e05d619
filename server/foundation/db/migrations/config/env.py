"""Runs the steps of this history on the engine that the caller brings."""

from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData

from server.foundation.db.columns import NAMING
from server.foundation.db.postgres import compare_by_code_points


def run() -> None:
    """One transaction a step, so that a failing step leaves nothing behind."""
    with context.config.attributes["engine"].connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=MetaData(naming_convention=NAMING),
            transaction_per_migration=True,
            on_version_apply=after_step,
        )
        with context.begin_transaction():
            context.run_migrations()


def after_step(ctx: MigrationContext, *_: Any, **_step: Any) -> None:
    """Work common to every step, in its transaction."""
    if ctx.connection is not None and ctx.dialect.name == "postgresql":
        compare_by_code_points(ctx.connection)


run()
