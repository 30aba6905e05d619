"""The five first steps of a new server: a pure function of the facts."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.roles import Action
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.inventory.district.queries import GUIDE, guide_values
from server.inventory.district.service import may_change
from server.web.guide.facts import Facts, Pack, facts_of


@dataclass(frozen=True)
class Step:
    """A step: who may do `action` goes to `path`, or presses the button where it is a `call`.

    `only`: the number of the only person who can take it; a step without `button` waits for others.
    """

    key: str
    done: bool
    title: Sentence
    text: Sentence
    action: Action
    button: Sentence | None = None
    path: str = ""
    call: str = ""
    only: int | None = None

    def is_for(self, actor: Actor) -> bool:
        """Whether the person can take it."""
        return bool(actor.roots(self.action)) and self.only in (None, actor.user_id)


@dataclass(frozen=True)
class Guide:
    """The steps in their order, and whether the person may put them away."""

    steps: tuple[Step, ...]
    facts: Facts
    may_hide: bool

    @property
    def done(self) -> int:
        """The number of steps done."""
        return sum(step.done for step in self.steps)

    @property
    def current(self) -> str:
        """The key of the first that isn't."""
        return next(step.key for step in self.steps if not step.done)


def guide_for(core: Core, session: Session, actor: Actor) -> Guide | None:
    """The steps; None if all are done, if they were put away, and for other people."""
    concerned = actor.roots("content.write") and actor.roots("screens.pair")
    if not concerned or guide_values(session)["hidden"]:
        return None
    facts = facts_of(core, session)
    steps = steps_of(facts)
    if all(step.done for step in steps):
        return None
    return Guide(steps, facts, may_change(actor, GUIDE))


def steps_of(facts: Facts) -> tuple[Step, ...]:
    """The five in the order in which they are taken."""
    return (_name(facts), _password(facts), _people(facts), _screen(facts), _pack(facts))


def _name(facts: Facts) -> Step:
    return Step(
        "name",
        facts.is_named,
        Sentence("填写本区名称", "Name the district"),
        Sentence(
            "登录页、报表和审批单上都用这个名称。",
            "It stands on the sign-in page, on reports and on papers for approval.",
        ),
        "accounts.manage",
        Sentence("保存", "Save"),
        "/settings/units",
        call=f"PATCH /api/v1/units/{facts.district}",
    )


def _password(facts: Facts) -> Step:
    return Step(
        "password",
        facts.has_own_password,
        Sentence("改掉一次性密码", "Change the one-time password"),
        Sentence(
            "安装时显示的密码只用来第一次登录，请换成自己的。",
            "What the installation printed is for the first sign-in only.",
        ),
        "read",
        Sentence("修改密码", "Change the password"),
        "/settings#password",
        only=facts.first_admin,
    )


def _people(facts: Facts) -> Step:
    return Step(
        "people",
        facts.are_two_people,
        Sentence("建两个账号：宣传员和审批员", "Make two accounts: publicity and reviewer"),
        Sentence(
            "一人做内容，另一人审批：自己做的不能自己批，管理员也不审批。各有一个初始密码，请转交本人。",
            "One makes content, another signs it off; nobody signs off his own, and administrators "
            "don't at all. Each gets a one-time password to hand over.",
        ),
        "accounts.manage",
        Sentence("建账号", "Make the accounts"),
        "/settings/people#first-accounts",
    )


def _screen(facts: Facts) -> Step:
    return Step(
        "screen",
        facts.has_screen,
        Sentence("接上第一块屏", "Connect the first screen"),
        Sentence(
            "在屏幕的浏览器里打开下面的地址，屏上会出现二维码：用手机扫码，填点位和名称。",
            "Open the address below in the screen's browser. It shows a QR code: scan it with a "
            "phone, then say which venue it is and name the screen.",
        ),
        "screens.pair",
        Sentence("没有手机，手工绑定", "Pair without a phone"),
        "/pair" if facts.has_venue else "/venues/new?pair=",
    )


def _pack(facts: Facts) -> Step:
    text, button = PACK[facts.pack]
    is_ready = facts.pack == "ready"
    return Step(
        "pack",
        facts.pack == "on_air",
        Sentence("播出起步素材", "Put the starter pack on the air"),
        text,
        "campaigns.write",
        button,
        "/campaigns/new" if facts.campaign is None else f"/campaigns/{facts.campaign}",
        call="POST /api/v1/campaigns/starter" if is_ready else "",
    )


OPEN: Final = Sentence("查看", "Open it")
PACK: Final[dict[Pack, tuple[Sentence, Sentence | None]]] = {
    "making": (
        Sentence(
            "十张防骗图文和两部短片正在制作，要几分钟；做好后这里出现“发布起步素材”。",
            "Ten slides and two clips are being made, which takes some minutes; the button to "
            "publish them appears here then.",
        ),
        None,
    ),
    "ready": (
        Sentence(
            "现成的防骗图文和短片，一次送审；审批员批准后几秒上屏（营业时段内），批准前屏幕保持现状。",
            "Slides and clips that are there, sent for sign-off in one act. Seconds after the "
            "reviewer's approval they are on screens, within opening hours; until then nothing "
            "changes there.",
        ),
        Sentence("发布起步素材", "Publish the starter pack"),
    ),
    "submitted": (
        Sentence(
            "已送审。请审批员登录，在“待办”里批准；批准后几秒上屏（营业时段内）。",
            "It is sent for sign-off. The reviewer signs in and approves it under To do; seconds "
            "later it is on screens, within opening hours.",
        ),
        OPEN,
    ),
    "draft": (
        Sentence(
            "已退回或已改动：按意见修改后再送审。",
            "It was sent back or changed: mend it, and submit it again.",
        ),
        OPEN,
    ),
    "gone": (
        Sentence(
            "起步素材已撤下或删除，请用自己的素材新建宣传任务。",
            "The starter pack was withdrawn or deleted: plan a campaign with media of your own.",
        ),
        Sentence("新建宣传任务", "New campaign"),
    ),
    "on_air": (Sentence("已上屏。", "It is on the air."), None),
}
"""By the state of the pack: the next step in words, and its button."""
