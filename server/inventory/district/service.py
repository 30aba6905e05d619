"""Use cases of the district's settings, for people in charge of the whole district."""

from collections.abc import Mapping
from typing import Any

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.roles import Action
from server.foundation.core import Core
from server.foundation.errors import Fault, Forbidden, Invalid
from server.foundation.i18n import Sentence
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.district import public_address, queries
from server.inventory.district.models import DistrictSetting
from server.inventory.venues.kinds import KINDS, NO_SUCH_KIND

WHOLE_DISTRICT = Sentence(
    "这些设置对全区生效，只有全区的管理员可以更改。",
    "These settings hold for the whole district: only its administrator changes them.",
)
WHOLE_DISTRICT_ALERTS = Sentence(
    "告警规则对全区生效，只有负责全区故障处理的人员可以更改。",
    "Alert rules hold for the whole district: who looks after all its incidents changes them.",
)
SHORTEST_GRACE_S, LONGEST_GRACE_S = 60, 86_400

WRONG_GRACE = Sentence(
    "宽限时间最短 1 分钟（60 秒），最长 24 小时（86400 秒）。",
    "A grace is a minute (60 s) at least and 24 hours (86400 s) at most.",
)
ENDS_BELOW = Sentence(
    "恢复界限必须低于报告界限，否则会反复告警又恢复。",
    "It must end below the share at which it begins, or it begins and ends all the time.",
)


def may_change(actor: Actor, group: str = queries.COVERAGE) -> bool:
    """Whether the person may change a group for the whole district."""
    needed: Action = "incidents.acknowledge" if group == queries.ALERTS else "settings.manage"
    return any(path.count("/") == 2 for path in actor.roots(needed))


def change(
    core: Core, actor: Actor, changes: Mapping[str, Mapping[str, Any]], check: Check = unchecked
) -> None:
    """Change values by group and name; reports follow at once. Raises Forbidden, Invalid."""
    for group in changes:
        if not may_change(actor, group):
            raise Forbidden(WHOLE_DISTRICT_ALERTS if group == queries.ALERTS else WHOLE_DISTRICT)
    _check_graces(changes)
    changes = _with_address(core, changes)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        before = queries.settings_document(session)
        check(before)
        _check_flapping(before[queries.ALERTS], changes.get(queries.ALERTS, {}))
        for name, sent in changes.items():
            values = _differing(before[name], sent)
            if not values:
                continue
            row = session.get(DistrictSetting, name) or DistrictSetting(name=name, values={})
            row.values = queries.merged(row.values, values)
            row.user_id, row.changed_at = actor.user_id, now_ms
            session.add(row)
            record(session, now_ms, actor.user_id, "settings.change", name, **values)


def _with_address(
    core: Core, changes: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Mapping[str, Any]]:
    """The changes with the address in stored form. Raises Invalid."""
    sent = changes.get(queries.ADDRESS, {})
    if "public_url" not in sent:
        return changes
    kept = {"public_url": public_address.checked(core, sent["public_url"])}
    return {**changes, queries.ADDRESS: kept}


def _check_graces(changes: Mapping[str, Mapping[str, Any]]) -> None:
    faults = []
    for kind, grace_s in changes.get(queries.UPTIME, {}).get("grace_s", {}).items():
        if kind not in KINDS:
            faults.append(Fault(f"/uptime/grace_s/{kind}", NO_SUCH_KIND))
        elif not SHORTEST_GRACE_S <= grace_s <= LONGEST_GRACE_S:
            faults.append(Fault(f"/uptime/grace_s/{kind}", WRONG_GRACE))
    if faults:
        raise Invalid(faults[0].detail, faults=faults)


def _check_flapping(before: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    after = {**before, **changes}
    if after["flapping_ends_pct"] >= after["flapping_begins_pct"]:
        name = "flapping_ends_pct" if "flapping_ends_pct" in changes else "flapping_begins_pct"
        raise Invalid.at(f"/alerts/{name}", ENDS_BELOW)


def _differing(before: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The effective changes: pages send whole groups, the audit entry has only differences."""
    found: dict[str, Any] = {}
    for name, value in sent.items():
        if isinstance(value, Mapping):
            if table := _differing(before[name], value):
                found[name] = table
        elif before.get(name) != value:
            found[name] = value
    return found
