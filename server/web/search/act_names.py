"""What people can do from anywhere, by name: for the field that finds everything."""

from typing import Final

from server.foundation.i18n import Sentence
from server.web.search.name_match import Goal

ACTS: Final = (
    Goal("/campaigns/new", Sentence("新建宣传任务", "New campaign"), "campaigns.write"),
    Goal("/takeovers/new", Sentence("发起紧急插播", "Start a takeover"), "takeover.start", "全屏"),
    Goal("/stop", Sentence("一键停播", "Stop screens"), "stop", "黑屏 安全画面"),
    Goal("/pair", Sentence("绑定显示屏", "Pair a screen"), "screens.pair", "绑定码 code"),
    Goal("/slides", Sentence("制作图文", "Make a slide"), "content.write", "新建图文"),
    Goal("/media", Sentence("上传素材", "Upload media"), "content.write", "图片 视频 upload"),
    Goal("/playlists/new", Sentence("新建播放列表", "New playlist"), "campaigns.write"),
    Goal("/venues/new", Sentence("新建点位", "New venue"), "venues.write"),
    Goal("/venues/import", Sentence("导入点位", "Import venues"), "venues.write", "表格 xlsx"),
    Goal(
        "/uptime/maintenance/new",
        Sentence("登记检修", "Plan maintenance"),
        "maintenance.write",
    ),
    Goal(
        "/settings/exemptions/new", Sentence("申请免考核", "Ask to be excused"), "exemptions.write"
    ),
    Goal("/attestations/new", Sentence("人工上报填报", "Report by hand"), "exemptions.write"),
    Goal("/assessment-packs/new", Sentence("生成考核材料", "Make an assessment pack"), "packs.ask"),
    Goal(
        "/api/v1/reports/delivery.xlsx?from={first}&to={today}&group_by=unit",
        Sentence("导出本月播放报表", "Export this month's plays"),
        "reports.read",
        "下载 xlsx 台账报表",
    ),
    Goal(
        "/api/v1/reports/coverage.xlsx?from={first}&to={today}&group_by=unit",
        Sentence("导出本月覆盖台账", "Export this month's coverage"),
        "reports.read",
        "下载 xlsx",
    ),
    Goal("/settings/people", Sentence("新建人员", "Add a person"), "accounts.manage", "账号"),
    Goal("/settings/bin", Sentence("恢复删除的草稿", "Restore a deleted draft"), "campaigns.write"),
)
