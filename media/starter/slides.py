"""The texts of the starter pack's slides: the common scams, one per slide, in plain words.

No cases or figures: those are an office's own to publish.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from media.slides import engine

SHORTEST_S = 10


@dataclass(frozen=True, slots=True)
class Starter:
    """A slide to be made: template, fields, title."""

    template: str
    fields: Mapping[str, Any]
    title: str


def starters() -> tuple[Starter, ...]:
    """Return the ten slides in their order."""
    return (
        _example("slogan", "宣传标语：四个不要忘"),
        Starter(
            "slogan",
            {"lines": ["公检法不会电话办案", "没有“安全账户”"], "colour": "红色"},
            "宣传标语：没有“安全账户”",
        ),
        _example("common_scams", "十类常见电信网络诈骗"),
        _example("hotlines", "热线卡"),
        *(Starter("weekly_tip", tip, f"防骗提醒：{scam}") for scam, tip in TIPS),
    )


def _example(template: str, title: str) -> Starter:
    return Starter(template, _without_office(engine.example(template)), title)


def _without_office(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without the office's name, which it adds to its own slides."""
    return {name: value for name, value in fields.items() if value and value != OFFICE}


OFFICE = "区反电信网络诈骗中心"
TIPS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (
        "刷单返利",
        {
            "title": "先垫钱的刷单，都是诈骗",
            "text": "先给小钱让您信，再用“连单”“解冻”要您不断垫付。",
            "steps": ["不垫付一分钱", "不进陌生任务群", "已转账，打 110"],
        },
    ),
    (
        "虚假投资理财",
        {
            "title": "稳赚不赔的投资，不存在",
            "text": "群里“老师”荐股，平台上数字会涨，钱却取不出来。",
            "steps": ["不进陌生投资群", "不下载陌生软件", "先问家人再转账"],
        },
    ),
    (
        "冒充客服",
        {
            "title": "“客服”来电退款，先挂断",
            "text": "说商品有问题、会员要扣费，再要您共享屏幕、说验证码。",
            "steps": ["只认官方应用", "不共享屏幕", "不说验证码"],
        },
    ),
    (
        "冒充公检法",
        {
            "title": "警察不会要您转账",
            "text": "自称警察，说您涉嫌洗钱，要转账自证清白，都是诈骗。",
            "steps": ["挂断电话", "一分钱也不转", "到派出所核实"],
        },
    ),
    (
        "冒充领导熟人",
        {
            "title": "熟人借钱，先打他电话",
            "text": "骗子用熟人的头像和名字加您好友，开口就是急事、转账。",
            "steps": ["打他本人的电话", "或当面问清", "没问清，不转账"],
        },
    ),
    (
        "虚假网络贷款",
        {
            "title": "放款前先收费，都是诈骗",
            "text": "说“无抵押秒放款”，再以保证金、解冻费为由要您先交钱。",
            "steps": ["贷款找正规银行", "不交任何“费用”", "不给银行卡密码"],
        },
    ),
)
