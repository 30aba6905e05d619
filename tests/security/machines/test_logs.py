"""Each entry of the log is one line of JSON, whatever is in it, and none holds a secret."""

import json
import subprocess
import sys
from typing import Any

import pytest
import requests

from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World
from tests.support.patience import PATIENCE_S
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import web_worker

pytestmark = pytest.mark.slow

SMUGGLED = '接入\n{"event": "signed in", "level": "info"}\r\n\x1b[31m\u2028安'
# Its own process, as a run of tests has taken standard error and logging for itself.
PROGRAM = """
import logging, structlog
from server.foundation.runtime.logs import set_up_logs
set_up_logs()
text = {text!r}
structlog.get_logger("a").warning("seen", who=text)
logging.getLogger("a.library").warning("said %s", text)
try:
    raise ValueError(text)
except ValueError as error:
    structlog.get_logger("a").error("failed", exc_info=error)
"""


def entries(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.split("\n") if line]


def test_whatever_is_in_an_entry_it_stays_within_its_line() -> None:
    program = PROGRAM.format(text=SMUGGLED)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    value, sentence, failure = entries(done.stderr)

    assert (value["event"], value["who"], value["level"]) == ("seen", SMUGGLED, "warning")
    assert sentence["event"] == f"said {SMUGGLED}"
    assert (failure["event"], SMUGGLED in failure["exception"]) == ("failed", True)


def test_nobodys_password_or_token_is_logged(world: World) -> None:
    admin = sign_in(world, "admin", username="wang")
    token = admin.client.post("/api/v1/tokens", json={"name": "脚本"}).get_json()["token"]
    with web_worker(world) as worker:
        for password in (PASSWORD, PASSWORD + "x"):
            ask(worker.base, "/api/v1/session", {"username": "wang", "password": password})
        for bearer in (token, "anp_made-up-token"):
            ask(worker.base, "/api/v1/units", None, Authorization=f"Bearer {bearer}")
        ask(worker.base, "/api/v1/player/token", {"grant_type": "x", "device_code": "secret-code"})

    log = (world.core.settings.data / "worker.log").read_text(encoding="utf-8")

    assert [one for one in (PASSWORD, token, "made-up-token", "secret-code") if one in log] == []


def ask(base: str, path: str, body: Any, **headers: str) -> None:
    """The answer doesn't matter here."""
    requests.request(
        "POST" if body else "GET", base + path, json=body, headers=headers, timeout=PATIENCE_S
    ).close()
