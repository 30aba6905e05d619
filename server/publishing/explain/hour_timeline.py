"""Any hour of a screen's plan, for pages: every play in rows of ten minutes, and their sums."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playlists.windows import HOUR_MS, full_hour_before
from playlists.wire.model import Manifest
from playlists.wire.seat import Seat, next_change, seat
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.publishing.explain.now_playing import FALLBACK, OFF, Pictures, clock
from server.publishing.explain.scheduled_at import Showing

ROW_MS: Final = HOUR_MS // 6
HIDDEN = Sentence("其他宣传任务", "Another campaign")
OWN = Sentence("点位自有内容与空余", "Own content and what is left")
TONES = {"off": "slot-off", "fallback": "slot-none"}


@dataclass(frozen=True)
class Piece:
    """A part of an hour [from_ms, until_ms) in which one thing is on."""

    from_ms: int
    until_ms: int
    seat: Seat


@dataclass(frozen=True)
class Names:
    """Campaigns within a person's scope by public id, and which of them are venues' own content."""

    campaigns: Mapping[str, str]
    fillers: Collection[str]

    def is_own(self, campaign: str | None) -> bool:
        """Whether a play is the venue's own content, or of no campaign."""
        return campaign is None or campaign in self.fillers

    def of(self, campaign: str | None) -> str:
        """The campaign as the person may know it."""
        if campaign is None:
            return translate(OWN)
        return self.campaigns.get(campaign) or translate(HIDDEN)


def pieces(plan: Manifest, from_ms: int, until_ms: int) -> Iterator[Piece]:
    """The content from one instant to another, in order and without gaps."""
    at_ms = from_ms
    while at_ms < until_ms:
        change_ms = next_change(plan, at_ms)
        end_ms = until_ms if change_ms is None else min(change_ms, until_ms)
        yield Piece(at_ms, end_ms, seat(plan, at_ms))
        at_ms = end_ms


def hour_line(pictures: Pictures, shown: Showing, names: Names) -> dict[str, Any]:
    """The clock hour around an instant: six rows, sums by campaign, and where the instant is."""
    from_ms = full_hour_before(core().settings.zone, shown.at_ms)
    found = list(pieces(shown.plan, from_ms, from_ms + HOUR_MS))
    into_ms = shown.at_ms - from_ms
    return {
        "from": clock(from_ms),
        "until": clock(from_ms + HOUR_MS),
        "rows": _rows(pictures, found, from_ms, names),
        "now": {"row": into_ms // ROW_MS, "at_s": into_ms % ROW_MS / 1000},
        "sums": _sums(found, names),
        "states": {one.seat.state for one in found},
    }


def _rows(
    pictures: Pictures, found: list[Piece], from_ms: int, names: Names
) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = [[] for _ in range(HOUR_MS // ROW_MS)]
    for piece in found:
        tone, title = _appearance(pictures, piece.seat, names)
        at_ms = piece.from_ms
        while at_ms < piece.until_ms:
            row = (at_ms - from_ms) // ROW_MS
            end_ms = min(piece.until_ms, from_ms + (row + 1) * ROW_MS)
            rows[row].append(
                {
                    "at_s": (at_ms - from_ms - row * ROW_MS) / 1000,
                    "length_s": (end_ms - at_ms) / 1000,
                    "tone": tone,
                    "title": f"{clock(piece.from_ms, seconds=True)} {title}",
                }
            )
            at_ms = end_ms
    return rows


def _appearance(pictures: Pictures, place: Seat, names: Names) -> tuple[str, str]:
    """Colour and words."""
    if place.state != "playing":
        return TONES[place.state], translate(OFF if place.state == "off" else FALLBACK)
    asset = pictures.of(place.asset or "")
    tone = "slot-filler" if names.is_own(place.campaign) else "slot-this"
    return tone, f"{asset.name if asset else '–'} · {names.of(place.campaign)}"


def _sums(found: list[Piece], names: Names) -> list[dict[str, Any]]:
    """Plays that begin in the hour and airtime, by campaign, the most frequent first."""
    plays: Counter[str | None] = Counter()
    taken: dict[str | None, int] = defaultdict(int)
    for piece in found:
        if piece.seat.state == "playing":
            plays[piece.seat.campaign] += piece.seat.offset_ms == 0
            taken[piece.seat.campaign] += piece.until_ms - piece.from_ms
    return [
        {
            "id": campaign if campaign in names.campaigns else None,
            "name": names.of(campaign),
            "plays": count,
            "share": f"{100 * taken[campaign] / HOUR_MS:.0f} %",
        }
        for campaign, count in plays.most_common()
    ]
