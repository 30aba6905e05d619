"""The catalogue of incidents: a name and a remedy for each code."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from server.foundation.i18n import Sentence

Code = Literal[
    "offline",
    "impaired",
    "flapping",
    "upstream",
    "clone_suspected",
    "floor_missed",
    "old_plan",
    "clock_uncertain",
    "storage_low",
    "assignment_refused",
    "binding_refused",
    "manifest_corrupt",
    "asset_corrupt",
    "asset_failed",
    "journal_rebuilt",
    "lost_range",
    "storage_full",
    "insecure",
    "clock_jump",
    "enrolment_refused",
    "reported",
]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of incident.

    `by_event`: opened by an event; ends by a person, or after a day without recurrence. `waits`:
    only a person can end it.
    """

    name: Sentence
    advice: Sentence
    by_event: bool = False
    waits: bool = False


def _event(name: Sentence, advice: Sentence) -> Kind:
    return Kind(name, advice, by_event=True)


CODES: Final[dict[str, Kind]] = {
    "offline": Kind(
        Sentence("断联", "Dark"),
        Sentence(
            "请检查供电、网络和播放盒；若是停电、检修或停驶，请登记免考核。",
            "Check power, network and the box; for a power cut, maintenance or a vehicle out of "
            "service ask for an exemption.",
        ),
    ),
    "impaired": Kind(
        Sentence("播放异常", "Impaired"),
        Sentence(
            "终端在线但画面不正常，请到现场查看屏幕，必要时重启播放盒。",
            "It is online but doesn't show well: look at the screen, restart the box if need be.",
        ),
    ),
    "flapping": Kind(
        Sentence("反复断联", "Flapping"),
        Sentence(
            "网络或供电不稳定，请检查网线、无线信号、电源插头和路由器。",
            "Network or power come and go: check cable, radio, plug and router.",
        ),
    ),
    "upstream": Kind(
        Sentence("成片断联", "Upstream fault"),
        Sentence(
            "许多显示屏同时断线，多为交换机、专线或供电故障，请先联系网络或供电单位，不必逐块检修。",
            "Many screens vanished at once, mostly a switch, a line or power: call whoever runs "
            "the network first, not the single screens.",
        ),
    ),
    "clone_suspected": _event(
        Sentence("疑似复制终端", "Copy suspected"),
        Sentence(
            "两台播放盒使用同一身份，请到“待核查记录”确认哪一台是真的。",
            "Two boxes use one identity: say in quarantine which one is genuine.",
        ),
    ),
    "floor_missed": Kind(
        Sentence("播放不足", "Floor missed"),
        Sentence(
            "在线但连续几小时未达最低频次，请查看该屏的按小时播放情况。",
            "Online, but below the floor for hours running: look at its hours.",
        ),
    ),
    "old_plan": Kind(
        Sentence("排期陈旧", "Old plan"),
        Sentence(
            "在线却迟迟没有换上新排期，请重新加载终端；仍不行请查看下发指令的拒收原因。",
            "Online, but without the newest plan for long: reload it, else see why it refuses.",
        ),
    ),
    "clock_uncertain": Kind(
        Sentence("时钟不准", "Clock uncertain"),
        Sentence(
            "终端对时误差过大，画面切换会不同步，请检查网络时延。",
            "Its clock is too unsure, so it isn't in step: check the network's delay.",
        ),
    ),
    "storage_low": Kind(
        Sentence("存储将满", "Storage low"),
        Sentence(
            "终端存储快用完了，请清理缓存或更换存储。",
            "Little of its storage is left: clear its cache or give it more.",
        ),
    ),
    "assignment_refused": _event(
        Sentence("拒收下发指令", "Assignment refused"),
        Sentence(
            "终端不接受新的排期，请重新加载；仍不行请重新绑定。",
            "It refuses new plans: reload it, then pair it again.",
        ),
    ),
    "binding_refused": _event(
        Sentence("拒绝重新绑定", "New binding refused"),
        Sentence(
            "有人冒充服务器要它改绑，终端没有接受；请检查到终端的网络。若签名密钥确已更换，"
            "请在终端上清除数据后重新绑定。",
            "Something on the way told it to be bound to another server, and it didn't: check the "
            "network. If the signing key was really lost, clear the box and pair it again.",
        ),
    ),
    "manifest_corrupt": _event(
        Sentence("下发清单损坏", "Manifest corrupt"),
        Sentence(
            "请检查到终端的网络是否改写内容。", "See whether the network alters what it gets."
        ),
    ),
    "asset_corrupt": _event(
        Sentence("素材文件损坏", "Media file corrupt"),
        Sentence(
            "请清理该终端缓存；反复出现请更换存储。",
            "Clear its cache; if it comes again, replace its storage.",
        ),
    ),
    "asset_failed": _event(
        Sentence("素材播放失败", "Media failed"),
        Sentence(
            "请查看该素材能否在此类屏上播放。", "See whether this kind of screen can play it."
        ),
    ),
    "journal_rebuilt": _event(
        Sentence("播放日志重建", "Log rebuilt"),
        Sentence(
            "终端的本地日志曾损坏，请留意是否再次出现。",
            "Its own log was damaged: mind whether it happens again.",
        ),
    ),
    "lost_range": _event(
        Sentence("播放记录缺失", "Plays lost"),
        Sentence(
            "终端申报丢失了一段播放记录，该段不能作为实播。",
            "It declared some plays lost: they can't be counted.",
        ),
    ),
    "storage_full": _event(
        Sentence("存储已满", "Storage full"),
        Sentence("请清理缓存或更换存储。", "Clear its cache or give it more storage."),
    ),
    "insecure": _event(
        Sentence("非安全连接", "Insecure"),
        Sentence("请用 https 打开播放页。", "Open the player by https."),
    ),
    "clock_jump": _event(
        Sentence("时钟跳变", "Clock jumped"),
        Sentence(
            "终端系统时间发生跳变，请检查主板电池和校时。",
            "Its clock jumped: check its battery and time source.",
        ),
    ),
    "enrolment_refused": _event(
        Sentence("重复接入", "Enrolment refused"),
        Sentence(
            "有终端用已在用或已吊销的序列号接入；若属正常，请到“显示屏 → 新到终端”让它接入。",
            "A box came with the serial of a live screen, or of one that was revoked: if that is "
            "as it should be, let it in under Screens → New arrivals.",
        ),
    ),
    "reported": Kind(
        Sentence("现场报修", "Reported on site"),
        Sentence(
            "点位人员扫码报修，请看报修内容，与点位联系人核实；处理完请在此关闭。",
            "Somebody at the venue reported it: read what, ask the venue's contact, and close it "
            "here when it is done.",
        ),
        by_event=True,
        waits=True,
    ),
}
assert set(CODES) == set(get_args(Code))  # noqa: S101 - both lists are one

Cause = Literal[
    "power",
    "network",
    "box",
    "panel",
    "vehicle_parked",
    "refurbishment",
    "theft",
    "config",
    "other",
]
CAUSES: Final[dict[str, Sentence]] = {
    "power": Sentence("停电或电源故障", "Power"),
    "network": Sentence("网络故障", "Network"),
    "box": Sentence("播放盒故障", "The box"),
    "panel": Sentence("显示屏故障", "The panel"),
    "vehicle_parked": Sentence("车辆停驶", "Vehicle parked"),
    "refurbishment": Sentence("装修或搬迁", "Refurbishment or move"),
    "theft": Sentence("被盗或人为损坏", "Theft or damage"),
    "config": Sentence("配置错误", "Wrong set-up"),
    "other": Sentence("其他", "Other"),
}
assert set(CAUSES) == set(get_args(Cause))  # noqa: S101 - both lists are one

STATES: Final[dict[str, tuple[Sentence, str]]] = {
    "open": (Sentence("未处理", "Open"), "bad"),
    "acknowledged": (Sentence("处理中", "Acknowledged"), "wait"),
    "closed": (Sentence("已结束", "Closed"), "good"),
}
