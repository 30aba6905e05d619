"""Serializes rows for the API; the response model defines the fields and their formats."""

from datetime import tzinfo
from functools import cache
from types import UnionType
from typing import Any, Protocol, Union, get_args, get_origin

from pydantic import BaseModel


class Shown(Protocol):
    """A mark in the annotation of a field whose value isn't shown as it is stored."""

    def show(self, value: Any, zone: tzinfo | None) -> str:
        """The value in the document; not called for None, which stays null."""


def document(
    model: type[BaseModel], row: object, zone: tzinfo | None = None, **given: Any
) -> dict[str, Any]:
    """`row` as `model` describes it, instants in `zone`.

    Each field is the row's attribute of its name, unless it is `given`, by its name in the model
    and as a row would have it.
    """
    found = {}
    for name, attribute, mark in _plan(model):
        value = given[attribute] if attribute in given else getattr(row, attribute)
        found[name] = value if mark is None or value is None else mark.show(value, zone)
    return found


@cache
def _plan(model: type[BaseModel]) -> tuple[tuple[str, str, Shown | None], ...]:
    """By field: its name in the document, the attribute, and how it is shown."""
    found = []
    for name, field in model.model_fields.items():
        is_union = get_origin(field.annotation) in (Union, UnionType)
        either = get_args(field.annotation) if is_union else ()
        inner = [mark for one in either for mark in getattr(one, "__metadata__", ())]
        marks = [one for one in (*field.metadata, *inner) if hasattr(one, "show")]
        found.append((field.alias or name, name, marks[0] if marks else None))
    return tuple(found)
