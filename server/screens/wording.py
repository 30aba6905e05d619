"""States of screens in words, with their tones."""

from typing import Final

from server.texts import Sentence

STATES: Final = {
    "online": (Sentence("在线", "Online"), "good"),
    "late": (Sentence("联系延迟", "Late"), "wait"),
    "offline": (Sentence("离线", "Offline"), "bad"),
    "dark": (Sentence("无信号（应亮未亮）", "Dark: meant to run"), "bad"),
    "idle": (Sentence("离线（非运营时段）", "Offline, needn't run"), ""),
    "paused": (Sentence("暂停", "Paused"), "wait"),
    "never_seen": (Sentence("未绑定", "Not bound yet"), ""),
    "revoked": (Sentence("已吊销", "Revoked"), "bad"),
    "retired": (Sentence("已停用", "Retired"), ""),
}
