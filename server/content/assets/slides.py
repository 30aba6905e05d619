"""Slides: validated, previewed, drawn for each class of screens, stored as assets."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from sqlalchemy.orm import Session

from media.errors import SlideInvalid
from media.pipeline.renditions import MadeFile
from media.slides import engine
from media.slides.checks.legibility import Viewing
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.models import Unit
from server.content import messages, queries
from server.content.assets import renditions
from server.content.assets.rendition_backfill import REF
from server.content.models import Asset
from server.content.paths import allowed_of
from server.foundation.core import Core
from server.foundation.errors import Busy, Fault, Invalid
from server.foundation.i18n import Sentence
from server.foundation.jobs.service import enqueue, wake
from server.foundation.public_ids import public
from server.foundation.runtime.blocking import run_blocking


@dataclass(frozen=True)
class SlideDraft:
    """The fields as entered; duration (seconds) and name default to the template's."""

    template: str
    fields: Mapping[str, Any]
    duration_s: float | None = None
    name: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class MadeSlide:
    """A slide whose pictures are stored already, one for each class of screens."""

    draft: SlideDraft
    title: str
    duration_ms: int
    files: Sequence[MadeFile]
    thumbnail: MadeFile


def create_slide(core: Core, actor: Actor, draft: SlideDraft) -> Asset:
    """Create an asset from a slide. Raises Invalid with a fault per field."""
    with core.config.read() as session:
        queries.home_unit(session, actor, draft.unit)
    made = make_slide(core, draft)
    with core.config.write() as session:
        asset = add_slide_within(core, session, actor, made)
    wake(core)
    return asset


def make_slide(core: Core, draft: SlideDraft) -> MadeSlide:
    """Draw a slide for each class of screens and store the pictures. Raises Invalid."""
    try:
        template = engine.template(draft.template)
        allowed = allowed_of(core.settings)
        engine.check(draft.template, draft.fields, allowed)
        draw = partial(engine.render, draft.template, draft.fields, allowed=allowed)
        files, thumbnail = run_blocking(partial(renditions.draw_all, core, draw))
    except SlideInvalid as error:
        raise as_problem(error) from error
    seconds = draft.duration_s or template["duration_s"]
    return MadeSlide(draft, template["title"], round(seconds * 1000), files, thumbnail)


def add_slide_within(core: Core, session: Session, actor: Actor, made: MadeSlide) -> Asset:
    """Add a drawn slide, in the caller's transaction."""
    unit = queries.home_unit(session, actor, made.draft.unit)
    asset = add_made_slide(core, session, unit, made, actor.user_id)
    detail = {"name": asset.name, "template": made.draft.template}
    subject = public("asset", asset.id)
    record(session, asset.created_at, actor.user_id, "asset.slide", subject, **detail)
    return asset


def add_made_slide(
    core: Core, session: Session, unit: Unit, made: MadeSlide, author_id: int | None
) -> Asset:
    """The row of a drawn slide; `author_id` is None for the server's own."""
    if not all(core.store.at_hand(file.digest) for file in (*made.files, made.thumbnail)):
        # The same slide was deleted just now, with its files: draw it again.
        raise Busy
    now_ms = core.clock.now_ms()
    content = _content(made.draft)
    asset = Asset(
        unit=unit,
        author_id=author_id,
        name=made.draft.name or _name(made),
        kind="image",
        state="ready",
        sha256=content_digest(made.draft),
        bytes=len(_text(made.draft)),
        width=made.files[0].width,
        height=made.files[0].height,
        duration_ms=made.duration_ms,
        thumbnail=made.thumbnail.digest,
        slide=content,
        created_at=now_ms,
        changed_at=now_ms,
        renditions=[renditions.rendition_row(file) for file in made.files],
        gaps=[],
    )
    session.add(asset)
    session.flush()
    # For screens of other classes, which show the nearest until then.
    enqueue(session, "plan_renditions", REF, now_ms)
    return asset


def content_digest(draft: SlideDraft) -> str:
    """The digest in place of a slide's original: SHA-256 of template and fields as sorted JSON."""
    return hashlib.sha256(_text(draft)).hexdigest()


def _text(draft: SlideDraft) -> bytes:
    return orjson.dumps(_content(draft), option=orjson.OPT_SORT_KEYS)


def _content(draft: SlideDraft) -> dict[str, Any]:
    return {"template": draft.template, "fields": dict(draft.fields)}


def preview(
    core: Core, draft: SlideDraft, width: int, height: int, viewing: Viewing | None = None
) -> bytes:
    """The slide as PNG of exactly that size in pixels. Raises Invalid."""
    allowed = allowed_of(core.settings)
    try:
        size = (width, height)
        return run_blocking(
            partial(engine.render, draft.template, draft.fields, *size, allowed, viewing)
        )
    except SlideInvalid as error:
        raise as_problem(error) from error


def as_problem(error: SlideInvalid) -> Invalid:
    """Each invalid field as a fault."""
    faults = [
        Fault(problem.pointer, Sentence(problem.detail_zh, problem.detail_en))
        for problem in error.problems
    ]
    detail = faults[0].detail if len(faults) == 1 else messages.SLIDE_WRONG
    return Invalid(detail, code="slide_invalid", faults=faults)


def _name(made: MadeSlide) -> str:
    """The template's title and the first words that were entered."""
    first = next((value for value in made.draft.fields.values() if isinstance(value, str)), "")
    return f"{made.title}：{first[:40]}" if first else made.title
