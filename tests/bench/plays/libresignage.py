"""LibreSignage, a signage server in Flask, in an environment of its own: its rate of plays.

Its players post what they have shown with each heartbeat, at most a hundred plays, and get back
which are stored. gunicorn serves it with two processes of four threads, as many as there are cores.
"""

import json
import os
import socket
import subprocess
import uuid
import venv
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.plays.lanes import Rate, open_lanes, post, rate_of
from tests.support.devices.kiosk import wait_until
from tests.support.processes.server import free_port

VERSION = "0.9.0"
SCREENS = 8
BATCHES = 400
MAKE_SCREENS = """
import json, sys
from libresignage import create_app
from libresignage.dashboard import store
app = create_app()
with app.app_context():
    ids = [store.create_screen(name=f"s{n}", slug=f"s{n}") for n in range(int(sys.argv[1]))]
    print(json.dumps([store.get_screen_token(one) for one in ids]))
"""


def rate(folder: Path, batch: int, seconds: float) -> Rate:
    """Its rate with a fresh store in `folder`."""
    python = _installed(folder)
    surroundings = {
        "PATH": os.environ["PATH"],
        "LIBRESIGNAGE_DATABASE": str(folder / "signage.db"),
        "LIBRESIGNAGE_UPLOAD_FOLDER": str(folder / "uploads"),
        "LIBRESIGNAGE_SECRET_KEY": "of a bench",
        "SECRET_KEY": "of a bench",
    }
    made = subprocess.run(
        [python, "-c", MAKE_SCREENS, str(SCREENS)],
        cwd=folder, env=surroundings, capture_output=True, text=True, check=True,
    )  # fmt: skip
    tokens: list[str] = json.loads(made.stdout.splitlines()[-1])
    place = f"127.0.0.1:{free_port()}"
    serve = [
        "-m",
        "gunicorn",
        "-b",
        place,
        "-w",
        "2",
        "--threads",
        "4",
        "libresignage:create_app()",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [python, *serve], cwd=folder, env=surroundings, stdout=log, stderr=log
        )
    try:
        wait_until(lambda: _answers(place), 30, "LibreSignage", 0.2)
        shares = [_requests(n, token, place, batch) for n, token in enumerate(tokens)]
        return rate_of(open_lanes(place, shares, stored(batch)), batch, seconds)
    finally:
        process.terminate()
        process.wait(20)


def stored(batch: int) -> Any:
    """Fail for an answer that doesn't name all plays."""

    def check(answer: Any) -> None:
        assert len(answer["acknowledged_playback_event_ids"]) == batch, answer

    return check


def _installed(folder: Path) -> Path:
    """The Python of an environment with LibreSignage and our gunicorn."""
    venv.create(folder, with_pip=True)
    python = folder / "bin/python"
    wanted = [f"libresignage=={VERSION}", f"gunicorn=={version('gunicorn')}"]
    subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=True)
    return python


def _answers(place: str) -> bool:
    host, _, port = place.partition(":")
    try:
        socket.create_connection((host, int(port)), 1).close()
    except OSError:
        return False
    return True


def _requests(screen: int, token: str, place: str, batch: int) -> list[bytes]:
    begin = datetime.now(UTC) - timedelta(days=2)
    return [
        post(f"/dashboard/screens/s{screen}/heartbeat", place, token, _heartbeat(begin, nth, batch))
        for nth in range(BATCHES)
    ]


def _heartbeat(begin: datetime, nth: int, batch: int) -> bytes:
    starts = [begin + timedelta(seconds=10 * (nth * batch + index)) for index in range(batch)]
    events = [
        {
            "event_id": str(uuid.uuid4()),
            "content_item_id": index % 24,
            "revision": 1,
            "zone_key": "main",
            "outcome": "played",
            "detail": None,
            "started_at": start.isoformat(),
            "ended_at": (start + timedelta(seconds=10)).isoformat(),
        }
        for index, start in enumerate(starts)
    ]
    status = {"network_online": True, "cache_ready": True, "service_worker_active": True}
    return json.dumps({**status, "playback_events": events}).encode()
