"""Texts of a pack's list besides its files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from media.pipeline.led_panel import Panel
from server.accounts.models import User
from server.campaigns import labels as campaign_words
from server.campaigns.models import Campaign
from server.inventory.venues.models import Venue
from server.publishing.led_packages import contents, playlist_sheet
from server.publishing.led_packages import labels as wording
from server.publishing.led_packages.contents import Piece
from server.publishing.led_packages.models import LedPack
from server.publishing.led_packages.playlist_sheet import Line, Listing
from server.publishing.led_packages.renderer import Made, cant


@dataclass(frozen=True)
class Facts:
    """Facts of the list besides its files; `hours`: those of an open day."""

    row: LedPack
    title: str
    hours: float
    report_to: str
    call: str
    at: datetime

    @property
    def panel(self) -> Panel:
        """The panel that was ordered for."""
        return Panel(self.row.width, self.row.height, self.row.pictures)  # type: ignore[arg-type] # checked when it was ordered


def facts_about(
    row: LedPack, about: Campaign | Venue, pieces: Sequence[Piece], user: User, at: datetime
) -> Facts:
    """The facts of a pack for a campaign, or for a venue with its own hours and link back."""
    venue = about if isinstance(about, Venue) else None
    title = venue.name if venue is not None else pieces[0].entry.content.name
    path = "/attestations/new" if venue is None else f"/attestations/new?venue_id=v_{venue.id}"
    who = [user.name or user.username, user.phone, user.unit.name, user.unit.contact]
    call = " ".join(part for part in who if part)
    hours = _hours_a_day(venue) if venue is not None else contents.USUAL_HOURS
    return Facts(row, title, hours, f"{row.address}{path}", call, at)


def listing_of(facts: Facts, made: Sequence[Made], names: Sequence[str]) -> Listing:
    """The list of the files by name, and of the pieces that could not be made."""
    language = facts.row.language
    files = [one.piece for one in made if one.file is not None]
    lengths = contents.durations(files)
    lines = [
        _line(piece, name, lengths[piece.entry.campaign_id], facts)
        for piece, name in zip(files, names, strict=True)
    ]
    missing = dict.fromkeys(cant(one).in_language(language) for one in made if one.file is None)
    title = f"{wording.TITLE.in_language(language)} · {facts.title}"
    return Listing(
        title=title,
        lines=lines,
        panel=facts.panel,
        at=facts.at,
        report_to=facts.report_to,
        call=facts.call,
        missing=list(missing),
        language=language,
    )


def papers(listing: Listing) -> Iterator[tuple[str, bytes]]:
    """The documents of a pack: the list to print and to read, and the QR code for reporting."""
    name = listing.translate(wording.LIST_NAME)
    yield f"{name}.xlsx", playlist_sheet.as_workbook(listing)
    yield f"{name}.txt", playlist_sheet.as_text(listing)
    yield f"{listing.translate(wording.QR_NAME)}.png", playlist_sheet.qr_png(listing.report_to)


def _line(piece: Piece, name: str, lengths: Sequence[float], facts: Facts) -> Line:
    content, language = piece.entry.content, facts.row.language
    often = campaign_words.VALUES[content.target_kind].in_language(language)
    return Line(
        file=name,
        asset=piece.asset.name,
        seconds=piece.seconds,
        campaign=content.name,
        first=piece.starts_on.isoformat(),
        last=piece.until.isoformat(),
        hours=campaign_words.when_in(language, content.dayparts),
        often=often.format(f"{content.target_value:g}" if content.target_value else ""),
        per_hour=contents.per_hour(piece.entry, lengths, facts.hours),
    )


def _hours_a_day(venue: Venue) -> float:
    """Hours on an open day, on average; the usual dozen where none are written."""
    days = [sum(_hours(span) for span in spans) for spans in venue.hours.values() if spans]
    return sum(days) / len(days) if days else contents.USUAL_HOURS


def _hours(span: Sequence[str]) -> float:
    begin, end = (int(text[:2]) + int(text[3:5]) / 60 for text in span)
    return end - begin if end > begin else 24 + end - begin
