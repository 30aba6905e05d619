"""Background jobs of assets."""

import shutil
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from media.screen_classes import CLASSES, ScreenClass
from server.accounts.audit_log.record import record
from server.content import queries
from server.content.assets import (
    rendition_backfill,
    renditions,
    starter_pack,
)
from server.content.assets.renditions import Progress
from server.content.events import AssetWithdrawn
from server.content.models import Asset
from server.content.paths import arrivals, uploads, works
from server.content.reference_lists import scam_file
from server.content.uploads import upload_store
from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.foundation.jobs.service import renew
from server.foundation.public_ids import public
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import classes_in_use
from server.inventory.screens.rendition_classes import classes_of

PROGRESS_STEP = 0.02
ABANDONED_S = 24 * 3600


def _showing(core: Core, job: Job) -> Progress:
    """Progress for users, in steps."""
    shown = 0.0

    def show(fraction: float) -> None:
        nonlocal shown
        if fraction - shown >= PROGRESS_STEP:
            shown = fraction
            renew(core, job, fraction)

    return show


def process_asset(core: Core, job: Job) -> None:
    """Make the renditions of an upload, with progress."""
    with core.config.read() as session:
        classes = classes_of(classes_in_use(session))
    renditions.process_original(core, int(job.ref), _showing(core, job), classes)
    rendition_backfill.plan_soon(core)


def make_renditions(core: Core, job: Job) -> None:
    """Make an upload's missing renditions for classes of screens that came later."""
    rendition_backfill.make_missing(core, int(job.ref), wanted_classes, _showing(core, job))


def draw_renditions(core: Core, job: Job) -> None:
    """Draw a slide's missing renditions."""
    rendition_backfill.make_missing(core, int(job.ref), wanted_classes, _showing(core, job))


def give_up_renditions(core: Core, job: Job) -> None:
    """Making or drawing failed for the last time."""
    rendition_backfill.give_up(core, int(job.ref), wanted_classes)


def on_screen(core: Core, screen_id: int) -> None:
    """A screen is new, or may have another class."""
    with core.config.read() as session:
        screen = session.get(Screen, screen_id)
        usual = screen is None or screen.rendition_class in {one.name for one in CLASSES}
    if not usual:
        rendition_backfill.plan_soon(core)


def on_screens(core: Core, screen_ids: Collection[int]) -> None:
    """Many screens are new, or may have another class: one check covers all."""
    usual = {one.name for one in CLASSES}
    with core.config.read() as session:
        unusual = classes_in_use(session) - usual
    if screen_ids and unusual:
        rendition_backfill.plan_soon(core)


def wanted_classes(session: Session) -> list[ScreenClass]:
    """The classes in use besides those that everything is made for."""
    return [one for one in classes_of(classes_in_use(session)) if one not in CLASSES]


def give_up_asset(core: Core, job: Job) -> None:
    """Processing failed for the last time."""
    renditions.give_up(core, int(job.ref))


def make_starter(core: Core, _job: Job) -> None:
    """Create the slides and clips of a new installation."""
    starter_pack.make_starter(core)


def write_scams(core: Core, _job: Job) -> None:
    """Write the copy of the list of scams again, for instance after a restore."""
    scam_file.write(core)


def forget_file(core: Core, job: Job) -> None:
    """Delete a file by its digest, if no asset needs it.

    Inside the transaction, so that nobody can start to need it in between.
    """
    with core.config.write() as session:
        if not queries.is_needed(session, job.ref):
            core.store.remove(job.ref)
            core.originals.remove(job.ref)


def expire_assets(core: Core, _job: Job) -> None:
    """Withdraw assets whose last day is over."""
    now_ms = core.clock.now_ms()
    today = datetime.fromtimestamp(now_ms / 1000, core.settings.zone).date()
    over = select(Asset).where(Asset.state == "approved", Asset.expires_on < today)
    with core.config.write() as session:
        assets = session.scalars(over).all()
        for asset in assets:
            asset.state, asset.changed_at = "withdrawn", now_ms
            record(session, now_ms, None, "asset.expire", public("asset", asset.id))
    for asset in assets:
        core.events.publish(AssetWithdrawn(asset.id))


def clear_arrivals(core: Core, _job: Job) -> None:
    """Delete remains of uploads and drawings that were killed or never completed."""
    upload_store.sweep(uploads(core), core.clock.now_ms())
    for store in (core.store, core.originals):
        store.tidy(core.clock.now_ms() / 1000 - ABANDONED_S)
    now_s = core.clock.now_ms() / 1000
    for path in (*arrivals(core).iterdir(), *works(core).iterdir()):
        if now_s - path.stat().st_mtime <= ABANDONED_S:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
