"""Texts of attestations: their states, and their errors."""

from typing import Final

from server.foundation.i18n import Sentence

STATES: Final = {
    "submitted": (Sentence("待审批", "Waiting for approval"), "wait"),
    "approved": (Sentence("已批准", "Approved"), "good"),
    "rejected": (Sentence("已退回", "Rejected"), "bad"),
    "withdrawn": (Sentence("已撤回", "Withdrawn"), ""),
}
NOT_MANUAL = Sentence(
    "该点位不是人工上报的点位：联网点位由播放记录统计；如确实改为人工上报，请先改其接入方式。",
    "This venue isn't reported by hand: players' plays are counted. Change its access first.",
)
BACKWARDS = Sentence("结束日期不能早于开始日期。", "`to` must not be before `from`.")
TOO_LONG = Sentence("一次最多填报 92 天，请分次填报。", "At most 92 days at once: report in parts.")
FUTURE = Sentence("不能填报还没有到的日期。", "Days that haven't come yet can't be reported.")
TOO_MANY_DAYS = Sentence(
    "播放天数不能多于这段日期的天数。", "There can't be more days than from `from` to `to`."
)
FROZEN = Sentence(
    "所涉月份的报表已经冻结，不能再改变人工上报。",
    "Reports of that month are frozen: what was attested can't change any more.",
)
NOT_YOURS = Sentence(
    "点位联系人只能撤回自己填报的内容，其他请联系本单位宣传人员。",
    "A venue's contact takes back what he reported himself: ask the publicity office.",
)
NOT_SUBMITTED = Sentence("该填报未处于待审批状态。", "This attestation doesn't wait for approval.")
NOT_APPROVED = Sentence(
    "只有已批准的人工上报可以撤回一部分；待审批的请整份撤回。",
    "Only an approved one can be taken back in part: take back all of one that still waits.",
)
NOT_SHORTER = Sentence(
    "新的最后一天须在原起止日期之内且更早；要全部取消请用“撤回”。",
    "The new last day must lie within its days and before the present one; to drop all of it, "
    "take it back.",
)
BEFORE_FREEZE = Sentence(
    "该日之后有月份的报表已经冻结，只能撤回未冻结月份的日期。",
    "Reports of a month after that day are frozen: only days of months that aren't can be "
    "taken back.",
)
OVER = Sentence("该填报已退回或撤回。", "This attestation was rejected or withdrawn.")
NO_PHOTO = Sentence(
    "还没有照片，不能批准；请填报人补一张现场照片。",
    "There is no photo yet: ask for one of the screen before you approve.",
)
SETTLED = Sentence(
    "已批准、退回或撤回的人工上报不能再加照片；请另填一份。",
    "It was decided on or withdrawn: no photo can be added. Make another one.",
)
ENOUGH = Sentence("一份填报最多 9 张照片。", "An attestation has at most 9 photos.")
