"""A line of 待办: a task waiting for the person of this request, with its age."""

from typing import Any, Final, NamedTuple

from server.foundation.durations import DAY_MS, HOUR_MS, MINUTE_MS
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone, iso

HOURS_UNTIL_MS: Final = 2 * DAY_MS
"""Up to here hours are counted: “1 天” would be anything between one day and two."""

NOW: Final = Sentence("刚刚", "just now")
MINUTES: Final = Sentence("{} 分钟", "{} min")
HOURS: Final = Sentence("{} 小时", "{} h")
DAYS: Final = Sentence("{} 天", "{} days")
WAITING: Final = Sentence("已等 {}", "waiting {}")
OLDEST: Final = Sentence("最早的已等 {}", "the oldest waiting {}")


class Waiting(NamedTuple):
    """A waiting task, its link, and since when (ms UTC, None if unknown).

    `tasks` is the number of tasks in it; with more than one, `since_ms` is the oldest's.
    `sender` is the name of the person who submitted it, `picture` the URL of a thumbnail, `note`
    any details; `urgent` ones are highlighted.
    """

    text: str
    href: str
    since_ms: int | None = None
    tasks: int = 1
    sender: str = ""
    picture: str | None = None
    note: str = ""
    urgent: bool = False

    def shown(self) -> dict[str, Any]:
        """As the pages show it: with its age in words, `late` after a day."""
        line = {
            "text": self.text,
            "href": self.href,
            "age": "",
            "beside": " · ".join(filter(None, (self.sender, self.note))),
            "picture": self.picture,
            "urgent": self.urgent,
        }
        if self.since_ms is None:
            return line
        waited_ms = max(core().clock.now_ms() - self.since_ms, 0)
        return {
            **line,
            "age": age_text(waited_ms, several=self.tasks > 1),
            "since": iso(self.since_ms, district_zone()),
            "late": waited_ms >= DAY_MS,
        }


def age_text(waited_ms: int, *, several: bool = False) -> str:
    """How long something has waited, in words, rounded to one unit."""
    if waited_ms < MINUTE_MS:
        return translate(NOW)
    if waited_ms < HOUR_MS:
        length = translate(MINUTES).format(waited_ms // MINUTE_MS)
    elif waited_ms < HOURS_UNTIL_MS:
        length = translate(HOURS).format(waited_ms // HOUR_MS)
    else:
        length = translate(DAYS).format(waited_ms // DAY_MS)
    return translate(OLDEST if several else WAITING).format(length)
