"""The first steps in their order, ticked off by data in the database."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import User, UserRole
from server.accounts.roles import Action
from server.campaigns.models import Campaign
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.inventory.district.public_address import public_url
from server.inventory.district.queries import GUIDE, guide_values
from server.inventory.district.service import may_change
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue

APPROVED: Final = ("approved", "live", "ended", "withdrawn")


@dataclass(frozen=True)
class Step:
    """One step: people who may take it go to `path`; `is_done` reads the database."""

    key: str
    title: Sentence
    text: Sentence
    button: Sentence
    path: str
    action: Action
    is_done: Callable[[Core, Session], bool]


@dataclass(frozen=True)
class Guide:
    """The steps with which of them are done, and whether the person may put them away."""

    steps: tuple[tuple[Step, bool], ...]
    may_hide: bool

    @property
    def done(self) -> int:
        """The number of steps done."""
        return sum(done for _, done in self.steps)

    @property
    def current(self) -> str:
        """The key of the first that isn't."""
        return next(step.key for step, done in self.steps if not done)


def guide_for(core: Core, session: Session, actor: Actor) -> Guide | None:
    """The remaining steps; None if all are done, if it was dismissed, and for other people."""
    concerned = actor.roots("content.write") and actor.roots("screens.pair")
    if not concerned or guide_values(session)["hidden"]:
        return None
    steps = tuple((step, step.is_done(core, session)) for step in STEPS)
    if all(done for _, done in steps):
        return None
    return Guide(steps, may_change(actor, GUIDE))


def _has(session: Session, query: Select[int]) -> bool:
    return session.scalar(query.limit(1)) is not None


def _has_two_people(_core: Core, session: Session) -> bool:
    """One who plans and another who signs off."""

    def people(role: str) -> set[int]:
        query = select(User.id).join(UserRole, UserRole.user_id == User.id)
        query = query.where(UserRole.role == role, User.disabled.is_(False)).limit(2)
        return set(session.scalars(query))

    writers, reviewers = people("publicity"), people("reviewer")
    return any(one != other for one in writers for other in reviewers)


STEPS: Final = (
    Step(
        "address",
        Sentence("设定访问地址", "Set the public address"),
        Sentence(
            "显示屏和手机从哪个地址访问这台服务器。绑定页、张贴码、接入单都用它。",
            "Under which address screens and phones reach this server. The pairing page, stickers "
            "and enrolment cards carry it.",
        ),
        Sentence("保存", "Save"),
        "/settings",
        "settings.manage",
        lambda core, _session: public_url(core) is not None,
    ),
    Step(
        "people",
        Sentence("新建两个账号：宣传和审批", "Make two accounts: publicity and reviewer"),
        Sentence(
            "一个人做内容和任务，另一个人审批；自己做的不能自己批，管理员也不审批。",
            "One makes content and campaigns, another signs off; nobody signs off his own, and "
            "administrators don't at all.",
        ),
        Sentence("新建人员", "Make accounts"),
        "/settings/people",
        "accounts.manage",
        _has_two_people,
    ),
    Step(
        "venue",
        Sentence("建第一个点位", "Make the first venue"),
        Sentence(
            "例如一家银行网点：名称、类型、责任单位。点位多时可以用表格导入。",
            "A bank for instance: name, kind, unit. Many are imported from a table.",
        ),
        Sentence("新建点位", "New venue"),
        "/venues/new",
        "venues.write",
        lambda _core, session: _has(session, select(Venue.id)),
    ),
    Step(
        "screen",
        Sentence("绑定第一块显示屏", "Pair the first screen"),
        Sentence(
            "在屏幕的浏览器里打开播放终端地址，把屏上的绑定码填进来。",
            "Open the player's address in the screen's browser and enter the code that it shows.",
        ),
        Sentence("去绑定", "Pair"),
        "/pair",
        "screens.pair",
        lambda _core, session: _has(session, select(Screen.id).where(Screen.enrolled_at > 0)),
    ),
    Step(
        "campaign",
        Sentence("做第一个宣传任务", "Plan the first campaign"),
        Sentence(
            "先备好素材和播放列表，再选范围、日期和频次，保存后送审。",
            "Prepare media and a playlist, choose scope, dates and frequency, save and submit.",
        ),
        Sentence("新建宣传任务", "New campaign"),
        "/campaigns/new",
        "content.write",
        lambda _core, session: _has(session, select(Campaign.id)),
    ),
    Step(
        "approval",
        Sentence("完成第一次审批", "Sign off the first campaign"),
        Sentence(
            "由审批的人登录、批准；几秒之后屏幕开始播放。",
            "The reviewer signs in and approves it; seconds later the screen plays.",
        ),
        Sentence("看待审批的任务", "Campaigns that wait"),
        "/campaigns?state=submitted",
        "read",
        lambda _core, session: _has(
            session, select(Campaign.id).where(Campaign.state.in_(APPROVED))
        ),
    ),
)
"""In the order in which they are taken."""
