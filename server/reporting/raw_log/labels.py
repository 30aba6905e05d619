"""Texts of exports: headings, the last lines of a file, the reasons of a failure."""

from typing import Final

from server.foundation.i18n import Sentence

SCREEN: Final = Sentence("显示屏", "Screen")
SCREEN_ID: Final = Sentence("显示屏编号", "Screen id")
START: Final = Sentence("开始时间", "Start")
SHOWN: Final = Sentence("播出秒数", "Seconds shown")
CONTENT: Final = Sentence("内容", "Content")
CAMPAIGN: Final = Sentence("宣传任务", "Campaign")
VERDICT: Final = Sentence("核验结果", "Verdict")
REASON: Final = Sentence("原因", "Reason")
RECEIVED: Final = Sentence("收到时间", "Received")
BOOT: Final = Sentence("开机批次", "Boot")
SEQ: Final = Sentence("编号", "Number")
HEADINGS: Final = (
    SCREEN, SCREEN_ID, START, SHOWN, CONTENT, CAMPAIGN, VERDICT, REASON, RECEIVED, BOOT, SEQ,
)  # fmt: skip
SHEET: Final = Sentence("播放记录", "Plays")
LOST: Final = Sentence("终端申报缺失", "Declared lost")
WHOLE: Final = Sentence("到此完整，播放记录条数", "Complete; number of plays")
AS_OF: Final = Sentence("数据截至", "As of")
BROKEN: Final = Sentence(
    "导出中断，以上数据不完整，请重新导出。",
    "The export broke off: what stands above isn't all. Export it again.",
)
TOO_MANY_ROWS: Final = Sentence(
    "超过 Excel 一张表能容纳的行数（约 104 万行）：请改用 csv，或缩短时间段后分几次导出。",
    "More rows than a sheet of Excel holds (about 1.04 million): "
    "take csv, or export a shorter time.",
)
NOT_ALLOWED: Final = Sentence(
    "您已没有查看这些播放记录的权限，文件没有生成；请联系本单位管理员。",
    "You may no longer read these plays, so no file was made: ask your unit's administrator.",
)
DAMAGED: Final = Sentence(
    "有播放记录已损坏，无法完整导出：请管理员运行 doctor 查明并从备份恢复。",
    "Some stored plays are damaged, so no whole file can be made: "
    "have an administrator run doctor and restore them from a backup.",
)
NO_ROOM: Final = Sentence(
    "服务器存储空间不足，文件没有生成；请联系管理员清理或扩容，或缩短时间段后重新导出。",
    "The server's storage is full, so no file was made: ask the administrator to make room, or "
    "export a shorter time.",
)
GAVE_UP: Final = Sentence(
    "多次尝试均未成功：请稍后重新导出，仍不成功请联系管理员。",
    "Several tries failed: export it again later, and tell an administrator if it fails again.",
)
ENOUGH: Final = Sentence(
    "您已有 3 个导出在等待，请等其中一个完成后再试。",
    "Three exports of yours are waiting: come again when one of them is done.",
)
NOT_READY: Final = Sentence(
    "文件还没有生成，请稍后再下载。", "The file isn't made yet: download it later."
)
STATES: Final = {
    "queued": (Sentence("正在生成", "Being made"), "wait"),
    "ready": (Sentence("可以下载", "Ready"), "good"),
    "failed": (Sentence("没有生成", "Not made"), "bad"),
}
FORMS: Final = {
    "csv": Sentence("csv（可用 Excel 打开，行数不限）", "csv (opens in Excel, any number of rows)"),
    "xlsx": Sentence("xlsx（Excel，最多约 104 万行）", "xlsx (Excel, up to 1.04 million rows)"),
    "ndjson": Sentence(
        "ndjson（带校验链，供核验用）", "ndjson (with the evidence chain, for verification)"
    ),
}
