"""Words of the pages of 运行监测: states, shades of strips, lengths of time, since when."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from server.foundation.durations import DAY_S
from server.foundation.i18n import Sentence
from server.foundation.rest.request_language import translate
from server.monitoring.availability.packed_records import Record
from server.monitoring.availability.rates import link_availability
from server.monitoring.fleet.status import STATES, State
from server.monitoring.fleet.tree import Shade
from server.monitoring.incidents.labels import STATE_NAMES
from server.web.helpers import clock

UNKNOWN: Final = (Sentence("无法判定", "Can't be known"), "")
SHADES: Final[dict[Shade, tuple[Sentence, str]]] = {
    "up": (Sentence("在线", "Up"), "○"),
    "partly": (Sentence("部分中断", "Down in part"), "△"),
    "impaired": (Sentence("播放异常", "Impaired"), "！"),
    "down": (Sentence("中断", "Down"), "×"),
    "unknown": (Sentence("无法判定", "Can't be known"), "？"),
    "excused": (Sentence("免考核", "Excused"), "□"),
    "none": (Sentence("不运营，或整天未接入", "Not operating, or not there all day"), "–"),
}
"""The name of a shade, and its sign for prints without colours."""
NEVER: Final = Sentence("从未联系", "never heard")
DAYS_HOURS: Final = Sentence("{d} 天 {h} 小时", "{d} d {h} h")
WHOLE_HOURS: Final = Sentence("{h} 小时", "{h} h")
HOURS_MINUTES: Final = Sentence("{h} 小时 {m} 分", "{h} h {m} min")
MINUTES: Final = Sentence("{m} 分钟", "{m} min")
NO_TIME: Final = Sentence("0 分钟", "0 min")
UNDER_A_MINUTE: Final = Sentence("不到 1 分钟", "under 1 min")
DOWN: Final = Sentence("中断 {}", "down {}")
UNCLEAR: Final = Sentence("无法判定 {}", "can't be known {}")
DAYS: Final = Sentence("{name} {n} 天", "{name}: {n} days")
HOURS: Final = Sentence("{name} {n} 小时", "{name}: {n} hours")
JOIN: Final = Sentence("，", ", ")


def state_words(state: State) -> dict[str, str]:
    """A state's name and tone."""
    name, tone = UNKNOWN if state == "unknown" else STATE_NAMES[state]
    return {"state": state, "text": translate(name), "tone": tone}


def state_choices() -> list[tuple[str, str]]:
    """The states to narrow a list to, worst first."""
    return [(state, state_words(state)["text"]) for state in STATES]


def pct_text(found: float | None) -> str:
    """A rate in a table, to two decimals; a dash for None."""
    return "–" if found is None else f"{found:.2f} %"


def length(seconds: int) -> str:
    """A length of time in words, to the minute."""
    minutes, hours = seconds // 60 % 60, seconds // 3600
    if seconds >= DAY_S:
        return translate(DAYS_HOURS).format(d=hours // 24, h=hours % 24)
    if hours:
        return translate(HOURS_MINUTES if minutes else WHOLE_HOURS).format(h=hours, m=minutes)
    return (
        translate(MINUTES).format(m=minutes)
        if minutes
        else translate(UNDER_A_MINUTE if seconds else NO_TIME)
    )


def since_text(at_s: int | None, now_s: int, zone: tzinfo) -> str:
    """07:12 for today, 11-23 18:00 for another day; in words without any contact."""
    return translate(NEVER) if at_s is None else clock(1000 * at_s, zone, 1000 * now_s)


def record_text(record: Record, found: Shade) -> str:
    """A stretch in words: its shade, its figure, and the missing time."""
    words = [translate(SHADES[found][0])]
    if record.monitored:
        words.append(pct_text(link_availability(record).pct))
    if down := record.monitored - record.up:
        words.append(translate(DOWN).format(length(down)))
    if unclear := record.operating - record.monitored:
        # A stretch that is wholly unknown has it only once.
        words = words[1:] if found == "unknown" else words
        words.append(translate(UNCLEAR).format(length(unclear)))
    text = translate(JOIN).join(words)
    return text[:1].upper() + text[1:]


def strip_text(shades: Sequence[Shade], *, hours: bool = False) -> str:
    """A whole strip in words, for those who don't see it: how much of it is in which shade."""
    of = HOURS if hours else DAYS
    return translate(JOIN).join(
        translate(of).format(name=translate(name), n=shades.count(key))
        for key, (name, _) in SHADES.items()
        if key in shades
    )
