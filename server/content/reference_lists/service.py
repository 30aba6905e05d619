"""Changes of the lists, by the district's administrators, with their history in the audit trail."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.content.reference_lists import scam_file
from server.content.reference_lists.models import ReferenceList
from server.content.reference_lists.reader import FIELDS, SCAMS, list_in_force
from server.foundation.core import Core
from server.foundation.errors import Fault, Forbidden, Invalid, NotFound
from server.foundation.i18n import Sentence
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.district.service import WHOLE_DISTRICT, may_change

DATE: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
EMPTY: Final = Sentence("至少要有一条。", "There has to be one at least.")
MISSING: Final = Sentence("请填写。", "Fill this in.")
TOO_LONG: Final = Sentence("诈骗类型的名称最多 16 个字。", "A kind of scam has 16 signs at most.")
LONGEST_SCAM: Final = 16
TWICE: Final = Sentence("名称重复。", "This name is there twice.")
WRONG_DATE: Final = Sentence(
    "日期写成 2025、2025-06 或 2025-06-30。", "Write the date as 2025, 2025-06 or 2025-06-30."
)


def change(
    core: Core,
    actor: Actor,
    name: str,
    items: Sequence[Mapping[str, str]],
    check: Check = unchecked,
) -> None:
    """Put this list in force. Raises NotFound, Forbidden, Invalid."""
    _require(actor, name)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        before = list_in_force(session, name)
        check(before)
        faults = list(_faults(name, items))
        if faults:
            raise Invalid(faults[0].detail, faults=faults)
        after = [{key: one[key] for key in FIELDS[name]} for one in items]
        if after == before["items"]:
            return
        row = session.get(ReferenceList, name) or ReferenceList(name=name)
        row.items, row.user_id, row.changed_at = after, actor.user_id, now_ms
        session.add(row)
        detail = _difference(before["items"], after)
        record(session, now_ms, actor.user_id, "reference_list.change", name, **detail)
    if name == SCAMS:
        scam_file.write(core)


def reset(core: Core, actor: Actor, name: str, check: Check = unchecked) -> None:
    """Put the delivered list in force again. Raises NotFound, Forbidden."""
    _require(actor, name)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        check(list_in_force(session, name))
        row = session.get(ReferenceList, name)
        if row is None:
            return
        session.delete(row)
        record(session, now_ms, actor.user_id, "reference_list.reset", name)
    if name == SCAMS:
        scam_file.write(core)


def _require(actor: Actor, name: str) -> None:
    if name not in FIELDS:
        raise NotFound
    if not may_change(actor):
        raise Forbidden(WHOLE_DISTRICT)


def _faults(name: str, items: Sequence[Mapping[str, str]]) -> Iterator[Fault]:
    if not items:
        yield Fault("/items", EMPTY)
    names: set[str] = set()
    for at, one in enumerate(items):
        for key in FIELDS[name]:
            if not one.get(key):
                yield Fault(f"/items/{at}/{key}", MISSING)
        if one.get("as_of") and not DATE.fullmatch(one["as_of"]):
            yield Fault(f"/items/{at}/as_of", WRONG_DATE)
        if name == SCAMS and len(one.get("name", "")) > LONGEST_SCAM:
            yield Fault(f"/items/{at}/name", TOO_LONG)
        if one.get("name") in names:
            yield Fault(f"/items/{at}/name", TWICE)
        names.add(one.get("name", ""))


def _difference(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> Any:
    """The names of added, removed and changed items."""
    old, new = ({one["name"]: one for one in each} for each in (before, after))
    return {
        "added": [name for name in new if name not in old],
        "removed": [name for name in old if name not in new],
        "changed": [name for name in new if name in old and new[name] != old[name]],
    }
