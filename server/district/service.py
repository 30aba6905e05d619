"""Use cases of the district's settings: an administrator of the whole district changes them."""

from collections.abc import Mapping
from typing import Any

from server.accounts.actor import Actor
from server.accounts.audit import record
from server.checks import Check, unchecked
from server.core import Core
from server.district import queries
from server.district.models import DistrictSetting
from server.errors import Forbidden, Invalid, fault
from server.texts import Sentence
from server.venues.kinds import KINDS

WHOLE_DISTRICT = Sentence(
    "这些设置对全区生效，只有全区的管理员可以更改。",
    "These settings hold for the whole district: only its administrator changes them.",
)

NO_SUCH_KIND = Sentence("没有这种点位类型。", "There is no such venue kind.")


def may_change(actor: Actor) -> bool:
    """Whether the person administers the whole district, not only a part of it."""
    return any(path.count("/") == 2 for path in actor.roots("settings.manage"))


def change(
    core: Core, actor: Actor, changes: Mapping[str, Mapping[str, Any]], check: Check = unchecked
) -> None:
    """Change values by group and name; reports follow at once. Raises Forbidden, Invalid."""
    if not may_change(actor):
        raise Forbidden(WHOLE_DISTRICT)
    _check_kinds(changes)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        check(queries.settings_document(session))
        for name, values in changes.items():
            row = session.get(DistrictSetting, name) or DistrictSetting(name=name, values={})
            row.values = _merged(row.values, values)
            row.user_id, row.changed_at = actor.user_id, now_ms
            session.add(row)
            record(session, now_ms, actor.user_id, "settings.change", name, **values)


def _check_kinds(changes: Mapping[str, Mapping[str, Any]]) -> None:
    kinds = changes.get("uptime", {}).get("grace_s", {})
    faults = [fault(f"/uptime/grace_s/{kind}", NO_SUCH_KIND) for kind in kinds if kind not in KINDS]
    if faults:
        raise Invalid(NO_SUCH_KIND, faults=faults)


def _merged(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What is left out stays, in tables within the group too."""
    tables = {
        name: {**before.get(name, {}), **value}
        for name, value in values.items()
        if isinstance(value, Mapping)
    }
    return {**before, **values, **tables}
