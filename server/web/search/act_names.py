"""What people can do from anywhere, by name: for the field that finds everything."""

from datetime import date
from typing import Final, NamedTuple

from server.accounts.actor import Actor
from server.accounts.roles import Action
from server.foundation.i18n import Sentence


class Act(NamedTuple):
    """A thing to do, where that begins, and who may; `also` are other words for it.

    In the path `{first}` and `{today}` are the month's first day and today.
    """

    path: str
    name: Sentence
    action: Action
    also: str = ""


ACTS: Final = (
    Act("/campaigns/new", Sentence("新建宣传任务", "New campaign"), "campaigns.write"),
    Act("/takeovers/new", Sentence("发起紧急插播", "Start a takeover"), "takeover.start", "全屏"),
    Act("/stop", Sentence("一键停播", "Stop screens"), "stop", "黑屏 安全画面"),
    Act("/pair", Sentence("绑定显示屏", "Pair a screen"), "screens.pair", "绑定码 code"),
    Act("/slides", Sentence("制作图文", "Make a slide"), "content.write", "新建图文"),
    Act("/media", Sentence("上传素材", "Upload media"), "content.write", "图片 视频 upload"),
    Act("/playlists/new", Sentence("新建播放列表", "New playlist"), "campaigns.write"),
    Act("/venues/new", Sentence("新建点位", "New venue"), "venues.write"),
    Act("/venues/import", Sentence("导入点位", "Import venues"), "venues.write", "表格 xlsx"),
    Act(
        "/uptime/maintenance/new",
        Sentence("登记检修", "Plan maintenance"),
        "maintenance.write",
    ),
    Act(
        "/settings/exemptions/new", Sentence("申请免考核", "Ask to be excused"), "exemptions.write"
    ),
    Act("/attestations/new", Sentence("人工上报填报", "Report by hand"), "exemptions.write"),
    Act("/assessment-packs/new", Sentence("生成考核材料", "Make an assessment pack"), "packs.ask"),
    Act(
        "/api/v1/reports/delivery.xlsx?from={first}&to={today}&group_by=unit",
        Sentence("导出本月播放报表", "Export this month's plays"),
        "reports.read",
        "下载 xlsx 台账报表",
    ),
    Act(
        "/api/v1/reports/coverage.xlsx?from={first}&to={today}&group_by=unit",
        Sentence("导出本月覆盖台账", "Export this month's coverage"),
        "reports.read",
        "下载 xlsx",
    ),
    Act("/settings/people", Sentence("新建人员", "Add a person"), "accounts.manage", "账号"),
    Act("/settings/bin", Sentence("恢复删除的草稿", "Restore a deleted draft"), "campaigns.write"),
)


def acts_of(actor: Actor) -> list[Act]:
    """What the person may do somewhere."""
    return [act for act in ACTS if actor.roots(act.action)]


def address_of(act: Act, day: date) -> str:
    """Where it begins, on a day of the district's."""
    return act.path.format(first=day.replace(day=1).isoformat(), today=day.isoformat())
