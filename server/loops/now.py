"""What screens show now, for pages: a title and a picture, and the loop as a line of slots."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from playlists.model import Loop, Manifest, Slot
from playlists.seat import seat
from server.extensions import core
from server.library.documents import file_url
from server.library.models import Asset
from server.library.queries import assets_with_file
from server.loops.showing import Showing
from server.texts import Sentence
from server.web.reading import say

OFF = Sentence("非营业时段，屏幕关闭", "Closed: the screen is off")
NO_PLAN = Sentence("尚未下发节目", "No plan yet")
FALLBACK = Sentence("垫播画面", "Fallback picture")
OWN = Sentence("点位自有内容与空余", "Own content and what is left")
UPCOMING = 6


class Pictures:
    """The assets behind files, each looked up once for a page."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, Asset | None] = {}

    def of(self, digest: str) -> Asset | None:
        """The asset that a file was made for."""
        if digest not in self._known:
            query = assets_with_file(digest).order_by(Asset.id).limit(1)
            self._known[digest] = self._session.scalar(query)
        return self._known[digest]


def now_on(pictures: Pictures, shown: Showing | None) -> dict[str, Any]:
    """What belongs on a screen now, a takeover before all else: a title, and maybe a picture."""
    if shown is None:
        return {"title": say(NO_PLAN), "thumbnail": None}
    found = seat(shown.plan, shown.at_ms).as_json()
    digest = shown.takeover["asset"]["digest"] if shown.takeover else found.get("asset")
    if digest is None:
        return {"title": say(OFF), "thumbnail": None}
    asset = pictures.of(digest)
    if asset is None or (found["state"] == "fallback" and not shown.takeover):
        return {"title": say(FALLBACK), "thumbnail": file_url(asset.thumbnail) if asset else None}
    return {"title": asset.name, "thumbnail": file_url(asset.thumbnail)}


def hour_of(
    pictures: Pictures, shown: Showing, names: dict[str, str], fillers: Collection[str]
) -> dict[str, Any] | None:
    """The loop that runs now, as a line of slots; None where the screen is off."""
    segment = next(
        (one for one in shown.plan.segments if one.from_ms <= shown.at_ms < one.until_ms), None
    )
    if segment is None or segment.loop is None:
        return None
    loop = shown.plan.loops[segment.loop]
    into_ms = (shown.at_ms - segment.anchor_ms) % loop.period_ms
    return {
        "period_s": loop.period_ms / 1000,
        "now_s": into_ms / 1000,
        "from": _clock(shown.at_ms - into_ms),
        "until": _clock(shown.at_ms - into_ms + loop.period_ms),
        "slots": _slots(pictures, shown.plan, loop, fillers),
        "sums": _sums(shown.plan, loop, names),
    }


def next_up(pictures: Pictures, shown: Showing) -> list[dict[str, str]]:
    """The next few slots, by what the plan says."""
    found: list[dict[str, str]] = []
    at_ms = shown.at_ms
    segment = next((s for s in shown.plan.segments if s.from_ms <= at_ms < s.until_ms), None)
    if segment is None or segment.loop is None:
        return []
    loop = shown.plan.loops[segment.loop]
    into_ms = (at_ms - segment.anchor_ms) % loop.period_ms
    begin_ms = at_ms - into_ms
    turns = [(lap * loop.period_ms + slot.start_ms, slot) for lap in (0, 1) for slot in loop.slots]
    for offset_ms, slot in turns:
        start_ms = begin_ms + offset_ms
        if start_ms <= at_ms or start_ms >= segment.until_ms or len(found) >= UPCOMING:
            continue
        asset = pictures.of(shown.plan.assets[slot.asset].digest)
        found.append({"title": asset.name if asset else "–", "at": _clock(start_ms, seconds=True)})
    return found


def _slots(
    pictures: Pictures, plan: Manifest, loop: Loop, fillers: Collection[str]
) -> list[dict[str, Any]]:
    made = []
    for slot in loop.slots:
        asset = pictures.of(plan.assets[slot.asset].digest)
        made.append(
            {
                "at_s": slot.start_ms / 1000,
                "duration_s": slot.duration_ms / 1000,
                "tone": "slot-filler" if _is_own(plan, slot, fillers) else "slot-this",
                "title": asset.name if asset else "",
            }
        )
    return made


def _is_own(plan: Manifest, slot: Slot, fillers: Collection[str]) -> bool:
    campaign = plan.campaign_id(slot)
    return campaign is None or campaign in fillers


def _sums(plan: Manifest, loop: Loop, names: dict[str, str]) -> list[dict[str, Any]]:
    plays: Counter[int] = Counter(slot.campaign for slot in loop.slots)
    taken: dict[int, int] = defaultdict(int)
    for slot in loop.slots:
        taken[slot.campaign] += slot.duration_ms
    rows = []
    for index, count in plays.most_common():
        campaign = plan.campaigns[index] if index >= 0 else None
        known = campaign if campaign in names else None
        rows.append(
            {
                "id": known,
                "name": names[known] if known else say(OWN) if campaign is None else campaign,
                "plays": count,
                "share": f"{100 * taken[index] / loop.period_ms:.0f} %",
            }
        )
    return rows


def _clock(at_ms: int, *, seconds: bool = False) -> str:
    moment = datetime.fromtimestamp(at_ms / 1000, core().settings.zone)
    return moment.strftime("%H:%M:%S" if seconds else "%H:%M")
