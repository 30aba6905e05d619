"""The current view of a screen for people in front of it: playing or not, since when, overrides.

Computed from the database and the player's last heartbeat.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.windows import Span, day_span
from server.campaigns.overrides.active import OnScreen
from server.campaigns.planning.orders import signed_entries
from server.foundation.core import Core
from server.foundation.durations import DAY_S
from server.foundation.i18n import Sentence
from server.foundation.public_ids import LETTERS
from server.gateway.connection.messages import Beat
from server.inventory.screens.models import Screen, ScreenPause
from server.inventory.screens.queries import facts, paused_now
from server.inventory.screens.status import LATE_AFTER_MS, OFFLINE_AFTER_MS
from server.monitoring.detection.contact_rules import Run
from server.monitoring.detection.telemetry import runs_of
from server.monitoring.duty.maintenance import in_state, of_screen
from server.monitoring.duty.models import Maintenance
from server.monitoring.duty.operating_hours import operating_of
from server.web.venue_page.pausing import over_screen

RUNS_BACK_S: Final = 3 * DAY_S
PLAYING: Final = Sentence("正在播放", "Playing")
ACTIVITIES: Final = {
    "takeover": Sentence("正在紧急插播", "An emergency takeover is on"),
    "safe": Sentence("已统一停播，显示安全画面", "Stopped by the office: the safe picture stands"),
    "black": Sentence("已统一停播，屏幕关闭", "Stopped by the office: the screen is black"),
    "paused": Sentence("已暂停，屏幕关闭", "Paused: the screen is black"),
    "off": Sentence("现在不在营业时段，屏幕关闭", "Closed now: the screen is off"),
    "playing": PLAYING,
    "fallback": Sentence("正在显示垫播画面，没有排到节目", "The fallback picture stands"),
    "preparing": Sentence("正在准备节目", "Getting its plan"),
    "stalled": Sentence("在线，但画面不正常", "Online, but the picture isn't well"),
    "offline": Sentence("联系不上播放终端", "The player can't be reached"),
    "unbound": Sentence("还没有绑定播放终端", "No player is bound yet"),
    "unseen": Sentence("还没有收到播放终端的消息", "Nothing was heard of the player yet"),
}
OUTLIVED: Final = frozenset({"off", "takeover", "safe", "black", "paused"})
"""States of a player's last heartbeat that are over if the server has no such order now."""
TONES: Final = {
    "playing": "good", "takeover": "good", "fallback": "wait", "preparing": "wait",
    "stalled": "bad", "offline": "bad", "unseen": "wait",
}  # fmt: skip
ADVICE: Final = {
    "offline": Sentence(
        "屏幕可能仍在播放已下载的节目。若黑屏，请看电源和播放盒指示灯、网线和路由器；"
        "仍不行请在下面报修。",
        "It may go on with what it has. If it is dark: check power, the box's light, cable and "
        "router; if that doesn't help, report it below.",
    ),
    "stalled": Sentence("请看看屏幕，不对就在下面报修。", "Look at it; report it below if wrong."),
    "unbound": Sentence("请联系责任单位。", "Call the unit that is responsible for it."),
}


@dataclass(frozen=True)
class LastHeartbeat:
    """The player's last heartbeat, when it came, and since when its socket is open (ms)."""

    at_ms: int
    beat: Beat
    since_ms: int | None = None


@dataclass(frozen=True)
class Activity:
    """Its activity, by a key of `ACTIVITIES`, since when and until when (ms; None: not known)."""

    state: str
    since_ms: int | None = None
    until_ms: int | None = None


@dataclass(frozen=True)
class Interruption:
    """A present or planned override of the plan: in words, with a label and its times (ms)."""

    what: Sentence
    label: str
    from_ms: int
    until_ms: int | None


@dataclass(frozen=True)
class View:
    """All of it; `today` are the opening spans of the venue's day (s)."""

    activity: Activity
    interruptions: Sequence[Interruption]
    today: Sequence[Span]
    zone: ZoneInfo


TAKEOVER: Final = Sentence("紧急插播", "Emergency takeover")
DRILL: Final = Sentence("紧急插播（演练）", "Emergency takeover (drill)")
STOP: Final = Sentence("统一停播", "Stop")
URGENT: Final = Sentence("加急滚播（穿插在节目中）", "Urgent campaign (among the others)")
BY_OFFICE: Final = Sentence("责任单位暂停", "Paused by the office")
ON_SITE: Final = Sentence("现场暂停", "Paused from this page")
MAINTENANCE: Final = Sentence("检修", "Maintenance")


