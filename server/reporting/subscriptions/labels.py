"""Texts of scheduled reports."""

from typing import Final

from server.foundation.i18n import Sentence

KINDS: Final = {
    "daily": Sentence("日报", "Daily"),
    "weekly": Sentence("周报", "Weekly"),
    "monthly": Sentence("月报", "Monthly"),
}
STATES: Final = {
    "waiting": (Sentence("正在生成", "Being made"), "wait"),
    "made": (Sentence("已生成", "Made"), "good"),
    "failed": (Sentence("生成失败", "Failed"), "bad"),
    "refused": (Sentence("未生成", "Not made"), "bad"),
}
NOT_ALLOWED: Final = Sentence(
    "到了生成时间，您已没有查看这些数据的权限或账号已停用；请联系本单位管理员。",
    "When it was due you could no longer see these figures, or your account was disabled: "
    "ask your unit's administrator.",
)
GAVE_UP: Final = Sentence(
    "多次尝试均未成功：请点“重试”，仍不成功请联系管理员。",
    "Several tries failed: press Try again, and tell an administrator if it fails again.",
)
HAS_FILES: Final = Sentence(
    "已生成过报表，不能删除；请改为暂停，已生成的文件保留 400 天。",
    "Reports were made of it, so it can't be deleted: pause it (`active` false). "
    "Its files are kept for 400 days.",
)
NOT_MADE: Final = Sentence("这一期没有文件。", "There is no file of this period.")
NOT_FAILED: Final = Sentence(
    "只有没有生成的报表可以重试。", "Only a report that wasn't made can be tried again."
)
ENOUGH: Final = Sentence(
    "每人最多 20 个定时报表，请先删除或修改已有的。",
    "At most 20 schedules a person: delete or change one of those that there are.",
)
UNKNOWN_KIND: Final = Sentence(
    "没有这种点位类型，请从列表中选择。", "There is no such venue kind: choose one of the list."
)
