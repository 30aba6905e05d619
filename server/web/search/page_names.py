"""The pages of the console by name and synonyms."""

from typing import Final, NamedTuple

from server.accounts.actor import Actor
from server.accounts.roles import Action
from server.foundation.db.search_terms import Typed
from server.foundation.i18n import Sentence
from server.web.search.name_match import name_matches


class Page(NamedTuple):
    """A page, who may open it, and synonyms for its use."""

    path: str
    name: Sentence
    action: Action
    also: str = ""


PAGES: Final = (
    Page("/", Sentence("总览", "Overview"), "reports.read", "首页 home"),
    Page("/todo", Sentence("待办", "What waits for you"), "reports.read", "审批 todo"),
    Page("/screens", Sentence("显示屏", "Screens"), "read", "屏幕 终端 player"),
    Page("/venues", Sentence("点位", "Venues"), "read", "网点 车辆"),
    Page("/papers/register", Sentence("屏幕台账", "Register of screens"), "read", "显示屏台账"),
    Page("/papers/filing", Sentence("显示屏备案表", "Filing forms"), "read", "登记 打印"),
    Page("/board", Sentence("责任单位看板", "Board of units"), "read", "属地 考核"),
    Page("/help", Sentence("使用说明", "Help"), "read", "帮助 怎么用 词"),
    Page("/map", Sentence("地图", "Map"), "read", "坐标 位置"),
    Page("/lines", Sentence("线路和排班", "Lines and rosters"), "read", "公交 车辆"),
    Page("/uptime", Sentence("运行监测", "Uptime"), "reports.read", "离线 断联 无信号 在线率"),
    Page("/incidents", Sentence("故障", "Incidents"), "read", "报修"),
    Page("/incidents/orders", Sentence("报修单", "Repair orders"), "read"),
    Page("/uptime/maintenance", Sentence("检修", "Maintenance"), "reports.read"),
    Page("/uptime/sheet", Sentence("月报表", "Monthly sheet"), "reports.read"),
    Page("/media", Sentence("素材", "Media"), "read", "图片 视频 上传 upload"),
    Page("/slides", Sentence("图文制作", "Slides"), "content.write", "模板 template"),
    Page("/playlists", Sentence("播放列表", "Playlists"), "read"),
    Page("/campaigns", Sentence("宣传任务", "Campaigns"), "read"),
    Page("/takeovers", Sentence("紧急插播", "Takeovers"), "read", "演练"),
    Page("/preview", Sentence("预览", "Preview"), "read"),
    Page("/plays", Sentence("播放记录", "Plays"), "reports.read", "日志 log"),
    Page("/plays/exports", Sentence("导出播放记录", "Exports of plays"), "reports.read"),
    Page("/quarantine", Sentence("待核查", "Quarantine"), "reports.read"),
    Page("/reports", Sentence("报表", "Reports"), "reports.read", "完成率 统计"),
    Page("/reports/coverage", Sentence("覆盖台账", "Coverage ledger"), "reports.read", "覆盖率"),
    Page("/reports/schedules", Sentence("定时报表", "Scheduled reports"), "reports.read"),
    Page("/assessment-packs", Sentence("考核材料", "Assessment packs"), "packs.read"),
    Page("/attestations", Sentence("人工上报", "Attestations"), "reports.read"),
    Page("/spot-checks", Sentence("抽查", "Spot checks"), "reports.read", "截图 照片"),
    Page("/pair", Sentence("绑定", "Pair a screen"), "screens.pair", "绑定码 code"),
    Page("/settings", Sentence("设置", "Settings"), "reports.read", "密码 令牌 宽限 目标"),
    Page("/settings/people", Sentence("人员", "People"), "accounts.manage", "账号 用户 角色"),
    Page("/settings/units", Sentence("责任单位设置", "Units"), "accounts.manage", "单位"),
    Page("/settings/notifications", Sentence("通知对象", "Notification targets"), "reports.read"),
    Page("/settings/exemptions", Sentence("免考核", "Exemptions"), "reports.read", "停电 停驶"),
    Page("/settings/calendar", Sentence("节假日", "Holidays"), "reports.read", "调休 日历"),
    Page("/settings/lists", Sentence("反诈资料", "Lists on scams"), "read", "诈骗类型 工具 关键词"),
    Page("/settings/bin", Sentence("回收站", "Recycle bin"), "read", "恢复 删除"),
    Page("/settings/audit", Sentence("审计日志", "Audit trail"), "audit.read"),
)


def pages_named(asked: Typed, actor: Actor) -> list[Page]:
    """The pages that the person may open and whose names have all the words."""
    return [
        page
        for page in PAGES
        if actor.roots(page.action) and name_matches(asked, page.name, page.also)
    ]