def current_view(
    core: Core, session: Session, screen: Screen, heartbeat: LastHeartbeat | None
) -> View:
    """The current view of a screen."""
    now_ms = core.clock.now_ms()
    zone = ZoneInfo(screen.venue.timezone)
    today = _today(session, screen, now_ms, zone)
    over = over_screen(session, screen, now_ms)
    pause = paused_now(session, now_ms).get(screen.id)
    found = [*_over(over), *_paused(pause), *_maintained(session, screen, now_ms)]
    found += _urgent(session, screen, now_ms)
    activity = _activity(core, screen, heartbeat, now_ms)
    if activity.state not in ("unbound", "offline"):
        activity = _covered(activity, over, pause, today, now_ms)
    return View(activity, found, today, zone)


def _today(session: Session, screen: Screen, now_ms: int, zone: ZoneInfo) -> Sequence[Span]:
    """The screen's operating hours on the venue's day, in seconds."""
    from_s, until_s = (at_ms // 1000 for at_ms in day_span(zone, now_ms))
    return operating_of(session, [screen.id], from_s, until_s).get(screen.id, ())


def _over(over: OnScreen | None) -> Iterator[Interruption]:
    if over is not None:
        stopped = over.id.startswith(LETTERS["stop"])
        what = STOP if stopped else (DRILL if over.drill else TAKEOVER)
        yield Interruption(what, "" if stopped else over.label, over.from_ms, over.until_ms)


def _paused(pause: ScreenPause | None) -> Iterator[Interruption]:
    if pause is not None:
        what = ON_SITE if pause.user_id is None else BY_OFFICE
        yield Interruption(what, pause.reason, pause.from_at, pause.until_at)


def _maintained(session: Session, screen: Screen, now_ms: int) -> Iterator[Interruption]:
    """Present maintenance, and one that begins within a day."""
    query = select(Maintenance).where(of_screen(screen.id), in_state("current", now_ms))
    query = query.where(Maintenance.from_at < now_ms + DAY_S * 1000)
    for row in session.scalars(query.order_by(Maintenance.from_at)):
        yield Interruption(MAINTENANCE, row.reason, row.from_at, row.until_at)


def _urgent(session: Session, screen: Screen, now_ms: int) -> Iterator[Interruption]:
    """Urgent campaigns are the ones that end at an instant rather than with a day."""
    screen_facts = facts(session, [screen.id])
    for entry in signed_entries(session, now_ms) if screen_facts else ():
        ends_ms = entry.content.ends_at
        if ends_ms is not None and ends_ms > now_ms and entry.choice.picks(screen_facts[0]):
            yield Interruption(URGENT, entry.content.name, now_ms, ends_ms)


def _activity(core: Core, screen: Screen, heartbeat: LastHeartbeat | None, now_ms: int) -> Activity:
    """The activity by the player's contacts alone."""
    if screen.enrolled_at is None or screen.revoked_at is not None:
        return Activity("unbound", screen.revoked_at)
    now_s = now_ms // 1000
    runs = runs_of(core, [screen.id], now_s - RUNS_BACK_S, now_s)[screen.id]
    last_ms = max(
        heartbeat.at_ms if heartbeat is not None else 0, runs[-1].last_s * 1000 if runs else 0
    )
    if last_ms == 0:
        return Activity("unseen")
    if now_ms - last_ms >= OFFLINE_AFTER_MS:
        return Activity("offline", last_ms)
    reported = heartbeat.beat.state if heartbeat is not None else "playing"
    linked_ms = heartbeat.since_ms if heartbeat is not None else None
    state = {"pairing": "preparing", "off_hours": "off"}.get(reported, reported)
    # Runs are written twice a minute: during the first one only the socket shows contact.
    return Activity(state, _since(runs, now_s) or linked_ms)


def _since(runs: Sequence[Run], now_s: int) -> int | None:
    """Since when it has been in contact without a break, as far as stored."""
    since_s = None
    until_s = now_s
    for run in reversed(runs):
        if until_s - run.last_s > LATE_AFTER_MS // 1000:
            break
        since_s = until_s = run.from_s
    return None if since_s is None else since_s * 1000


def _covered(
    found: Activity,
    over: OnScreen | None,
    pause: ScreenPause | None,
    today: Sequence[Span],
    now_ms: int,
) -> Activity:
    """Overrides of the plan come first; then, whether it is due to run at all."""
    if over is not None:
        return Activity(over.mode or "takeover", over.from_ms, over.until_ms)
    if pause is not None:
        return Activity("paused", pause.from_at, pause.until_at)
    now_s = now_ms // 1000
    opened = next((span for span in today if span[0] <= now_s < span[1]), None)
    if opened is None:
        begins = next((span[0] * 1000 for span in today if span[0] > now_s), None)
        ended = [span[1] * 1000 for span in today if span[1] <= now_s]
        return Activity("off", max(ended, default=None), begins)
    if found.state in OUTLIVED:
        # The next heartbeat corrects the state. When play resumed after an order has ended isn't
        # recorded.
        return Activity("playing", opened[0] * 1000 if found.state == "off" else None)
    if found.since_ms is None or found.state not in ("playing", "fallback"):
        return found
    return Activity(found.state, max(found.since_ms, opened[0] * 1000))
