"""Texts of this room for people."""

from server.foundation.i18n import Sentence

SIGNED_OFF = Sentence(
    "已批准的素材不能修改，请上传新版本（替换）或撤下。",
    "A signed-off asset can't be changed: replace it with a new version, or withdraw it.",
)
NOT_READY = Sentence(
    "素材还在处理中或处理失败，暂不能送审。",
    "The asset is still being processed, or was rejected: it can't be submitted yet.",
)
WITHDRAWN = Sentence(
    "素材已撤下，请先单独送审该素材。", "The asset is withdrawn: submit it by itself first."
)
NOT_SUBMITTED = Sentence("素材没有送审，不能审批。", "The asset isn't submitted for sign-off.")
OWN_WORK = Sentence(
    "不能审批自己上传、修改或提交的素材，请由另一人审批。",
    "You uploaded, changed or submitted this: another person has to sign it off.",
)
NOT_ON_AIR = Sentence(
    "素材还没有处理完，不能撤下，可直接删除。",
    "The asset isn't processed yet: delete it rather than withdraw it.",
)
OFFICE_SHOWS_IT = Sentence(
    "宣传部门的任务正在使用这个素材，由其决定撤下：请联系责任单位。",
    "A campaign of the office shows it, so the office takes it off: ask your unit to.",
)
BUILT_IN = Sentence(
    "内置垫播画面不能修改、撤下或删除。",
    "The built-in waiting picture can't be changed, withdrawn or deleted.",
)
ON_RECORD = Sentence(
    "素材曾经批准，须保留备查，请改为撤下。",
    "It was signed off, so it stays on record: withdraw it instead.",
)
IN_USE = Sentence(
    "素材正被播放列表或任务使用，请先从中移除，或改为撤下。",
    "A playlist or campaign uses it: take it out there first, or withdraw it.",
)
WAITS = Sentence(
    "素材正在等待审批，请先撤下再删除。", "It waits for sign-off: withdraw it, then delete it."
)
NAMELESS = Sentence(
    "表单中有一个字段没有名称或名称无法识别，请写明 name。",
    "A field of the form has no name that can be read: give it one.",
)
NO_FILE = Sentence("请选择要上传的文件（表单字段 file）。", "Choose a file (form field `file`).")
SAME_FILE = Sentence(
    "新文件与原素材完全相同，无需替换。", "The new file is the same as the old one."
)
NOT_REPLACEABLE = Sentence(
    "只有已批准的素材才能替换；未批准的可删除后重新上传。",
    "Only a signed-off asset is replaced: delete another one and upload anew.",
)
GAVE_UP = Sentence(
    "服务器多次处理失败，已记录。请稍后重新上传；仍失败请联系管理员。",
    "Processing failed several times and was logged. Upload it again later; "
    "if it fails again, tell the administrator.",
)
SLIDE_WRONG = Sentence(
    "部分内容不能这样展示，请按提示修改。", "Some fields can't be shown, see `errors`."
)
NO_PICTURE_YET = Sentence(
    "素材还没有处理好，没有可下载的图片。", "The asset isn't processed: there is no picture yet."
)
WAITING_NAME = Sentence("垫播画面（内置）", "Waiting picture (built in)")
OTHER_VERSION = Sentence(
    "请按 tus 1.0.0 续传协议发送（Tus-Resumable: 1.0.0）。",
    "Send it as tus 1.0.0 has it (Tus-Resumable: 1.0.0).",
)
NO_COUNT = Sentence("请在此请求头中注明字节数（整数）。", "Give this header a count of bytes.")
BAD_METADATA = Sentence(
    "Upload-Metadata 应为“键 base64值”，以逗号分隔，总长不超过 4096 个字符。",
    "Upload-Metadata is pairs of a key and a value in base64, separated by commas, "
    "4096 characters at most.",
)
OTHER_OFFSET = Sentence(
    "续传位置与服务器已收到的不一致，请先查询（HEAD）再续传。",
    "The offset isn't where the server is: ask (HEAD), then go on from there.",
)
MORE_THAN_ANNOUNCED = Sentence(
    "内容超过了开始上传时声明的长度，请重新上传。",
    "There is more than was announced when the upload began: upload it anew.",
)
STILL_COMING = Sentence(
    "这个文件正在上传或保存，请稍后再试。",
    "This upload is being added to or saved: try again shortly.",
)
TOO_MANY_UPLOADS = Sentence(
    "您有太多未完成的上传，请先完成或放弃其中一些。",
    "You have too many unfinished uploads: finish or drop some of them first.",
)
NO_SUCH_FIT = Sentence(
    "画面方式可选：whole（整幅显示）、crop（裁剪填满）。",
    "Choose `whole` (all of the picture) or `crop` (fill the screen).",
)
FIT_ON_RECORD = Sentence(
    "已批准的素材不能改画面方式；请按新方式制作新版本，由另一人批准后替换。",
    "What was signed off keeps its fit: make a new version with another one, for another person "
    "to sign off.",
)
FIT_OF_SLIDE = Sentence(
    "图文按每类屏幕的尺寸绘制，不需要选画面方式。",
    "A slide is drawn for each shape of screen: there is nothing to fit.",
)
NO_SUCH_AI = Sentence(
    "AI 生成合成可选：none（不含）、unmarked（含，由系统加标识）、marked（含，画面上已有标识）。",
    "Choose none (no AI-generated content), unmarked (some: we add the mark) or marked (it has "
    "one).",
)
AI_OF_SLIDE = Sentence(
    "图文由模板绘制，不含 AI 生成合成内容。",
    "A slide is drawn from a template: nothing in it is AI-generated.",
)
AI_ON_RECORD = Sentence(
    "已批准的素材不能改这一项，请上传新版本并说明，由另一人批准。",
    "What was signed off keeps this: upload a new version and say so, for another person to sign "
    "off.",
)
SAME_FIT = Sentence("该素材已是这种画面方式。", "The asset has this fit already.")
GAP_FAILED = Sentence(
    "服务器多次制作失败，明天自动重试。",
    "Making it failed several times: it is tried again tomorrow.",
)
GAP_NO_ROOM = Sentence(
    "这个尺寸放不下看得清的文字。", "There is no room for text that can be read at this size."
)
GAP_SMALL = Sentence("原文件没有这么大。", "The original isn't as large.")
NOT_GIVEN_UP = Sentence(
    "只有服务器处理失败的素材可以重新处理；文件本身有问题的请修正后重新上传。",
    "Only what the server failed to process is tried again: correct a file that was refused, and "
    "upload it anew.",
)
