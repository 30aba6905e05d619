"""The pages of the console by name and synonyms."""

from typing import Final

from server.foundation.i18n import Sentence
from server.web.search.name_match import Goal

PAGES: Final = (
    Goal("/", Sentence("总览", "Overview"), "reports.read", "首页 home"),
    Goal("/todo", Sentence("待办", "What waits for you"), "reports.read", "审批 todo"),
    Goal("/screens", Sentence("显示屏", "Screens"), "read", "屏幕 终端 player"),
    Goal("/venues", Sentence("点位", "Venues"), "read", "网点 车辆"),
    Goal("/papers/register", Sentence("屏幕台账", "Register of screens"), "read", "显示屏台账"),
    Goal("/papers/filing", Sentence("显示屏备案表", "Filing forms"), "read", "登记 打印"),
    Goal("/board", Sentence("责任单位看板", "Board of units"), "read", "属地 考核"),
    Goal("/help", Sentence("使用说明", "Help"), "read", "帮助 怎么用 词"),
    Goal("/map", Sentence("地图", "Map"), "read", "坐标 位置"),
    Goal("/lines", Sentence("线路和排班", "Lines and rosters"), "read", "公交 车辆"),
    Goal("/uptime", Sentence("运行监测", "Uptime"), "reports.read", "离线 断联 无信号 在线率"),
    Goal("/incidents", Sentence("故障", "Incidents"), "read", "报修"),
    Goal("/incidents/orders", Sentence("报修单", "Repair orders"), "read"),
    Goal("/uptime/maintenance", Sentence("检修", "Maintenance"), "reports.read"),
    Goal("/uptime/sheet", Sentence("月报表", "Monthly sheet"), "reports.read"),
    Goal("/media", Sentence("素材", "Media"), "read", "图片 视频 上传 upload"),
    Goal("/slides", Sentence("图文制作", "Slides"), "content.write", "模板 template"),
    Goal("/playlists", Sentence("播放列表", "Playlists"), "read"),
    Goal("/campaigns", Sentence("宣传任务", "Campaigns"), "read"),
    Goal("/takeovers", Sentence("紧急插播", "Takeovers"), "read", "演练"),
    Goal("/preview", Sentence("预览", "Preview"), "read"),
    Goal("/plays", Sentence("播放记录", "Plays"), "reports.read", "日志 log"),
    Goal("/plays/exports", Sentence("导出播放记录", "Exports of plays"), "reports.read"),
    Goal("/quarantine", Sentence("待核查", "Quarantine"), "reports.read"),
    Goal("/reports", Sentence("报表", "Reports"), "reports.read", "完成率 统计"),
    Goal("/reports/coverage", Sentence("覆盖台账", "Coverage ledger"), "reports.read", "覆盖率"),
    Goal("/reports/schedules", Sentence("定时报表", "Scheduled reports"), "reports.read"),
    Goal("/assessment-packs", Sentence("考核材料", "Assessment packs"), "packs.read"),
    Goal("/attestations", Sentence("人工上报", "Attestations"), "reports.read"),
    Goal("/spot-checks", Sentence("抽查", "Spot checks"), "reports.read", "截图 照片"),
    Goal("/pair", Sentence("绑定", "Pair a screen"), "screens.pair", "绑定码 code"),
    Goal("/settings", Sentence("设置", "Settings"), "reports.read", "密码 令牌 宽限 目标"),
    Goal("/settings/people", Sentence("人员", "People"), "accounts.manage", "账号 用户 角色"),
    Goal("/settings/units", Sentence("责任单位设置", "Units"), "accounts.manage", "单位"),
    Goal("/settings/notifications", Sentence("通知对象", "Notification targets"), "reports.read"),
    Goal("/settings/exemptions", Sentence("免考核", "Exemptions"), "reports.read", "停电 停驶"),
    Goal("/settings/calendar", Sentence("节假日", "Holidays"), "reports.read", "调休 日历"),
    Goal("/settings/lists", Sentence("反诈资料", "Lists on scams"), "read", "诈骗类型 工具 关键词"),
    Goal("/settings/bin", Sentence("回收站", "Recycle bin"), "read", "恢复 删除"),
    Goal("/settings/audit", Sentence("审计日志", "Audit trail"), "audit.read"),
)
