"""Backfills renditions for classes of screens that came after an asset was processed.

One asset is processed at a time, and the next is chosen afterwards: so assets currently on screens
come first, and obsolete ones are never waited for. Each class ends in a rendition or in a gap with
its reason, so no asset is chosen for it twice.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Select
from sqlalchemy.orm import Session

from media.errors import MediaRefused, SlideInvalid
from media.pipeline.renditions import MadeFile, process
from media.screen_classes import ScreenClass, worth_making
from media.slides import engine
from media.slides.text.typesetting import TooMuchText
from media.slides.waiting_picture import waiting_picture
from server.content import messages, queries
from server.content.assets.renditions import (
    Dropped,
    Progress,
    cleared,
    from_drawing,
    keep_files,
    rendition_row,
    watched,
)
from server.content.events import RenditionsMade
from server.content.models import Asset, AssetGap
from server.content.paths import allowed_of, limits_of, works
from server.content.uploads.fit_modes import treatment_of
from server.foundation.core import Core
from server.foundation.errors import Busy
from server.foundation.i18n import Sentence
from server.foundation.jobs.queries import is_under_way
from server.foundation.jobs.service import enqueue, wake

REF: Final = "next"
FAILED: Final = queries.FAILED_GAP

Wanted = Callable[[Session], Sequence[ScreenClass]]


class Outcome(NamedTuple):
    """The results for the classes that an asset lacked."""

    files: Sequence[MadeFile]
    gaps: Sequence[AssetGap]


def plan_soon(core: Core) -> None:
    """Enqueue a check for assets that lack renditions, outside the request."""
    with core.config.write() as session:
        enqueue(session, "plan_renditions", REF, core.clock.now_ms())
    wake(core)


def put_in_next(core: Core, wanted: Wanted, first: Select[int]) -> None:
    """Enqueue a job for the slide and one for the upload that lack renditions most urgently.

    `first`: the assets on screens. No job if one of its kind is in progress: that one calls this at
    its end.
    """
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        classes = wanted(session)
        lacking = queries.Lacking(session, classes, now_ms, first)
        slide = None if is_under_way(session, "draw_renditions") else lacking.next(drawn=True)
        upload = None if is_under_way(session, "make_renditions") else lacking.next(drawn=False)
    if slide is None and upload is None:
        return
    with core.config.write() as session:
        if slide is not None:
            enqueue(session, "draw_renditions", slide, now_ms)
        if upload is not None:
            enqueue(session, "make_renditions", upload, now_ms)
    wake(core)


def make_missing(core: Core, asset_id: int, wanted: Wanted, progress: Progress) -> None:
    """Make an asset's missing renditions of the wanted classes, then enqueue the next asset.

    Raises media.sandbox.subprocess_limits.ProgramFailed, OSError, KeyError or Busy where a retry
    may help.
    """
    with core.config.read() as session:
        asset = session.get(Asset, asset_id)
        missing = [] if asset is None else _missing(core, asset, wanted(session))
    if asset is not None and missing:
        with cleared(works(core) / f"classes-{asset_id}") as folder:
            if asset.is_drawn:
                outcome = _draw(core, asset, missing, folder)
            else:
                watch = watched(core, progress, partial(_is_wanted, core, asset, wanted))
                outcome = _encode(core, asset, missing, folder, watch)
            keep_files(core, list(outcome.files))
        _note(core, asset, outcome)
    plan_soon(core)


def give_up(core: Core, asset_id: int, wanted: Wanted) -> None:
    """The last attempt has failed; it is retried in a day."""
    with core.config.read() as session:
        asset = session.get(Asset, asset_id)
        missing = [] if asset is None else _missing(core, asset, wanted(session))
    if asset is not None and missing:
        gaps = [_gap(one.name, FAILED, messages.GAP_FAILED) for one in missing]
        _note(core, asset, Outcome((), gaps))
    plan_soon(core)


def _missing(core: Core, asset: Asset, classes: Iterable[ScreenClass]) -> list[ScreenClass]:
    if asset.state not in queries.SHOWABLE or asset.replaced_by is not None:
        return []
    since_ms = core.clock.now_ms() - queries.FAILED_FOR_MS
    gaps = {one.cls for one in asset.gaps if one.code != FAILED or one.found_at > since_ms}
    covered = gaps | {one.cls for one in asset.renditions}
    lacking = [one for one in classes if one.name not in covered]
    if asset.is_drawn or asset.width is None or asset.height is None:
        return lacking
    return worth_making(lacking, asset.width, asset.height)


def _draw(core: Core, asset: Asset, classes: Sequence[ScreenClass], folder: Path) -> Outcome:
    files, gaps = [], []
    for one in classes:
        try:
            png = drawing(core, asset, one)
        except SlideInvalid as error:
            problem = error.problems[0]
            reason = Sentence(problem.detail_zh, problem.detail_en)
            gaps.append(_gap(one.name, "no_room", reason))
        except TooMuchText:
            gaps.append(_gap(one.name, "no_room", messages.GAP_NO_ROOM))
        else:
            files.append(from_drawing(folder, one, png).renditions[0])
    return Outcome(files, gaps)


def drawing(core: Core, asset: Asset, one: ScreenClass) -> bytes:
    """A slide as PNG at a class's size. Raises SlideInvalid or TooMuchText."""
    if asset.slide is None:
        return waiting_picture(one.width, one.height)
    template, fields = asset.slide["template"], asset.slide["fields"]
    return engine.render(template, fields, one.width, one.height, allowed_of(core.settings))


