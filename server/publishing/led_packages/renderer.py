"""Makes the files of a pack: each asset once, at the panel's pixels."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from media.errors import MediaRefused, SlideInvalid
from media.pipeline.led_panel import Panel, PanelFile, from_drawing, from_upload
from media.screen_classes import ScreenClass
from media.slides.text.typesetting import TooMuchText
from server.content.assets.rendition_backfill import drawing
from server.content.models import Asset
from server.content.paths import limits_of
from server.content.uploads.fit_modes import treatment_of
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.foundation.jobs.file_orders import Progress
from server.publishing.led_packages import labels as wording
from server.publishing.led_packages.contents import Piece

ALMOST: Final = 0.97
NO_ROOM: Final = Sentence("文字放不下。", "its text doesn't fit.")


class Made(NamedTuple):
    """A piece with its file, or with why it has none."""

    piece: Piece
    file: PanelFile | None
    why: Sentence | None = None


def rendered(
    core: Core, pieces: Sequence[Piece], panel: Panel, folder: Path, progress: Progress
) -> Iterator[Made]:
    """Each asset made once, however often it is in the lists."""
    cached: dict[int, Made] = {}
    for place, piece in enumerate(pieces):
        if piece.asset.id not in cached:

            def part(fraction: float, place: int = place) -> None:
                progress(ALMOST * (place + fraction) / len(pieces))

            cached[piece.asset.id] = _one(core, piece, panel, folder, part)
        progress(ALMOST * (place + 1) / len(pieces))
        yield cached[piece.asset.id]._replace(piece=piece)


def _one(core: Core, piece: Piece, panel: Panel, folder: Path, progress: Progress) -> Made:
    own = folder / f"asset-{piece.asset.id}"
    own.mkdir()
    try:
        file = _file(core, piece.asset, panel, own, progress)
    except (MediaRefused, SlideInvalid, TooMuchText) as error:
        return Made(piece, None, _why(error))
    for rest in own.iterdir():
        if rest != file.path:
            with suppress(OSError):
                rest.unlink()
    return Made(piece, file)


def _file(core: Core, asset: Asset, panel: Panel, folder: Path, progress: Progress) -> PanelFile:
    if asset.is_drawn:
        size = ScreenClass("panel", panel.width, panel.height)
        return from_drawing(drawing(core, asset, size), folder, panel)
    source, limits = core.originals.path(asset.sha256), limits_of(core.settings)
    return from_upload(source, folder, panel, treatment_of(asset), limits, progress)


def _why(error: MediaRefused | SlideInvalid | TooMuchText) -> Sentence:
    if isinstance(error, MediaRefused):
        return Sentence(error.detail_zh, error.detail_en)
    if isinstance(error, SlideInvalid):
        problem = error.problems[0]
        return Sentence(problem.detail_zh, problem.detail_en)
    return NO_ROOM


def cant(one: Made) -> Sentence:
    """The reason why a piece has no file, with its name."""
    return wording.CANT.filled(name=one.piece.asset.name, why=one.why or wording.NOTHING)
