"""Rules of exemptions: possible times, deadlines of changes, and permissions."""

from collections.abc import Collection
from typing import Final

from server.accounts.actor import Actor
from server.accounts.roles import Role, roles_that_may
from server.foundation.civil_time import LATE_DAYS, Civil
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid
from server.foundation.i18n import Sentence
from server.monitoring.exemptions.models import Exemption

LONGEST_MS: Final = 366 * 86_400_000
FOR_THEIR_OWN: Final[frozenset[Role]] = frozenset({"transport", "venue"})
"""Holders of these roles request for their own places and withdraw only their own requests."""

BACKWARDS = Sentence("结束时间必须晚于开始时间。", "It must end after it begins.")
TOO_LONG = Sentence(
    "一次免考核最长一年，请分次申请。", "An exemption lasts a year at most: ask for several."
)
FROZEN = Sentence(
    "所涉月份的报表已经冻结，不能再改变免考核。",
    "Reports of that month are frozen: its exemptions can't change any more.",
)
NOT_SHORTER = Sentence(
    "新的结束时间须晚于开始、早于原定结束时间；要全部取消请用“撤回”。",
    "The new end must lie between its begin and its present end; to drop all of it, take it back.",
)
BEFORE_FREEZE = Sentence(
    "该时间之后有月份的报表已经冻结，请选择未冻结月份的第一天或以后。",
    "Reports of a month after that time are frozen: choose the first day that isn't, or a later.",
)
NOT_YOURS = Sentence(
    "只有申请人、管理员或宣传科可以撤回或提前结束，请联系他们。",
    "Only who asked, an administrator or the publicity office may undo or end it: ask one of them.",
)
NOT_ALL_YOURS = Sentence(
    "所选显示屏不全在您的审批范围内，需由对其全部有审批权的人（通常是上级单位）审批。",
    "Not all of its screens are yours to decide on: someone in charge of all of them has to, "
    "mostly of the unit above.",
)


def check_span(from_ms: int, until_ms: int) -> None:
    """Raises Invalid for an empty span or one of more than a year."""
    if until_ms <= from_ms:
        raise Invalid.at("/until", BACKWARDS)
    if until_ms - from_ms > LONGEST_MS:
        raise Invalid.at("/until", TOO_LONG)


def refuse_frozen(core: Core, from_ms: int) -> None:
    """Raises Conflict if an instant is in a frozen month."""
    if from_ms < open_since(core):
        raise Conflict(FROZEN, code="frozen")


def check_end(core: Core, row: Exemption, until_ms: int) -> None:
    """Raises Conflict or Invalid unless a running one may be cut short at an instant."""
    refuse_frozen(core, row.until_at - 1)
    if not row.from_at < until_ms < row.until_at:
        raise Invalid.at("/until", NOT_SHORTER)
    if until_ms < open_since(core):
        raise Conflict(BEFORE_FREEZE, code="frozen")


def open_since(core: Core) -> int:
    """The start of the first open month, ms."""
    return Civil(core.settings.zone).open_since(core.clock.now_ms(), LATE_DAYS)


def may_undo(actor: Actor, row: Exemption, path: str) -> bool:
    """Whether the person may withdraw or end an exemption of that unit."""
    if row.author_id == actor.user_id:
        return actor.may("exemptions.write", path)
    roles = roles_that_may("exemptions.write", two_person=actor.two_person) - FOR_THEIR_OWN
    return any(one.role in roles and path.startswith(one.unit_path) for one in actor.grants)


def may_decide(actor: Actor, paths: Collection[str]) -> bool:
    """Whether the person may sign off for all of these units."""
    return all(actor.may("exemptions.approve", path) for path in paths)
