"""What a district has beside plays: `python -m tests.bench.plays.beside_plays FOLDER`, a demo's.

A demo's past (`server.cli demo --plays ...`) has plays and nothing else. This adds what reports
read beside them, for all days of that past: contacts and evidence of display with an outage of
ours (then folded to figures of uptime), exemptions and pauses of some screens, random spot checks,
and reports of venues without our player. It changes the folder: give it a copy.
"""

import random
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accountability.attestations.models import Attestation
from server.app import create_app
from server.foundation.civil_time import Civil
from server.foundation.config import read_settings
from server.foundation.core import Core
from server.inventory.screens.models import Screen, ScreenPause
from server.inventory.venues.models import Venue
from server.monitoring.availability import hourly_rollup, rollup_job
from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from server.operations.demo.mark import Mark, read_mark
from server.playlog.ingest.flask_extension import playback_of, stop_playback
from server.playlog.store.transaction import Tx
from server.reporting.spot_checks.models import SpotCheck
from tests.bench.reports.uptime_fleet import runs_of
from tests.support.app.clock import DAY_MS, HOUR_MS, HandClock

DAY_S: Final = 86_400
EXEMPTED: Final = 12
PAUSED: Final = 12
CHECKS_A_DAY: Final = 10


def main(folder: str) -> None:
    """Add it, once."""
    settings = read_settings(data=Path(folder))
    mark = read_mark(settings.data)
    if mark is None:
        raise SystemExit("no demo there")
    app = create_app(settings, HandClock(mark.made_ms))
    core: Core = app.extensions["anping"]
    chance = random.Random(8)
    try:
        with core.config.write() as session:
            screens = list(session.scalars(select(Screen).order_by(Screen.id)))
            _add_windows(session, core, mark, chance.sample(screens, EXEMPTED + PAUSED))
            _add_checks(session, mark, chance, screens)
            _add_attestations(session, core, mark, chance)
        numbers = [screen.id for screen in screens]
        playback_of(app).committer.submit(lambda tx: _add_contacts(tx, mark, chance, numbers))
        rollup_job.keep(core, playback_of(app))
        while hourly_rollup.sum_hours(core, playback_of(app)):
            pass
    finally:
        stop_playback(app)


def _add_windows(session: Session, core: Core, mark: Mark, screens: list[Screen]) -> None:
    """Each a few days in the middle, from an hour of the day to another."""
    middle_ms = (mark.began_ms + mark.made_ms) // 2
    exempted, paused = screens[:EXEMPTED], screens[EXEMPTED:]
    exemption = Exemption(
        unit_id=1, author_id=1, state="approved", selector={}, reach=[],
        from_at=middle_ms, until_at=middle_ms + 4 * DAY_MS, code="refurbishment",
        note="", file="", created_at=middle_ms, decided_at=middle_ms,
    )  # fmt: skip
    session.add(exemption)
    session.flush()
    session.add_all(
        ExemptedScreen(
            exemption_id=exemption.id, screen_id=screen.id, venue_id=screen.venue_id,
            unit_id=screen.venue.unit_id, from_at=middle_ms, until_at=middle_ms + 4 * DAY_MS,
        )
        for screen in exempted
    )  # fmt: skip
    session.add_all(
        ScreenPause(
            screen_id=screen.id, from_at=middle_ms + 7 * HOUR_MS, reason="检修", user_id=1,
            until_at=middle_ms + 31 * HOUR_MS,
        )
        for screen in paused
    )  # fmt: skip


def _add_checks(session: Session, mark: Mark, chance: random.Random, screens: list[Screen]) -> None:
    for begin_ms in range(mark.began_ms, mark.made_ms - DAY_MS, DAY_MS):
        for screen in chance.sample(screens, CHECKS_A_DAY):
            at_ms = begin_ms + chance.randrange(8 * HOUR_MS, 20 * HOUR_MS)
            session.add(
                SpotCheck(
                    screen_id=screen.id, venue_id=screen.venue_id, unit_id=screen.venue.unit_id,
                    territory_id=screen.venue.territory_unit_id, why="random", frame_unit_id=1,
                    kind="screenshot", state="answered", asked_at=at_ms, due_at=at_ms + 60_000,
                    answered_at=at_ms + 9_000, verdict=chance.choice(("good",) * 19 + ("bad",)),
                    judged_by=1, judged_at=at_ms + HOUR_MS, note="",
                )
            )  # fmt: skip


def _add_attestations(session: Session, core: Core, mark: Mark, chance: random.Random) -> None:
    """Two weeks of each venue that reports by hand, if it does."""
    first = date.fromordinal(Civil(core.settings.zone).day_of(mark.began_ms))
    for venue in session.scalars(select(Venue).where(Venue.access == "manual")):
        for weeks in (1, 3):
            if chance.random() < 0.8:
                from_on = first + timedelta(weeks=weeks)
                session.add(
                    Attestation(
                        venue_id=venue.id, author_id=1, state="approved", from_on=from_on,
                        to_on=from_on + timedelta(days=6), days=chance.randrange(3, 8),
                        plays_per_day=40, person="", note="", created_at=mark.began_ms,
                        decided_at=mark.made_ms,
                    )
                )  # fmt: skip


def _add_contacts(tx: Tx, mark: Mark, chance: random.Random, screens: list[int]) -> None:
    """In place of those of the demo's own story, which has no outage."""
    for table in ("contact_runs", "evidence_runs", "server_runs"):
        tx.run(f"DELETE FROM {table}")  # noqa: S608 - one of three names
    begin_s, end_s = mark.began_ms // 1000, mark.made_ms // 1000
    contacts, evidence = [], []
    for screen in screens:
        contacts += runs_of(chance, screen, begin_s, end_s)
        evidence += [row[:3] for row in runs_of(chance, screen, begin_s, end_s)]
    tx.run_many("INSERT INTO contact_runs VALUES (?, ?, ?, ?)", contacts)
    tx.run_many("INSERT INTO evidence_runs VALUES (?, ?, ?)", evidence)
    outage_s = begin_s + 9 * DAY_S
    tx.run_many(
        "INSERT INTO server_runs VALUES (?, ?)",
        [(begin_s, outage_s - 600), (outage_s, end_s)],
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
