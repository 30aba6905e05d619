"""Where requests name something beside the object of their address: in bodies and in queries."""

import copy
import inspect
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final, get_args

from pydantic import BaseModel

from tests.support.access.routes import OBJECTS, Door

Path = tuple[str | int, ...]

# Names that differ from the parameter of an address.
OTHERWISE: Final = {
    "parent_id": "unit_id",
    "territory_id": "unit_id",
    "territory_unit_id": "unit_id",
    "contact_user_id": "user_id",
    "assignee_id": "user_id",
    "photos": "asset_id",
    "unit": "unit_id",
    "screen": "screen_id",
    "campaign": "campaign_id",
    "object": "campaign_id",
}
# Names of the same form that name nothing of a unit.
PLAIN: Final = {"venue_kind_id", "file", "digest", "upload"}
# Fields that take any id, existing or not: it is never looked up.
UNREAD: Final = {
    ("POST /api/v1/campaigns/check", "unit_id"): "nothing is kept that would belong to a unit",
    ("POST /api/v1/slides/check", "unit_id"): "nothing is kept that would belong to a unit",
    ("POST /api/v1/screens/bulk", "filter"): "of no account where screens are named",
    ("POST /api/v1/screens/bulk", "line_id"): "of no account but for a move to another line",
    ("POST /api/v1/report-schedules", "campaign_id"): "a report leaves out what isn't in scope",
    ("PATCH /api/v1/report-schedules/<report_schedule_id>", "campaign_id"): "as above",
}
ASKED: Final = re.compile(r'args(?:\.get\(|\[)"(\w+)"|"(\w+_id)"')


def named(name: str) -> str | None:
    """The parameter of an address for the same kind of object; None without one."""
    one = name[:-1] if name.endswith("_ids") else name
    found = OTHERWISE.get(one, one)
    return found if found in OBJECTS and name not in PLAIN else None


def in_body(door: Door) -> Iterator[tuple[Path, str]]:
    """Where in its body it names something, and of what kind."""
    if door.body is not None:
        yield from _in_model(door.body, ())


def in_query(door: Door) -> Iterator[tuple[str, str]]:
    """The names in its query that refer to an object, with its kind.

    A page's are searched in its package: a name too many costs a request and no more.
    """
    names = {field.alias or name for one in door.query for name, field in _fields(one)}
    if not door.rule.startswith("/api/"):
        names = set(_in_source(door.module))
    for name in sorted(names):
        kind = named(name)
        if kind is not None:
            yield name, kind


def with_value(body: Any, path: Path, value: str) -> Any:
    """The body with another id at a place; what isn't there yet is made."""
    changed = copy.deepcopy(body)
    at = changed
    for step, after in pairwise(path):
        if isinstance(step, str):
            at = at.setdefault(step, [{}] if after == 0 else {})
            if after == 0 and not at:
                at.append({})
        else:
            at = at[step]
    last = path[-1]
    at[last] = [value] if str(last).endswith("_ids") or last == "photos" else value
    return changed


def _in_model(model: type[BaseModel], at: Path) -> Iterator[tuple[Path, str]]:
    for name, field in _fields(model):
        path = (*at, field.alias or name)
        kind = named(name)
        if kind is not None:
            yield path, kind
        for inner, listed in _models(field.annotation):
            yield from _in_model(inner, (*path, 0) if listed else path)


def _fields(model: type[BaseModel]) -> Any:
    return model.model_fields.items()


def _models(annotation: Any, *, listed: bool = False) -> Iterator[tuple[type[BaseModel], bool]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, listed
        return
    for inner in get_args(annotation):
        yield from _models(inner, listed=listed or "list" in str(annotation).split("[")[0])


def _in_source(module: str) -> Iterator[str]:
    text = inspect.getsource(sys.modules[module])
    for match in ASKED.finditer(text):
        yield match[1] or match[2]
    for match in re.finditer(r"^    (\w+_id): ", text, re.MULTILINE):
        yield match[1]
