"""How long each page takes: `python -m tests.bench.pages_with_many_screens [screens] [rounds]`.

Makes a district with so many screens in as many venues (tests/support/monitoring/crowd.py), lets a
process prepare itself as the one that reads does when it starts, opens every page of the console so
many times as an administrator with all roles, and prints the server's own time
(`Server-Timing`). 1 if 95 % of the openings of some page took longer than 300 ms. A run on a
machine that does other work proves little: judge by the quietest.
"""

import gc
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

from flask.testing import FlaskClient

from server.accountability.coverage import warm_up
from server.playlog.ingest.flask_extension import playback_of
from server.web import template_warm_up
from tests.support.app.people import Person, give_role, sign_in
from tests.support.app.world import World, make_world
from tests.support.browser.page_inventory import page_addresses
from tests.support.monitoring.crowd import Crowd, make_crowd

GOAL_MS: Final = 300
DAYS: Final = 7
_TOTAL: Final = re.compile(r"total;dur=([\d.]+)")
NARROWED: Final = (
    "/screens?state=offline",
    "/screens?unit_id=u_4&venue_kind=bank",
    "/screens?q=BOX-00012",
    "/venues?unit_id=u_4&q=银行",
    "/venues?view=grid",
    "/board?unit_id=u_4",
    "/board?by=territory",
    "/search?q=苏C",
    "/api/v1/search?q=银行",
    "/api/v1/search?q=0012",
    "/api/v1/screens?limit=200",
    "/api/v1/venues?limit=200",
    "/api/v1/map/points",
    "/api/v1/map/points?rate_days=7",
    "/map?rate_days=7",
    "/screens?view=list",
    "/uptime?by=unit&state=dark",
    "/uptime?by=unit&days=1",
    "/uptime?by=line&days=30",
    "/reports?group_by=screen",
    "/reports/coverage?group_by=territory",
)


def main(screens: int = 5_000, rounds: int = 20) -> int:
    """Print the waits for each page."""
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(Path(folder))
        try:
            began = time.perf_counter()
            crowd = make_crowd(world, screens, days=DAYS)
            print(f"{screens:,} screens, made in {time.perf_counter() - began:.0f} s")
            _warm_up(world)
            gc.collect()
            gc.freeze()  # as gunicorn's workers do with objects from the start
            return _measure(crowd, rounds)
        finally:
            world.close()


def _warm_up(world: World) -> None:
    began = time.perf_counter()
    template_warm_up.compile_all(world.app.jinja_env)
    warm_up.read_all(world.core, playback_of(world.app))
    print(f"prepared in {1000 * (time.perf_counter() - began):.0f} ms")


def everybody(world: World) -> Person:
    """One person with all the roles that open pages."""
    person = sign_in(world, "admin")
    for role in ("publicity", "reviewer", "transport", "auditor"):
        give_role(world, person, role)  # type: ignore[arg-type] # a plain list of roles
    return person


def sample_ids(crowd: Crowd) -> dict[str, str]:
    """One object of each kind that the district has."""
    return {
        "screen_id": f"s_{crowd.screens[0]}",
        "venue_id": f"v_{crowd.venues[0]}",
        "unit_id": f"u_{crowd.streets[0]}",
        "line_id": f"n_{crowd.lines[0]}",
        "campaign_id": crowd.campaign,
        "asset_id": "a_1",
        "playlist_id": "l_1",
    }


def _measure(crowd: Crowd, rounds: int) -> int:
    person, slow = everybody(crowd.world), []
    paths = [*page_addresses(crowd.world, sample_ids(crowd)), *NARROWED]
    for path in paths:
        found = _times(person.client, path, rounds)
        if not found:
            continue
        worst = _p95(found)
        mark = "  <-- above the goal" if worst > GOAL_MS else ""
        print(
            f"{path:<52} p50 {median(found):7.1f}  p95 {worst:7.1f}  "
            f"first {found[0]:7.1f}  least {min(found):7.1f} ms{mark}",
            flush=True,
        )
        if worst > GOAL_MS:
            slow.append(path)
    print(f"{len(paths)} addresses, {len(slow)} above {GOAL_MS} ms")
    return int(bool(slow))


def _times(client: FlaskClient, path: str, rounds: int) -> Sequence[float]:
    """The server's own times (ms); none for what isn't a page of this person's."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        answer = client.get(path)
        took_ms = 1000 * (time.perf_counter() - began)
        if answer.status_code != 200 or answer.mimetype not in {"text/html", "application/json"}:
            print(f"{path:<52} {answer.status_code} {answer.mimetype}")
            return ()
        timing = _TOTAL.search(answer.headers.get("Server-Timing", ""))
        found.append(float(timing[1]) if timing else took_ms)
    return found


def _p95(times: Sequence[float]) -> float:
    """The time that 95 % of the openings kept to."""
    ordered = sorted(times)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
