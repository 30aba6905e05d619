"""Describes audit entries: 批准宣传任务 for `campaign.approve`, 原因 for `reason`."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any, Final, NamedTuple

from server.foundation.i18n import Sentence
from server.foundation.rest.request_language import WEEKDAYS
from server.foundation.rest.resources import iso

THINGS: Final = {
    "asset": Sentence("素材", "media"),
    "assessment_pack": Sentence("考核材料", "assessment pack"),
    "attestation": Sentence("人工上报", "attestation"),
    "calendar": Sentence("节假日", "holidays"),
    "campaign": Sentence("宣传任务", "campaign"),
    "duty_shift": Sentence("值班班次", "shift on duty"),
    "enrolment_key": Sentence("批量接入码", "enrolment key"),
    "exemption": Sentence("免考核", "exemption"),
    "export": Sentence("播放记录导出", "export of plays"),
    "incident": Sentence("故障", "incident"),
    "led_pack": Sentence("LED 素材包", "LED pack"),
    "line": Sentence("线路", "line"),
    "maintenance": Sentence("检修", "maintenance"),
    "notification_target": Sentence("通知对象", "notification target"),
    "playlist": Sentence("播放列表", "playlist"),
    "quarantine": Sentence("待核查记录", "plays put aside"),
    "reference_list": Sentence("反诈资料", "list"),
    "release": Sentence("播放终端版本", "player release"),
    "report_file": Sentence("定时报表文件", "scheduled report"),
    "report_schedule": Sentence("定时报表", "report schedule"),
    "roster": Sentence("排班", "roster"),
    "screen": Sentence("显示屏", "screen"),
    "screens": Sentence("显示屏", "screens"),
    "screen.code": Sentence("现场码", "phone page code"),
    "second_factor": Sentence("两步验证", "second factor"),
    "session": Sentence("登录", "session"),
    "settings": Sentence("设置", "settings"),
    "spot_check": Sentence("抽查", "spot check"),
    "stop": Sentence("一键停播", "stop"),
    "takeover": Sentence("紧急插播", "takeover"),
    "token": Sentence("访问令牌", "token"),
    "unit": Sentence("责任单位", "unit"),
    "user": Sentence("账号", "account"),
    "venue": Sentence("点位", "venue"),
}
DEEDS: Final = {
    "acknowledge": Sentence("接手", "took over"),
    "approve": Sentence("批准", "approved"),
    "ask": Sentence("申请", "asked for"),
    "assign": Sentence("指派", "assigned"),
    "boost": Sentence("加播", "boosted"),
    "bulk": Sentence("批量操作", "acted on"),
    "cancel": Sentence("取消", "cancelled"),
    "change": Sentence("修改", "changed"),
    "close": Sentence("结束", "closed"),
    "codes": Sentence("重新生成恢复码：", "made new recovery codes of the"),
    "command": Sentence("远程操作", "commanded"),
    "complete": Sentence("全部发布", "rolled out"),
    "copy": Sentence("复制", "copied"),
    "create": Sentence("新建", "made"),
    "decide": Sentence("认定", "decided on"),
    "delete": Sentence("删除", "deleted"),
    "dispatch": Sentence("派单", "ordered the repair of"),
    "drop": Sentence("取消", "dropped"),
    "drop_revision": Sentence("放弃修订", "dropped the revision of"),
    "edit": Sentence("修改", "changed"),
    "end": Sentence("结束", "ended"),
    "ended": Sentence("到期结束", "ended by its dates:"),
    "enrol": Sentence("接入", "enrolled"),
    "expire": Sentence("到期", "expired:"),
    "fault": Sentence("现场报修", "reported a fault of"),
    "freeze": Sentence("冻结", "froze"),
    "halt": Sentence("暂停发布", "halted"),
    "import": Sentence("导入", "imported"),
    "judge": Sentence("复核", "judged"),
    "lift": Sentence("恢复", "lifted"),
    "live": Sentence("开始播放", "went live:"),
    "off": Sentence("关闭", "turned off"),
    "on": Sentence("开启", "turned on"),
    "order": Sentence("发起", "ordered"),
    "pace": Sentence("补播", "made good"),
    "pair": Sentence("绑定", "paired"),
    "password": Sentence("修改密码：", "changed the password of"),
    "pause": Sentence("暂停", "paused"),
    "photo": Sentence("上传照片：", "sent a photo of"),
    "place": Sentence("归位", "placed"),
    "plan": Sentence("登记", "planned"),
    "profile": Sentence("修改资料：", "changed the profile of"),
    "recovery_code": Sentence("用恢复码登录：", "used a recovery code of"),
    "refit": Sentence("更改画面方式：", "refitted"),
    "refusals_settled": Sentence("处理被拒绝的终端：", "settled refusals of"),
    "reject": Sentence("退回", "rejected"),
    "replace": Sentence("更换", "replaced"),
    "reset": Sentence("重置", "reset"),
    "reset_password": Sentence("重设密码：", "reset the password of"),
    "resume": Sentence("恢复", "resumed"),
    "restore": Sentence("从回收站恢复", "restored from the bin the"),
    "retire": Sentence("停用", "retired"),
    "retry": Sentence("重试", "tried again"),
    "revise": Sentence("修订", "revised"),
    "revoke": Sentence("吊销", "revoked"),
    "roll_back": Sentence("回退", "rolled back"),
    "rule_out": Sentence("认定不是本屏：", "ruled out a box of"),
    "set": Sentence("保存", "set"),
    "slide": Sentence("制作图文：", "made a slide:"),
    "start": Sentence("发起", "started"),
    "starter": Sentence("装入起步素材：", "added the starter pack:"),
    "submit": Sentence("送审", "submitted"),
    "test": Sentence("测试", "tested"),
    "undo": Sentence("撤销批量操作：", "took back an act on"),
    "update": Sentence("修改", "changed"),
    "upload": Sentence("上传", "uploaded"),
    "urgent": Sentence("加急滚播：", "made urgent:"),
    "withdraw": Sentence("撤下", "withdrew"),
}
WHOLE: Final = {
    "session.create": Sentence("登录", "signed in"),
    "session.delete": Sentence("退出", "signed out"),
    "stop.start": Sentence("一键停播", "stopped screens"),
    "stop.lift": Sentence("解除停播", "lifted a stop"),
    "attestation.submit": Sentence("提交人工上报", "attested"),
    "attestation.withdraw": Sentence("撤回人工上报", "took back an attestation"),
    "incident.dispatch": Sentence("故障派单", "ordered a repair"),
    "led_pack.order": Sentence("制作 LED 素材包", "ordered a LED pack"),
    "release.start": Sentence("发布播放终端版本", "released a player version"),
    "spot_check.plan": Sentence("修改抽查计划", "changed the plan of spot checks"),
    "screen.place": Sentence("为终端指定点位", "gave a box its venue"),
    "exemption.withdraw": Sentence("撤回免考核", "took back an exemption"),
    "server.demo": Sentence("生成演示区", "made the demo district"),
    "server.restore": Sentence("从备份恢复", "restored a backup"),
    "server.new_key": Sentence("更换签名密钥", "changed the signing key"),
    "server.recover_key": Sentence("用恢复密钥更换签名密钥", "changed the signing key by recovery"),
    "server.sign_again": Sentence("重新签发换钥指令", "signed orders with new keys again"),
    "server.new_recovery_key": Sentence("更换恢复密钥", "changed the recovery key"),
    "campaign.pace": Sentence("自动补播", "made good a campaign"),
}
_ACTS: Final = {
    "identify": Sentence("显示屏幕名称", "show its name"),
    "reload": Sentence("重新加载", "reload"),
    "screenshot": Sentence("截图", "screenshot"),
    "volume": Sentence("音量", "volume"),
    "clear_cache": Sentence("清理缓存", "clear cache"),
    "log": Sentence("获取日志", "fetch its log"),
    "maintenance": Sentence("检修", "maintenance"),
    "out_of_service": Sentence("停驶", "out of service"),
    "move_line": Sentence("调线", "move to another line"),
    "add_tags": Sentence("加标签", "add tags"),
    "remove_tags": Sentence("去标签", "remove tags"),
    "pause": Sentence("暂停", "pause"),
    "resume": Sentence("恢复", "resume"),
}
VALUES: Final[dict[str, dict[str, Sentence]]] = {
    "act": _ACTS,
    "kind": {
        "apprise": Sentence("群机器人", "chat robot"),
        "webhook": Sentence("回调地址", "callback address"),
        "mail": Sentence("邮件", "mail"),
    },
    "mode": {
        "safe": Sentence("安全画面", "safe picture"),
        "black": Sentence("黑屏", "black screen"),
    },
    "was": {
        "draft": Sentence("草稿", "draft"),
        "submitted": Sentence("待审批", "waiting for sign-off"),
        "approved": Sentence("已批准", "approved"),
        "live": Sentence("播放中", "live"),
        "ended": Sentence("已结束", "ended"),
        "withdrawn": Sentence("已撤下", "withdrawn"),
    },
}
"""Codes in words; one that has none is left to the entry as it was written."""
FACTS: Final = {
    "act": Sentence("操作", "act"),
    "address": Sentence("登录地址", "signed in from"),
    "days": Sentence("天数", "days"),
    "drill": Sentence("演练", "drill"),
    "emergency": Sentence("紧急情况", "emergency"),
    "factor": Sentence("倍数", "factor"),
    "from": Sentence("从", "from"),
    "kind": Sentence("类型", "kind"),
    "mode": Sentence("方式", "mode"),
    "name": Sentence("名称", "name"),
    "opinion": Sentence("意见", "opinion"),
    "reason": Sentence("原因", "reason"),
    "screen": Sentence("显示屏", "screen"),
    "screens": Sentence("显示屏", "screens"),
    "step": Sentence("步骤", "step"),
    "to": Sentence("至", "to"),
    "two_person": Sentence("两人审批", "two persons"),
    "unit": Sentence("单位", "unit"),
    "until": Sentence("至", "until"),
    "username": Sentence("用户名", "user name"),
    "venue": Sentence("点位", "venue"),
    "version": Sentence("版本", "version"),
    "was": Sentence("原状态", "was"),
}
MANY: Final = ("screens",)
"""Facts that may be lists of ids."""
SHOWN_IDS: Final = 5
"""Ids of a list that are shown by name; the raw entry has all."""
YES: Final = Sentence("是", "yes")
NO: Final = Sentence("否", "no")
JOIN: Final = Sentence("，", ", ")
NAMED: Final = Sentence("{name}：{value}", "{name}: {value}")
INSTANTS: Final = ("from", "until")
ON_DAYS: Final = Sentence("星期", "weekdays")
SO_MANY: Final = Sentence("{} 块", "{}")


SYSTEM: Final = Sentence("系统", "The system")
BY_ITSELF: Final = frozenset({"ended", "expire", "live"})
"""What happens to a thing, and nobody does to it."""
COLON: Final = "："


class Around(NamedTuple):
    """A sentence around the name of what it is about: `林国栋 批准了素材“`, and `”`."""

    lead: str
    tail: str


def sentence(action: str, who: str, language: str) -> Around:
    """Who did what; `who` is "" for the server itself."""
    person = who or SYSTEM.in_language(language)
    if language == "en":
        return Around(f"{person} {deed(action).en.removesuffix(':')} “", "”")
    thing, _, verb = action.rpartition(".")
    if action in WHOLE or thing not in THINGS or verb not in DEEDS:
        return Around(f"{person} {deed(action).zh}{COLON}“", "”")
    done, named = DEEDS[verb].zh, THINGS[thing].zh
    if verb in BY_ITSELF:
        return Around(f"{named}“", f"”{done}")
    if done.endswith(COLON):
        return Around(f"{person} {done}{named}“", "”")
    return Around(f"{person} {done}了{named}“", "”")


def alone(action: str, who: str, language: str) -> str:
    """The sentence where nothing is named: who signed in, for instance."""
    person = who or SYSTEM.in_language(language)
    return f"{person} {deed(action).in_language(language).removesuffix(COLON).removesuffix(':')}"


def deed(action: str) -> Sentence:
    """The label of an action; the code itself without one."""
    if action in WHOLE:
        return WHOLE[action]
    thing, _, verb = action.rpartition(".")
    if thing not in THINGS or verb not in DEEDS:
        return Sentence(action, action)
    named, done = THINGS[thing], DEEDS[verb]
    return Sentence(f"{done.zh}{named.zh}", f"{done.en} {named.en}")


def facts(
    detail: dict[str, Any], language: str, zone: tzinfo, names: Mapping[str, str] | None = None
) -> str:
    """The details of an entry as text; codes without a label are omitted.

    `names`: current names by public id; deleted objects keep their id.
    """
    return JOIN.in_language(language).join(
        NAMED.in_language(language).format(
            name=_named_as(key, value).in_language(language),
            value=_value(key, value, language, zone),
        )
        for key, value in _named(detail, names or {})
        if _is_shown(key, value)
    )


def ids_of(value: list[Any]) -> list[str]:
    """The first ids of a list, as many as are shown."""
    return [one for one in value[:SHOWN_IDS] if isinstance(one, str)]


def some_of(names: list[str], count: int) -> Sentence:
    """The first names, with the total count if there are more."""
    if count <= len(names):
        return Sentence("、".join(names), ", ".join(names))
    return Sentence(
        f"{'、'.join(names)} 等 {count} 块", f"{', '.join(names)} and {count - len(names)} more"
    )


def _named(detail: dict[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The facts with names instead of ids. Texts entered by people stay as they are."""
    for key, value in detail.items():
        if key in THINGS and isinstance(value, str):
            yield key, names.get(value, value)
        elif key in MANY and isinstance(value, list):
            yield key, some_of([names.get(one, one) for one in ids_of(value)], len(value))
        else:
            yield key, value


