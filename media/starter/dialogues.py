"""Short stories for clips: a swindler's lines, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from media.slides import components
from media.slides.canvas import Canvas, Type
from media.slides.palette import INK, PALE_BLUE, POLICE, WHITE
from media.slides.rect import Box
from media.slides.text.typesetting import Style

BUBBLE_TEXT = Type(
    INK, [WHITE], "Bold", rise=0.5, largest=4.8, style=Style(leading=1.35, balanced=True)
)
HINT = Type(PALE_BLUE, [POLICE], rise=0.5, largest=3.2)


@dataclass(frozen=True, slots=True)
class Story:
    """A swindle: the lines of the chat, the verdict as a slogan, the tip as a slide."""

    name: str
    title: str
    heading: str
    hint: str
    lines: tuple[str, ...]
    verdict: tuple[str, ...]
    tip: Mapping[str, Any]
    rings: bool


def chat(story: Story, width: int, height: int, shown: int) -> tuple[Canvas, list[Box]]:
    """Draw the first lines of a story; return the bubble positions of all lines."""
    canvas = Canvas(width, height)
    canvas.panel(canvas.whole, POLICE)
    safe, unit = canvas.safe, canvas.unit
    head = Box(safe.left, safe.top, safe.width, unit * 6.4)
    components.mark(canvas, head, story.heading, WHITE, [POLICE])
    under = Box(safe.left, head.bottom + unit * 1.2, safe.width, unit * 3.6)
    canvas.write([story.hint], under, HINT)
    room = safe.under(under.bottom + unit * 3)
    rows = room.rows([1] * len(story.lines), gap=unit * 2.4)
    cells = [(line, _inside(canvas, row)) for line, row in zip(story.lines, rows, strict=True)]
    size = canvas.common_size(cells, BUBBLE_TEXT)
    bubbles = [
        _hugging(canvas, row, line, size) for line, row in zip(story.lines, rows, strict=True)
    ]
    places = [_inside(canvas, bubble) for bubble in bubbles]
    for line, bubble, place in list(zip(story.lines, bubbles, places, strict=True))[:shown]:
        _tail(canvas, bubble)
        canvas.panel(bubble, WHITE, radius=unit * 1.8)
        canvas.write([line], place, BUBBLE_TEXT, size)
    return canvas, bubbles


def _hugging(canvas: Canvas, row: Box, line: str, size: int) -> Box:
    """As wide as its line needs."""
    wide = canvas.fonts.measure(BUBBLE_TEXT.weight)(line) * size + canvas.unit * 6 + 2
    return Box(row.left, row.top, min(row.width, wide), row.height)


def _inside(canvas: Canvas, bubble: Box) -> Box:
    return bubble.inset(canvas.unit * 3, canvas.unit * 1.2)


def _tail(canvas: Canvas, bubble: Box) -> None:
    unit = canvas.unit
    left, low = bubble.left + unit * 3, bubble.bottom
    canvas.shape([(left, low - 1), (left + unit * 2.4, low - 1), (left, low + unit * 1.5)], WHITE)


STORIES = (
    Story(
        "call",
        "一通“客服”电话（短片）",
        "陌生来电：“我是平台客服”",
        "下面是骗子的话，您听过吗？",
        (
            "“您的会员今晚到期，每月要扣 800 元。”",
            "“我帮您取消，请下载会议软件，打开共享屏幕。”",
            "“短信里的验证码，念给我听。”",
        ),
        ("要您共享屏幕的", "都是诈骗"),
        {
            "title": "“客服”来电退款，先挂断",
            "steps": ["只认官方应用", "不共享屏幕", "不说验证码"],
        },
        rings=True,
    ),
    Story(
        "task",
        "刷单是怎样骗走钱的（短片）",
        "陌生群：“点赞就能赚钱”",
        "下面是骗子的话，您收到过吗？",
        (
            "“点个赞返 5 元，马上到账。”",
            "“大单返得多，先垫 2000 元。”",
            "“您操作失误，再转 2 万元才能解冻。”",
        ),
        ("先垫钱的刷单", "都是诈骗"),
        {
            "title": "先垫钱的刷单，都是诈骗",
            "steps": ["不垫付一分钱", "不进陌生任务群", "已转账，打 110"],
        },
        rings=False,
    ),
)
