"""Names of the screens, contents and campaigns of plays, loaded piece by piece."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.content.queries import name_of_file
from server.foundation.core import Core
from server.foundation.errors import NotFound
from server.foundation.public_ids import number, public
from server.inventory.screens.models import Screen
from server.playlog.rawlog.stream import Piece
from server.playlog.store.placements import Placements, stored_placements
from server.playlog.store.snapshot import snapshot
from server.reporting.delivery.queries import names


class Naming:
    """Names by the ids in the log; an id or digest without a name is kept."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._screens: dict[int, tuple[str, int]] = {}
        self._placements: dict[int, Placements] = {}
        self._venues: dict[int, str] = {}
        self._assets: dict[str, str] = {}
        self._campaigns: dict[str, str] = {}

    def learn(self, piece: Piece) -> None:
        """Load the names of a piece that aren't known yet."""
        plays = [one for passage in piece.passages for one in passage.plays]
        screens = {piece.run.boot.screen} - self._screens.keys()
        assets = {one.play.asset for one in plays if one.play.asset} - self._assets.keys()
        campaigns = {one.campaign for one in plays if one.campaign} - self._campaigns.keys()
        if not (screens or assets or campaigns):
            return
        with snapshot(self._core.plays) as tx:
            self._placements |= {one: tx.aside(stored_placements, one) for one in screens}
        with self._core.config.read() as session:
            self._screens |= _screens(session, screens)
            venues = {key for one in screens for key in self._venues_of(one)}
            self._venues |= names(session, "venue", venues - self._venues.keys())
            self._campaigns |= _campaigns(session, campaigns)
            self._assets |= {digest: name_of_file(session, digest) for digest in assets}

    def screen(self, key: int, at_ms: int) -> str:
        """The name of a screen with its venue at that instant."""
        placements, (name, today) = self._placements[key], self._screens[key]
        venue = self._venues.get(placements.at(at_ms).venue if placements else today, "")
        return f"{venue} {name}".strip() or public("screen", key)

    def _venues_of(self, key: int) -> set[int]:
        return self._placements[key].venues() | {self._screens[key][1]}

    def content(self, digest: str | None) -> str:
        """The name of the shown asset; empty for none."""
        return self._assets[digest] if digest else ""

    def campaign(self, campaign_id: str | None) -> str:
        """The campaign that it was shown for; empty for none."""
        return self._campaigns[campaign_id] if campaign_id else ""


def _screens(session: Session, keys: Collection[int]) -> dict[int, tuple[str, int]]:
    """The names of screens, and at which venue they are today."""
    query = select(Screen.id, Screen.name, Screen.venue_id).where(Screen.id.in_(keys))
    found = {row[0]: (row[1], row[2]) for row in session.execute(query)}
    return dict.fromkeys(keys, ("", 0)) | found


def _campaigns(session: Session, ids: Collection[str]) -> dict[str, str]:
    numbers = {}
    for one in ids:
        try:
            numbers[one] = number("campaign", one)
        except NotFound:
            numbers[one] = 0
    found = names(session, "campaign", set(numbers.values()) - {0})
    return {one: found.get(key) or one for one, key in numbers.items()}
