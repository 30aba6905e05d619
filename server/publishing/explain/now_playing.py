"""The content of screens at an instant, for pages: title, picture, and the next content."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from playlists.wire.seat import seat
from server.accounts.actor import Actor
from server.content.models import Asset
from server.content.queries import assets_of_renditions, assets_with_file
from server.content.serializers import file_url
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.publishing.explain.scheduled_at import Showing

OFF = Sentence("非营业时段，屏幕关闭", "Closed: the screen is off")
NO_PLAN = Sentence("尚未下发节目", "No plan yet")
FALLBACK = Sentence("垫播画面", "Fallback picture")
UPCOMING = 6


class Pictures:
    """The assets behind files, each looked up once for a page.

    `reader` is who is shown them: of what isn't in his scope he gets the title alone, as the
    picture's file would be refused.
    """

    def __init__(self, session: Session, reader: Actor | None = None) -> None:
        self._session = session
        self._reader = reader
        self._cached: dict[str, Asset | None] = {}

    def preload(self, digests: Iterable[str]) -> None:
        """Look up many at once, which will be asked for one by one."""
        self._cached.update(assets_of_renditions(self._session, digests))

    def of(self, digest: str) -> Asset | None:
        """The asset that a file was made for."""
        if digest not in self._cached:
            query = assets_with_file(digest).order_by(Asset.id).limit(1)
            self._cached[digest] = self._session.scalar(query)
        return self._cached[digest]

    def address(self, asset: Asset) -> str | None:
        """The address of its small picture, for people who may fetch it."""
        reader = self._reader
        if reader is None or asset.builtin or reader.sees(asset.unit.path):
            return file_url(asset.thumbnail)
        return None


def now_on(pictures: Pictures, shown: Showing | None) -> dict[str, Any]:
    """The content due on a screen now, a takeover first: a title, maybe a picture.

    `plays` is False where the screen is off or has no plan.
    """
    if shown is None:
        return {"title": translate(NO_PLAN), "thumbnail": None, "plays": False}
    found = seat(shown.plan, shown.at_ms).as_json()
    digest = shown.takeover["asset"]["digest"] if shown.takeover else found.get("asset")
    if digest is None:
        return {"title": translate(OFF), "thumbnail": None, "plays": False}
    asset = pictures.of(digest)
    if asset is None or (found["state"] == "fallback" and not shown.takeover):
        address = pictures.address(asset) if asset else None
        return {"title": translate(FALLBACK), "thumbnail": address, "plays": True}
    return {"title": asset.name, "thumbnail": pictures.address(asset), "plays": True}


def next_up(pictures: Pictures, shown: Showing) -> list[dict[str, str]]:
    """The next few slots of the plan; under a takeover those after its end."""
    found: list[dict[str, str]] = []
    at_ms = shown.takeover["until"] if shown.takeover else shown.at_ms
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
        found.append({"title": asset.name if asset else "–", "at": clock(start_ms, seconds=True)})
    return found


def covered(shown: Showing | None) -> dict[str, Any] | None:
    """The takeover or stop over the plan, with its end; None without one."""
    if shown is None or shown.takeover is None:
        return None
    until = clock(shown.takeover["until"], seconds=True)
    return {"until": until, "is_stop": str(shown.takeover["id"]).startswith("x_")}


def clock(at_ms: int, *, seconds: bool = False) -> str:
    """The district's wall clock."""
    moment = datetime.fromtimestamp(at_ms / 1000, core().settings.zone)
    return moment.strftime("%H:%M:%S" if seconds else "%H:%M")
