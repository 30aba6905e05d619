"""Labels and colours of screen states, as in 运行监测."""

from typing import Final

from server.foundation.i18n import Sentence

STATE_NAMES: Final[dict[str, tuple[Sentence, str]]] = {
    "online": (Sentence("在线", "Online"), "good"),
    "late": (Sentence("联系延迟", "Late"), "wait"),
    "offline": (Sentence("断联", "Dark"), "bad"),
    "out_of_coverage": (Sentence("暂时断联", "Out of coverage"), "wait"),
    "off_hours": (Sentence("非运营时段", "Off hours"), ""),
    "impaired": (Sentence("播放异常", "Impaired"), "bad"),
    "flapping": (Sentence("反复断联", "Flapping"), "bad"),
    "excused": (Sentence("免考核", "Excused"), ""),
    "never_seen": (Sentence("从未联系", "Never heard"), ""),
    "retired": (Sentence("已停用", "Retired"), ""),
}
