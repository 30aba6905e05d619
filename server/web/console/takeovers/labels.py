"""Choices of the takeover form, and reasons to send one back, in words."""

from typing import Final

from server.foundation.i18n import Sentence

MINUTES: Final = (
    ("", Sentence("10 分钟（批准后起算）", "10 minutes (from the approval)")),
    ("30", Sentence("30 分钟", "30 minutes")),
    ("60", Sentence("1 小时", "1 hour")),
    ("120", Sentence("2 小时", "2 hours")),
    ("240", Sentence("4 小时", "4 hours")),
    ("custom", Sentence("指定时间", "Until a time")),
)
"""Durations in minutes from now; the first is the API's default."""
EVERY: Final = (
    (300, Sentence("每 5 分钟一次", "Every 5 minutes")),
    (600, Sentence("每 10 分钟一次", "Every 10 minutes")),
    (900, Sentence("每 15 分钟一次", "Every 15 minutes")),
    (1800, Sentence("每 30 分钟一次", "Every 30 minutes")),
    (3600, Sentence("每小时一次", "Every hour")),
)
REASONS: Final = (
    Sentence("内容有误，请修改后重新发起", "The content is wrong: change it and start again"),
    Sentence("播放范围不对", "The wrong screens"),
    Sentence("时间不合适", "The wrong time"),
    Sentence("情况不实，不需要播出", "Not true, or not needed"),
)
"""Reasons to send something back, one tap each."""