def _encode(
    core: Core, asset: Asset, classes: Sequence[ScreenClass], folder: Path, watch: Progress
) -> Outcome:
    source, limits = core.originals.path(asset.sha256), limits_of(core.settings)
    try:
        # Its pictures for pages are there already, from larger renditions.
        made = process(source, folder, limits, watch, classes, treatment_of(asset)).renditions
    except MediaRefused as refused:
        reason = Sentence(refused.detail_zh, refused.detail_en)
        return Outcome((), [_gap(one.name, refused.code, reason) for one in classes])
    except Dropped:
        return Outcome((), ())
    names = {file.cls for file in made}
    small = [one.name for one in classes if one.name not in names]
    return Outcome(made, [_gap(name, "small", messages.GAP_SMALL) for name in small])


def _is_wanted(core: Core, asset: Asset, wanted: Wanted, session: Session) -> bool:
    now = session.get(Asset, asset.id)
    return (
        now is not None
        and (now.fit, now.ai) == (asset.fit, asset.ai)
        and bool(_missing(core, now, wanted(session)))
    )


def _note(core: Core, made_of: Asset, outcome: Outcome) -> None:
    """Store the results in one transaction, unless the asset has changed meanwhile."""
    if not outcome.files and not outcome.gaps:
        return
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        asset = session.get(Asset, made_of.id)
        if (
            asset is None
            or (asset.fit, asset.ai) != (made_of.fit, made_of.ai)
            or asset.state == "processing"
        ):
            return
        if not all(core.store.at_hand(file.digest) for file in outcome.files):
            raise Busy
        names = {gap.cls for gap in outcome.gaps} | {file.cls for file in outcome.files}
        asset.gaps = [one for one in asset.gaps if one.cls not in names]
        session.flush()
        existing = {one.cls for one in asset.renditions}
        asset.renditions += [rendition_row(one) for one in outcome.files if one.cls not in existing]
        for gap in outcome.gaps:
            gap.found_at = now_ms
        asset.gaps += outcome.gaps
    if outcome.files:
        made = frozenset(file.cls for file in outcome.files)
        core.events.publish(RenditionsMade(asset.id, made))


def _gap(cls: str, code: str, reason: Sentence) -> AssetGap:
    """A class that can't be made for an asset, and the reason."""
    return AssetGap(cls=cls, code=code, reason_zh=reason.zh, reason_en=reason.en)
