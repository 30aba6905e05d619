"""Labels of the values of venues' fields."""

from collections.abc import Mapping
from typing import Final

from server.foundation.i18n import Sentence

ACCESS: Final[Mapping[str, Sentence]] = {
    "player": Sentence("联网播放", "Player"),
    "manual": Sentence("人工上报", "Reported by hand"),
    "none": Sentence("无屏", "No screen"),
}
POLICIES: Final[Mapping[str, Sentence]] = {
    "always": Sentence("全部接受", "Always"),
    "emergency": Sentence("只接受紧急情况", "Emergencies only"),
    "never": Sentence("不接受", "Never"),
}
