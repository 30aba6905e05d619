"""Texts of packs for LED controllers."""

from typing import Final

from media.pipeline.led_panel import LARGEST, SMALLEST
from server.foundation.i18n import Sentence

STATES: Final = {
    "queued": (Sentence("正在制作", "Being made"), "wait"),
    "ready": (Sentence("可下载", "Ready"), "good"),
    "failed": (Sentence("未做成", "Not made"), "bad"),
}
FORMS: Final = {
    "jpg": Sentence("JPG（通用）", "JPG (usual)"),
    "png": Sentence("PNG（文字更清楚）", "PNG (sharper text)"),
    "bmp": Sentence("BMP（老式控制卡）", "BMP (old controllers)"),
}
SIZE: Final = Sentence(
    f"面板点阵每边应在 {SMALLEST} 至 {LARGEST} 之间，面积不超过 4096 × 2160；"
    "请按控制卡软件里的屏宽、屏高填写。",
    f"A panel has {SMALLEST} to {LARGEST} pixels a side, and 4096 × 2160 in all at most: enter "
    "width and height as the controller's program has them.",
)
NO_SIZE: Final = Sentence(
    "请填写面板的宽和高（像素），这个点位还没有登记屏的尺寸。",
    "Enter the panel's width and height in pixels: no screen of this venue has them on record.",
)
NOT_SIGNED: Final = Sentence(
    "只有已批准或播放中的宣传任务可以导出素材包。",
    "Only a campaign that was approved or is live can be exported.",
)
NOTHING: Final = Sentence(
    "没有可以导出的素材：素材未经审批、已撤下或已过期。",
    "There is nothing to export: its assets aren't approved, were withdrawn, or have expired.",
)
NOTHING_HERE: Final = Sentence(
    "这个点位目前没有已批准的宣传任务。", "No approved campaign is for this venue at present."
)
MANY: Final = Sentence(
    "素材超过 {most} 个，请按宣传任务分别导出。", "More than {most} files: export by campaign."
)
ENOUGH: Final = Sentence(
    "已有三个素材包在制作，请等其中一个完成。", "Three packs are being made: wait for one of them."
)
NOT_READY: Final = Sentence("素材包还没有做好。", "The pack isn't ready yet.")
NO_ROOM: Final = Sentence("服务器磁盘空间不足。", "The server's disk is full.")
GAVE_UP: Final = Sentence(
    "制作中断三次，请联系管理员。", "Making it broke off three times: ask the administrator."
)
NOT_ALLOWED: Final = Sentence(
    "权限已变化，不能再导出。", "What you may see has changed: it can't be exported any more."
)
CANT: Final = Sentence(
    "“{name}”做不了这个尺寸：{why}", "“{name}” can't be made at this size: {why}"
)

# The list in the pack.
LIST_NAME: Final = Sentence("播放清单", "playing-list")
QR_NAME: Final = Sentence("填报二维码", "report-back")
HEADINGS: Final = (
    Sentence("顺序", "Order"),
    Sentence("文件", "File"),
    Sentence("素材", "Asset"),
    Sentence("秒", "Seconds"),
    Sentence("宣传任务", "Campaign"),
    Sentence("从", "From"),
    Sentence("到（含）", "Until (included)"),
    Sentence("时段", "Hours"),
    Sentence("频次要求", "How often"),
    Sentence("每小时约几次（该任务合计）", "About how often an hour (all of the campaign)"),
)
HOW: Final = (
    Sentence(
        "按顺序循环播放；每小时次数是该任务全部文件合计。",
        "Play in this order, over and over; plays an hour are of all files of a campaign together.",
    ),
    Sentence("过了“到”一列的日期请撤下该文件。", "Take a file off after the date under “Until”."),
    Sentence(
        "面板 {width} × {height} 像素；视频 {clip_width} × {clip_height}，H.264 Baseline，无声。",
        "Panel of {width} × {height} pixels; clips {clip_width} × {clip_height}, H.264 baseline, "
        "without sound.",
    ),
    Sentence("清单做于 {at}，之后的修改不在内。", "Made at {at}; later changes aren't in it."),
)
REPORT: Final = Sentence(
    "播出后请填报：每月至少一次，拍一张屏幕正在播放的照片。填报地址：",
    "Report back once a month at least, with a photo of the screen while it shows this:",
)
CALL: Final = Sentence("有问题请联系：", "Questions to:")
TITLE: Final = Sentence("LED 素材包", "LED pack")
