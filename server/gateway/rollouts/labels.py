"""Labels of releases: states, reasons of failures and of halts."""

from typing import Final

from server.foundation.i18n import Sentence

STATES: Final = {
    "registered": (Sentence("已登记", "Registered"), ""),
    "rolling": (Sentence("发布中", "Rolling out"), "wait"),
    "halted": (Sentence("已暂停", "Halted"), "bad"),
    "complete": (Sentence("已全部发布", "Complete"), "good"),
    "withdrawn": (Sentence("已回退", "Rolled back"), ""),
}
REASONS: Final = {
    "not_taken": Sentence(
        "通知后迟迟没有换上新版本", "It was told, but didn't take the release in time"
    ),
    "silent": Sentence("换版本后失去联系", "Nothing was heard of it after it was told"),
    "went_back": Sentence(
        "新版本没有播放起来，终端自行退回",
        "The release didn't get to playing: it went back by itself",
    ),
    "stalled": Sentence(
        "换版本后画面停滞或没有内容", "It stood still, or had nothing to show, after the update"
    ),
    "troubles": Sentence(
        "换版本后播放失败比以前多", "More went wrong after the update than before"
    ),
}
HALT_FAILURES: Final = Sentence(
    "第 {ring} 批 {total} 块屏中 {count} 块更新失败（满 {least} 块且不低于已换版本的 {percent} % "
    "即自动暂停）。系统已自动暂停，不再通知其他屏；失败的屏都回到 {former}。",
    "{count} of the {total} screens of ring {ring} failed (from {least} on, and {percent} % of "
    "those that took it, it halts by itself). It is halted, nobody else is told; those that "
    "failed are back on {former}, or told to go back to it.",
)
HALT_PERSON: Final = Sentence("{name} 暂停：{note}", "Halted by {name}: {note}")
RINGS: Final = Sentence("第 {n} 批", "Ring {n}")
SIZE_ALL: Final = Sentence("全部显示屏", "All screens")
SIZE: Final = Sentence("{percent} %，至少 {screens} 块", "{percent} %, at least {screens}")
SIZE_SO_FAR: Final = Sentence(
    "累计 {percent} %，至少 {screens} 块", "{percent} % so far, at least {screens}"
)
SIZE_SCREENS: Final = Sentence("{screens} 块", "{screens} screens")
SIZE_TAG: Final = Sentence("标签“{tag}”", "tagged “{tag}”")
UPDATES: Final = {
    "rings": Sentence(
        "自动分批发布，失败多了自动暂停", "In rings by itself, halting when too many fail"
    ),
    "at_once": Sentence("自动一次全部发布", "All at once by itself"),
    "by_hand": Sentence("只登记，由管理员开始", "Only registered: an administrator starts it"),
}
NAMES: Final = Sentence("{}", "{}")
AND_MORE: Final = Sentence("{} 等", "{} …")
BETWEEN: Final = Sentence("、", ", ")
WAITING: Final = Sentence(
    "终端版本 {release} 的发布已暂停，请决定继续还是退回",
    "The roll-out of player {release} is halted: go on, or roll it back",
)
WAITING_FAILED: Final = Sentence(
    "终端版本 {release} 的发布自动暂停：{count} 块屏更新失败（{screens}），请处理",
    "The roll-out of player {release} halted by itself: {count} screens failed ({screens})",
)
BRAND: Final = Sentence("【安屏】", "[Anping] ")
ALERT_TITLE: Final = Sentence("播放终端 {} 的发布已暂停", "The roll-out of player {} is halted")
ALERT_TITLE_FAILED: Final = Sentence(
    "播放终端 {} 的发布已自动暂停", "The roll-out of player {} halted by itself"
)
ALERT_SCREEN: Final = Sentence("- {where}：{why}", "- {where}: {why}")
ALERT_MORE: Final = Sentence("……等共 {} 块", "… {} in all")
ALERT_DO: Final = Sentence(
    "怎么办：先看更新过的屏播放是否正常，再到“设置 → 播放终端版本”选择继续发布或全部退回。",
    "What to do: see whether the screens that took it play well, then choose in Settings, "
    "Player releases: go on, or roll all back.",
)
ALERT_SEE: Final = Sentence("查看：{}", "See: {}")
