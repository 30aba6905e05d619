"""What the screens, contents and campaigns of plays are called, looked up as they come by."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from server.core import Core
from server.errors import NotFound
from server.ids import number, public
from server.library.models import Asset
from server.library.queries import assets_with_file
from server.playback.walking import Piece
from server.reports.queries import names


class Naming:
    """Names by what stands in the log; what has none any more keeps its id or digest."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._screens: dict[int, str] = {}
        self._assets: dict[str, str] = {}
        self._campaigns: dict[str, str] = {}

    def learn(self, piece: Piece) -> None:
        """Look up what a piece names and none before it did."""
        plays = [one for passage in piece.passages for one in passage.plays]
        screens = {piece.run.boot.screen} - self._screens.keys()
        assets = {one.play.asset for one in plays if one.play.asset} - self._assets.keys()
        campaigns = {one.campaign for one in plays if one.campaign} - self._campaigns.keys()
        if not (screens or assets or campaigns):
            return
        with self._core.config.read() as session:
            found = names(session, "screen", screens)
            self._screens |= {one: found.get(one) or public("screen", one) for one in screens}
            self._campaigns |= _campaigns(session, campaigns)
            self._assets |= {digest: _content(session, digest) for digest in assets}

    def screen(self, key: int) -> str:
        """A screen with its venue."""
        return self._screens[key]

    def content(self, digest: str | None) -> str:
        """What was shown; empty for what is none of an asset."""
        return self._assets[digest] if digest else ""

    def campaign(self, campaign_id: str | None) -> str:
        """The campaign that it was shown for; empty for none."""
        return self._campaigns[campaign_id] if campaign_id else ""


def _content(session: Session, digest: str) -> str:
    asset = session.scalar(assets_with_file(digest).order_by(Asset.id).limit(1))
    return asset.name if asset is not None else digest[:12]


def _campaigns(session: Session, ids: Collection[str]) -> dict[str, str]:
    numbers = {}
    for one in ids:
        try:
            numbers[one] = number("campaign", one)
        except NotFound:
            numbers[one] = 0
    found = names(session, "campaign", set(numbers.values()) - {0})
    return {one: found.get(key) or one for one, key in numbers.items()}
