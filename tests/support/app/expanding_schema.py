"""What a later schema takes from a release that doesn't know it: nothing, where it only adds."""

from typing import Any, NamedTuple

from sqlalchemy import Inspector, inspect

from server.foundation.db.session import Database


class Column(NamedTuple):
    """The properties of a column that matter to a writer of a row."""

    type: str
    nullable: bool
    has_default: bool


class Table(NamedTuple):
    """A table as others rely on it; `demands` are all constraints that a row has to meet."""

    columns: dict[str, Column]
    demands: set[str]


def tables_of(database: Database) -> dict[str, Table]:
    """By name."""
    inspector, schema = inspect(database.engine), database.schema
    return {name: _table(inspector, name, schema) for name in inspector.get_table_names(schema)}


def narrowed(before: dict[str, Table], after: dict[str, Table]) -> list[str]:
    """What of a schema an older release would miss or fall foul of."""
    found = [f"{name} is gone" for name in before.keys() - after.keys()]
    for name in before.keys() & after.keys():
        found += _narrowed(name, before[name], after[name])
    return sorted(found)


def _narrowed(name: str, before: Table, after: Table) -> list[str]:
    kept = before.columns.keys() & after.columns.keys()
    added = after.columns.keys() - before.columns.keys()
    return [
        *(f"{name}.{one} is gone" for one in before.columns.keys() - after.columns.keys()),
        *(
            f"{name}.{one} is another column"
            for one in kept
            if before.columns[one] != after.columns[one]
        ),
        *(
            f"{name}.{one} has to be given"
            for one in added
            if not after.columns[one].nullable and not after.columns[one].has_default
        ),
        *(f"{name} demands {one}" for one in after.demands - before.demands if _of(one, kept)),
    ]


def _of(demand: str, kept: set[str]) -> bool:
    """Whether it is one that rows of an older release may fail: of more than new columns."""
    kind, _, columns = demand.partition(" of ")
    return kind == "check" or bool(set(columns.split(",")) & kept)


def _table(inspector: Inspector, name: str, schema: str | None) -> Table:
    columns = {
        one["name"]: Column(str(one["type"]), bool(one["nullable"]), one.get("default") is not None)
        for one in inspector.get_columns(name, schema)
    }
    return Table(columns, set(_demands(inspector, name, schema)))


def _demands(inspector: Inspector, name: str, schema: str | None) -> list[str]:
    def of(kind: str, columns: list[Any]) -> str:
        return f"{kind} of {','.join(sorted(str(one) for one in columns))}"

    unique = [one["column_names"] for one in inspector.get_unique_constraints(name, schema)]
    unique += [one["column_names"] for one in inspector.get_indexes(name, schema) if one["unique"]]
    return [
        of("primary key", inspector.get_pk_constraint(name, schema)["constrained_columns"]),
        *(of("unique", one) for one in unique),
        *(
            of(f"row of {one['referred_table']}", one["constrained_columns"])
            for one in inspector.get_foreign_keys(name, schema)
        ),
        *(f"check of {one['sqltext']}" for one in inspector.get_check_constraints(name, schema)),
    ]
