"""Builds the demo district once, in a folder of its own, through the product's API and services.

It begins some weeks ago, by a clock that is set manually, up to now. The players' disks are written
as if they had run all the time.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from pydantic import SecretStr

from playlists.windows import day_span, local_date
from server.accounts.auth.passwords import new_password
from server.app import build_core, create_app
from server.campaigns.workflow.state_clock import advance
from server.content.assets.starter_pack import make_starter_slides
from server.foundation.config import Settings
from server.foundation.core import Core
from server.foundation.durations import DAY_MS
from server.foundation.jobs.kinds import Kind
from server.foundation.jobs.runner import run_ready
from server.operations.backup.opened_databases import closing_databases
from server.operations.demo import content, founding, names
from server.operations.demo.founding import ADMIN, Office
from server.operations.demo.layout import Layout, lay_out
from server.operations.demo.mark import Mark, Parameters, check_folder, write_mark
from server.operations.demo.moving_clock import MovingClock
from server.operations.demo.past_weeks.contacts import Weeks
from server.operations.demo.past_weeks.disputed_plays import raise_doubts
from server.operations.demo.past_weeks.incidents import Troubles
from server.operations.demo.past_weeks.spot_checks import create_spot_checks
from server.operations.demo.past_weeks.story import Story
from server.operations.demo.past_weeks.story_venues import Picked
from server.operations.demo.past_weeks.today import Lately
from server.operations.jobs_process.timetable import KINDS
from server.operations.supervisor.first_run import prepare
from server.playlog.ingest.flask_extension import playback_of, stop_playback
from server.playlog.ingest.runtime import PlaylogRuntime
from server.simulator.fleet.archive import Archive
from server.simulator.player.disk import Credential, Disk, KeptPlan
from server.simulator.wire.inside import inside
from server.simulator.wire.links import PostLink

SLIDES: Final = 4
NOW: Final = "virtual-screens.db"
PAST: Final = "virtual-past.db"
"""The players' disks now, and at the begin of the past, in the data folder."""
KEY_DAYS: Final = 60
# Clips take a minute of processor time: the served demo renders them in the background.
QUICK: Final = {**KINDS, "make_starter": Kind(lambda _core, _job: None)}
WriteLine = Callable[[str], None]


def make_demo(
    settings: Settings, parameters: Parameters, now_ms: int, write_line: WriteLine
) -> Mark:
    """Build the district in the data folder unless it exists. Raises Conflict."""
    there = check_folder(settings)
    if there is not None:
        _bring_up_to_release(settings)
        return there
    began_ms = day_span(settings.zone, now_ms - parameters.days * DAY_MS)[0]
    mark = Mark(parameters, began_ms, now_ms, _passwords(), complete=False)
    write_mark(settings.data, mark)
    _make(settings, mark, write_line)
    done = replace(mark, complete=True)
    write_mark(settings.data, done)
    return done


def _make(settings: Settings, mark: Mark, write_line: WriteLine) -> None:
    clock = MovingClock(mark.began_ms)
    chosen = settings.model_copy(update={"admin_password": SecretStr(mark.passwords[ADMIN])})
    app = create_app(chosen, clock)
    core: Core = app.extensions["anping"]
    try:
        layout = lay_out(mark.wish.seed, mark.wish.venues, mark.wish.screens)
        office = Office(core, app.wsgi_app, mark.passwords)
        write_line(f"生成演示区 Making the demo district: {names.DISTRICT}")
        prepare(core, lambda _text: None)
        make_starter_slides(core, SLIDES)
        _begin(office, layout, mark, local_date(settings.zone, mark.began_ms))
        weeks, parts = Weeks(mark, settings.zone, layout), playback_of(app)
        _live_through(office, clock, weeks, parts)
        clock.at_ms = mark.made_ms
        _arrive(office, weeks, parts)
    finally:
        stop_playback(app)
        core.config.engine.dispose()
        core.plays.engine.dispose()


def _live_through(office: Office, clock: MovingClock, weeks: Weeks, parts: PlaylogRuntime) -> None:
    """Replay the past weeks: people's actions and incidents."""
    troubles = Troubles(office, parts, clock, weeks)
    story = Story(office, Picked(office, weeks.layout), clock, weeks)
    steps = [*story.steps(), *troubles.steps()]
    for at_ms, act in sorted(steps, key=lambda step: step[0]):
        clock.at_ms = max(clock.at_ms, at_ms)
        act()
    clock.at_ms = weeks.mark.made_ms
    troubles.write_contacts()


def _arrive(office: Office, weeks: Weeks, parts: PlaylogRuntime) -> None:
    """Create everything that pages show as today's."""
    now = datetime.fromtimestamp(weeks.mark.made_ms / 1000, weeks.zone)
    advance(office.core)
    Lately(office, weeks).leave_all()
    create_spot_checks(office, Picked(office, weeks.layout))
    archive = Archive(office.core.settings.data / PAST)
    raise_doubts(office.core, parts, inside(office.wsgi), archive.read())
    archive.close()
    content.bring_up_to_date(office, now.isoformat(timespec="seconds"), now.date())


def _bring_up_to_release(settings: Settings) -> None:
    """Migrate, as any start does."""
    core = build_core(settings)
    with closing_databases(core.config, core.plays):
        prepare(core, lambda _text: None)


def _begin(office: Office, layout: Layout, mark: Mark, today: date) -> None:
    """The district on its first day, with the players' disks."""
    founding.found(office)
    founding.settle(office, layout)
    content.sign_slides(office)
    content.make_lists(office)
    until = datetime.fromtimestamp(mark.made_ms / 1000, UTC) + timedelta(days=KEY_DAYS)
    credentials = founding.bind(office, layout, until.isoformat())
    content.plan_campaigns(office, today, mark.wish.days)
    run_ready(office.core, QUICK)
    _leave_disks(office, credentials)


def _leave_disks(office: Office, credentials: list[Credential]) -> None:
    """Each player has accepted its first assignment, with its switch still unreported."""
    link = inside(office.wsgi)
    texts: dict[str, str] = {}
    disks = {
        f"{place:06d}": _disk(link, credential, texts)
        for place, credential in enumerate(credentials)
    }
    for name in (NOW, PAST):
        archive = Archive(office.core.settings.data / name)
        archive.write(disks.items())
        archive.close()


def _disk(link: PostLink, credential: Credential, texts: dict[str, str]) -> Disk:
    answer = link.ask("GET", "/api/v1/player/assignment", token=credential.token)
    disk = Disk(credential)
    if answer.status != 200:
        return disk
    text = json.loads(answer.body)["assignment"]
    order = json.loads(text)
    digest = order["manifest"]
    if digest not in texts:
        texts[digest] = link.ask("GET", f"/manifests/{digest}").body.decode()
    disk.accepted = text
    disk.current = KeptPlan(digest, texts[digest])
    disk.switched = {
        "version": order["version"],
        "manifest": digest,
        "at": order["activate_at"],
    }
    return disk


def _passwords() -> dict[str, str]:
    people = (ADMIN, *(username for username, *_ in names.PEOPLE))
    return {username: new_password() for username in people}
