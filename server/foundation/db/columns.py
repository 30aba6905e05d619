"""Conventions of every table: numbers as keys, instants as integer milliseconds UTC."""

from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

# SQLite gives never-reused numbers only to a column declared exactly INTEGER.
Number = BigInteger().with_variant(Integer(), "sqlite")

Key = Annotated[int, mapped_column(Number, primary_key=True, autoincrement=True)]
Instant = Annotated[int, mapped_column(BigInteger)]
Digest = Annotated[str, mapped_column(String(64))]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class ConfigBase(DeclarativeBase):
    """Base of all configuration tables; the tables of plays have text SQL only."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012 - read by SQLAlchemy as a class attribute
    __table_args__: Any = {"sqlite_autoincrement": True}  # noqa: RUF012 - likewise
