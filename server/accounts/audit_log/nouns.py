"""Labels of the audit trail's actions.

An action is a noun and a verb (`campaign.approve`), each with a label here; some actions have a
label of their own. Actions without one are shown as they are.
"""

from collections.abc import Mapping
from typing import Any, Final

from server.foundation.i18n import Sentence
from server.foundation.public_ids import LETTERS

NOUNS: Final[Mapping[str, Sentence]] = {
    "campaign": Sentence("宣传任务", "Campaign"),
    "playlist": Sentence("播放列表", "Playlist"),
    "asset": Sentence("素材", "Media"),
    "takeover": Sentence("紧急插播", "Takeover"),
    "stop": Sentence("一键停播", "Stop"),
    "duty_shift": Sentence("值班班次", "Duty shift"),
    "screen": Sentence("显示屏", "Screen"),
    "screens": Sentence("批量操作", "Bulk act"),
    "enrolment_key": Sentence("批量接入码", "Enrolment key"),
    "release": Sentence("播放终端版本", "Player release"),
    "venue": Sentence("点位", "Venue"),
    "vehicle": Sentence("车辆", "Vehicle"),
    "line": Sentence("线路", "Line"),
    "roster": Sentence("排班表", "Roster"),
    "incident": Sentence("故障", "Incident"),
    "maintenance": Sentence("检修计划", "Maintenance"),
    "exemption": Sentence("免考核", "Exemption"),
    "attestation": Sentence("人工上报", "Attestation"),
    "spot_check": Sentence("抽查", "Spot check"),
    "quarantine": Sentence("待核查记录", "Quarantined plays"),
    "assessment_pack": Sentence("考核材料", "Assessment pack"),
    "export": Sentence("播放记录导出", "Export of plays"),
    "led_pack": Sentence("LED 素材包", "LED pack"),
    "report_schedule": Sentence("定时报表", "Scheduled report"),
    "report_file": Sentence("报表文件", "Report file"),
    "notification_target": Sentence("通知对象", "Notification target"),
    "user": Sentence("人员", "Person"),
    "unit": Sentence("责任单位", "Unit"),
    "session": Sentence("登录", "Session"),
    "second_factor": Sentence("两步验证", "Second factor"),
    "token": Sentence("访问令牌", "Access token"),
    "settings": Sentence("设置", "Settings"),
    "calendar": Sentence("节假日", "Holidays"),
    "reference_list": Sentence("反诈资料", "List"),
    "server": Sentence("服务器", "Server"),
}
FIELDS: Final[Mapping[str, Sentence]] = {
    "password": Sentence("密码", "password"),
    "roles": Sentence("角色", "roles"),
    "disabled": Sentence("停用", "disabled"),
    "username": Sentence("用户名", "user name"),
    "name": Sentence("名称", "name"),
    "phone": Sentence("电话", "phone"),
    "unit_id": Sentence("单位", "unit"),
    "language": Sentence("页面语言", "language"),
    "contact": Sentence("联系人", "contact"),
    "contact_user_ids": Sentence("联系人账号", "contacts' accounts"),
    "address": Sentence("地址", "address"),
    "hours": Sentence("营业时段", "opening hours"),
    "access": Sentence("接入方式", "access"),
    "tags": Sentence("标签", "tags"),
    "playlist_id": Sentence("播放列表", "playlist"),
    "selector": Sentence("播放范围", "screens"),
    "target": Sentence("播放频次", "how often"),
    "floor": Sentence("最低频次", "floor"),
    "tier": Sentence("优先级", "tier"),
    "starts_on": Sentence("开始日期", "first day"),
    "ends_on": Sentence("结束日期", "last day"),
    "dayparts": Sentence("时段", "day parts"),
    "expires_on": Sentence("有效期", "expiry"),
}
"""Labels of the most frequently changed fields."""
CHANGED: Final = Sentence("改动", "changed")
_KINDS: Final = {letters: kind for kind, letters in LETTERS.items()}
_AS_IN_ACTIONS: Final = {
    "play_export": "export",
    "player_release": "release",
    "bulk_act": "screens",
    "line": "line",
}


def kind_label(subject: str) -> Sentence | None:
    """The label of the kind of a public id such as `k_7`; None without one."""
    letters, _, digits = subject.partition("_")
    kind = _KINDS.get(letters, "") if digits else ""
    return NOUNS.get(_AS_IN_ACTIONS.get(kind, kind))


def field_labels(detail: Mapping[str, Any]) -> list[Sentence]:
    """The labels of the changed fields, as far as they have one."""
    return [FIELDS[name] for name in detail.get("fields") or () if name in FIELDS]
