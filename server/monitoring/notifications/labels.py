"""Labels of targets and messages."""

from collections.abc import Mapping
from typing import Final

from server.foundation.i18n import Sentence

LEVELS: Final[Mapping[str, Sentence]] = {
    "duty": Sentence("发生时立即通知（值班）", "At once (whoever is on duty)"),
    "venue": Sentence("未及时恢复时（点位联系人）", "When it lasts (the venue's contact)"),
    "unit": Sentence("久未恢复时（责任单位）", "When it lasts longer (the unit)"),
    "district": Sentence("长期未恢复时（全区）", "When it lasts for days (the district)"),
}
EVENTS: Final[Mapping[str, Sentence]] = {
    "raised": Sentence("故障发生", "Incidents"),
    "recovered": Sentence("故障恢复", "Recoveries"),
    "digest": Sentence("每日摘要", "Daily digest"),
    "halted": Sentence("播放终端发布暂停（全区）", "Halted roll-outs of the player (district)"),
    "approval": Sentence("紧急插播、加急滚播待审批", "Takeovers that wait for approval"),
}
LANGUAGES: Final[Mapping[str, Sentence]] = {
    "zh_CN": Sentence("中文", "中文"),
    "en": Sentence("English", "English"),
}
SECURITIES: Final[Mapping[str, Sentence]] = {
    "tls": Sentence("SSL/TLS（端口一般为 465）", "SSL/TLS (mostly port 465)"),
    "starttls": Sentence(
        "STARTTLS（端口一般为 587 或 25，对方不支持则不加密）",
        "STARTTLS (mostly port 587 or 25; plain where it isn't offered)",
    ),
}
KINDS: Final[Mapping[str, Sentence]] = {
    "raised": Sentence("故障发生", "Incident"),
    "recovered": Sentence("故障恢复", "Recovery"),
    "escalated": Sentence("逐级上报", "Escalation"),
    "digest": Sentence("每日摘要", "Daily digest"),
    "halted": Sentence("发布暂停", "Halted roll-out"),
    "approval": Sentence("待审批", "To approve"),
    "altered": Sentence("审计日志被改动", "Altered trail"),
    "test": Sentence("测试", "Test"),
}
"""The labels of message kinds."""
STATES: Final[Mapping[str, tuple[Sentence, str]]] = {
    "waiting": (Sentence("待发送", "Waiting"), "wait"),
    "sent": (Sentence("已发出", "Sent"), "good"),
    "failed": (Sentence("发送失败", "Failed"), "bad"),
    "dropped": (Sentence("未发送（已停用或不再需要）", "Not sent (off, or over)"), ""),
}
"""The labels of message states, each with its colour."""