def _is_shown(key: str, value: Any) -> bool:
    if key not in FACTS or value in (None, ""):
        return False
    return key not in VALUES or (isinstance(value, str) and value in VALUES[key])


def _named_as(key: str, value: Any) -> Sentence:
    return ON_DAYS if key == "days" and isinstance(value, list) else FACTS[key]


def _value(key: str, value: Any, language: str, zone: tzinfo) -> object:
    if isinstance(value, Sentence):
        return value.in_language(language)
    if key in VALUES:
        return VALUES[key][value].in_language(language)
    if isinstance(value, bool):
        return (YES if value else NO).in_language(language)
    if isinstance(value, int):
        return _number(key, value, language, zone)
    return _listed(key, value, language) if isinstance(value, list) else value


def _number(key: str, value: int, language: str, zone: tzinfo) -> object:
    if key in INSTANTS:
        return str(iso(value, zone))[:16].replace("T", " ")
    return SO_MANY.in_language(language).format(value) if key in MANY else value


def _listed(key: str, value: list[Any], language: str) -> object:
    """A list of words or weekdays (ISO) as text; other lists as they are."""
    words = [
        WEEKDAYS[one - 1][1].in_language(language) if key == "days" and one in range(1, 8) else one
        for one in value
    ]
    if not all(isinstance(one, str) for one in words):
        return value
    return ("、" if language != "en" else ", ").join(words)
