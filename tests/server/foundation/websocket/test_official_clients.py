"""The official JavaScript client in Node: it connects, receives, answers, and reconnects.

Python's is in `tests/server/gateway/test_real_sockets.py`, Chromium's own in `test_in_chromium.py`;
the console's pages and the player are in `tests/journeys`.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import websocket

from server.publishing.assignments.outbox import knock
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World, make_world
from tests.support.devices.socket_player import BOOT
from tests.support.factories.manifests import assign
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parent / "official.mjs"


class Official:
    """The client's process, and its output."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self._process = process
        self._output = output

    def wait_for(self, *words: Any) -> list[list[Any]]:
        """All its output once a line begins with these words."""

        def matching_lines() -> list[list[Any]]:
            whole = self._output.read_text().rpartition("\n")[0]
            lines = [json.loads(line) for line in whole.splitlines()]
            return lines if any(line[: len(words)] == list(words) for line in lines) else []

        return until(f"{words} of {self._output}", matching_lines)


@contextmanager
def official(worker: WebWorker, token: str, folder: Path) -> Iterator[Official]:
    """The client at work."""
    output = folder / "said.txt"
    with output.open("wb") as out:
        process = subprocess.Popen(
            ["node", str(SCRIPT), worker.base, token], cwd=ROOT, stdout=out, stderr=out
        )
    try:
        yield Official(process, output)
    finally:
        process.kill()
        process.wait(PATIENCE_S)


def test_it_is_let_in_gets_its_assignment_and_its_receipt_is_stored(
    world: World, worker: WebWorker, screen: BoundScreen, tmp_path: Path
) -> None:
    with official(worker, screen.token, tmp_path) as client:
        client.wait_for("in", 7)
        assign(world, screen.id)
        knock(world.core.settings.data)
        received = client.wait_for("assignment", 1)

    assert [line[0] for line in received] == ["in", "manifest", "assignment"]


def test_it_gets_the_reason_of_a_refusal(worker: WebWorker, tmp_path: Path) -> None:
    with official(worker, "ans_made-up", tmp_path) as client:
        received = client.wait_for("error")

    assert received[0] == ["error", "unauthorized", {"code": "unauthorized"}]


@pytest.mark.long
def test_it_is_notified_of_the_restart_with_a_code(tmp_path: Path) -> None:
    own = make_world(tmp_path / "own")
    with web_worker(own) as worker, official(worker, make_screen(own).token, tmp_path) as client:
        client.wait_for("in", 7)
        worker.stop()
        received = client.wait_for("out")

    assert received[1] == ["restarting"]
    assert received[2] == ["out", "transport close", 1012]


def test_another_library_finds_a_websocket_like_any_other(
    worker: WebWorker, screen: BoundScreen
) -> None:
    address = worker.base.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    client = websocket.create_connection(address, timeout=PATIENCE_S)
    try:
        opened = json.loads(client.recv()[1:])
        client.send(f"40/screen,{json.dumps({'token': screen.token, 'boot': BOOT})}")
        entered = client.recv()
        client.ping("now")
        opcode, frame = client.recv_data_frame(control_frame=True)
        client.send_close(4000)
        code = int.from_bytes(client.recv_frame().data[:2], "big")
    finally:
        client.shutdown()

    assert opened["pingTimeout"] == 20_000
    assert entered.startswith("40/screen,")
    assert (opcode, frame.data) == (websocket.ABNF.OPCODE_PONG, b"now")
    assert code == 4000
