"""Targets and messages in words, as pages show them."""

from collections.abc import Mapping
from typing import Final

from server.texts import Sentence

LEVELS: Final[Mapping[str, Sentence]] = {
    "duty": Sentence("发生时立即告知（值班）", "At once (whoever is on duty)"),
    "venue": Sentence("未及时恢复时（点位联系人）", "When it lasts (the venue's contact)"),
    "unit": Sentence("久未恢复时（责任单位）", "When it lasts longer (the unit)"),
    "district": Sentence("长期未恢复时（全区）", "When it lasts for days (the district)"),
}
EVENTS: Final[Mapping[str, Sentence]] = {
    "raised": Sentence("故障发生", "Incidents"),
    "recovered": Sentence("故障恢复", "Recoveries"),
    "digest": Sentence("每日摘要", "Daily digest"),
}
LANGUAGES: Final[Mapping[str, Sentence]] = {
    "zh_CN": Sentence("中文", "中文"),
    "en": Sentence("English", "English"),
}
KINDS: Final[Mapping[str, Sentence]] = {
    "raised": Sentence("故障发生", "Incident"),
    "recovered": Sentence("故障恢复", "Recovery"),
    "escalated": Sentence("逐级上报", "Escalation"),
    "digest": Sentence("每日摘要", "Daily digest"),
    "test": Sentence("测试", "Test"),
}
"""What a message is about."""
STATES: Final[Mapping[str, tuple[Sentence, str]]] = {
    "waiting": (Sentence("待发送", "Waiting"), "wait"),
    "sent": (Sentence("已发出", "Sent"), "good"),
    "failed": (Sentence("发送失败", "Failed"), "bad"),
    "dropped": (Sentence("未发送（已停用）", "Not sent (off)"), ""),
}
"""What became of a message, each with how it is coloured."""
