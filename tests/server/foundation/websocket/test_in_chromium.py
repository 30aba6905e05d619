"""Chromium's own websocket: it agrees on compression, and messages come through both ways."""

import json

import pytest
from playwright.sync_api import Browser

from server.publishing.assignments.outbox import knock
from tests.support.app.inventory import BoundScreen
from tests.support.app.world import World
from tests.support.devices.socket_player import BOOT
from tests.support.factories.manifests import assign
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser

JOIN = """(token) => new Promise((done) => {
  window.heard = [];
  const wire = new WebSocket(`ws://${location.host}/socket.io/?EIO=4&transport=websocket`);
  window.wire = wire;
  wire.onclose = ({ code }) => window.heard.push(`closed ${code}`);
  wire.onmessage = ({ data }) => {
    window.heard.push(data);
    if (data[0] === "0") wire.send(`40/screen,${JSON.stringify(token)}`);
    if (data.startsWith("40/screen,")) done(wire.extensions);
  };
})"""
LONG = "x" * 5_000
PING = "2"
QUIET_MS = 1_000


def test_it_agrees_on_compression_and_receives_the_messages(
    world: World, worker: WebWorker, screen: BoundScreen, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(worker.base + "/healthz")
    auth = {"token": screen.token, "boot": BOOT, "version": None, "protocol": 1}
    agreed = page.evaluate(JOIN, auth)
    question = f'42/screen,7["clock",{{"t0":5,"padding":"{LONG}"}}]'
    page.evaluate("(text) => window.wire.send(text)", question)
    page.wait_for_function("() => window.heard.some((one) => one.startsWith('43/screen,7'))")
    page.wait_for_timeout(QUIET_MS)  # what a handshake brings by itself would come without a plan
    row = assign(world, screen.id, *(f"安屏 {number}" for number in range(200)))
    knock(world.core.settings.data)
    page.wait_for_function("() => window.heard.some((one) => one.includes('\"assignment\"'))")
    received = [one for one in page.evaluate("() => window.heard") if one != PING]
    page.close()

    assert "permessage-deflate" in agreed
    assert received[2].startswith('43/screen,7[{"t0":5')
    manifest = json.loads(received[3].removeprefix("42/screen,"))[1]
    assert manifest["digest"] == row.manifest
    assert len(json.loads(manifest["body"])["assets"]) == 201
    assert not any(one.startswith("closed") for one in received)
