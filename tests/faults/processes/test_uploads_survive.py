"""Uploads while connections break and the server is killed: whole or nothing, memory flat."""

import hashlib
import json
import os
import random
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.app.first_run import make_waiting_picture
from tests.support.app.people import sign_in
from tests.support.app.world import make_world
from tests.support.browser.interrupted_upload import Sender, memory_watched, noise
from tests.support.factories.sample_files import clip
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.furnished_district import program_token
from tests.support.processes.server import RunningServer, free_port, start_server

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(1800), pytest.mark.long]

MIB = 1024 * 1024
MP4_HEAD = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
# What a server of two processes may need beside what it has at rest, whatever the file's size.
FLAT_MIB = 64
PROCESSED_WITHIN_S = 120.0


@dataclass
class Site:
    """A server that can be killed and started again on its port, and a person's token."""

    folder: Path
    port: int
    token: str
    server: RunningServer

    def back(self) -> float:
        """Start it again after a kill; seconds until it answers."""
        began = time.monotonic()
        self.server = start_server(self.folder, self.port)
        self.server.wait_until_ready()
        return time.monotonic() - began

    def asks(self, path: str) -> Any:
        request = urllib.request.Request(self.server.base + path)
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def sender(self, file: Path) -> Sender:
        begun = Sender(self.server.base, self.token, file)
        begun.begin()
        return begun


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    world = make_world(folder)
    world.clock.at_ms = time.time_ns() // 1_000_000
    make_waiting_picture(world)
    secret = program_token(world, sign_in(world, "publicity").user_id)
    world.close()
    port = free_port()
    server = start_server(folder, port)
    made = Site(folder, port, secret, server)
    try:
        server.wait_until_ready()
        yield made
    finally:
        made.server.stop()


def interrupted_three_times(site: Site, folder: Path, size: int) -> None:
    """Cut, killed, cut again; the asset has the file's own digest, and memory stayed flat."""
    file = noise(folder / "large.mp4", size, MP4_HEAD)
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    sender, began, peaks = site.sender(file), time.monotonic(), []

    with memory_watched(site.server.process.pid) as memory:
        sender.send(until=size // 4)
        first = int(sender.head()["upload-offset"])
        sender.send(until=size // 2, then=site.server.kill)
    peaks.append((memory.before, memory.peak))
    back_s = site.back()
    second = int(sender.head()["upload-offset"])
    time.sleep(1)
    with memory_watched(site.server.process.pid) as memory:
        sender.send(until=3 * size // 4)
        third = int(sender.head()["upload-offset"])
        asset = sender.send_whole()
    peaks.append((memory.before, memory.peak))

    took_s = time.monotonic() - began
    print(
        f"{size / MIB:.0f} MiB in {took_s:.1f} s, back after {back_s:.1f} s, went on from "
        f"{[round(at / MIB, 1) for at in (first, second, third)]} MiB; private memory before and "
        f"at its highest: {[(round(b), round(p)) for b, p in peaks]} MiB"
    )
    assert 0 < first <= size // 4 + MIB
    assert first < second <= size // 2 + MIB
    assert second < third < size
    document = site.asks(f"/api/v1/assets/{asset}")
    assert (document["sha256"], document["bytes"]) == (digest, size)
    assert digests(site.folder / "data/originals")[digest] == size
    assert all(peak - before <= FLAT_MIB for before, peak in peaks)


def digests(folder: Path) -> dict[str, int]:
    """Every file of a store with its size; each name is its digest."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                assert hashlib.file_digest(file, "sha256").hexdigest() == path.name, path
            found[path.name] = path.stat().st_size
    return found


def test_an_upload_of_64_mib_survives_three_interruptions(site: Site, tmp_path: Path) -> None:
    interrupted_three_times(site, tmp_path, 64 * MIB)


@pytest.mark.soak
def test_an_upload_of_a_gigabyte_survives_three_interruptions(site: Site, tmp_path: Path) -> None:
    interrupted_three_times(site, tmp_path, 1024 * MIB)


def processed(site: Site, asset: str) -> dict[str, Any]:
    """The asset once its processing has ended."""

    def found() -> dict[str, Any] | None:
        document: dict[str, Any] = site.asks(f"/api/v1/assets/{asset}")
        return document if document["state"] != "processing" else None

    done = until("the end of processing", found, patience_s=PROCESSED_WITHIN_S, every_s=0.2)
    assert done is not None
    return done


def killed_at_random_instants(site: Site, folder: Path, times: int) -> None:
    """One kill each, from the first byte of the upload to the end of its processing."""
    chance = random.Random(20261125)
    kept = len(digests(site.folder / "data/originals"))
    whole = clip(folder / "whole.mp4", seconds=3.0).read_bytes()
    for turn in range(times):
        file = folder / f"clip{turn}.mp4"
        # Free space at the end of an MP4 makes each a file of its own, in each of the forms.
        free = (16).to_bytes(4, "big") + b"free" + (1_000 * times + turn).to_bytes(8, "big")
        file.write_bytes(whole + free)
        sender = site.sender(file)
        in_upload = turn % 2 == 0
        instant_s = chance.uniform(0, 0.05 if in_upload else 3.0)

        def kill(after_s: float = instant_s) -> None:
            time.sleep(after_s)
            site.server.kill()

        if in_upload:
            sender.send(until=chance.randrange(1, file.stat().st_size), then=kill)
        else:
            sender.send_whole()
            kill()
        site.back()

        asset = sender.send_whole()
        document = processed(site, asset)

        print(f"{'upload' if in_upload else 'processing'} +{instant_s:.2f} s: {document['state']}")
        assert document["state"] == "ready", document["reason"]
        assert document["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
        served = digests(site.folder / "data/files")
        assert {one["digest"] for one in document["renditions"]} <= set(served)
    assets = site.asks("/api/v1/assets?kind=video&limit=200")["items"]
    assert len({one["sha256"] for one in assets}) == len(assets)
    assert len(digests(site.folder / "data/originals")) == kept + times
    assert list((site.folder / "data/work").iterdir()) == []


def test_a_kill_in_an_upload_and_one_in_processing_leave_nothing_half(
    site: Site, tmp_path: Path
) -> None:
    killed_at_random_instants(site, tmp_path, 2)


@pytest.mark.soak
def test_kills_at_ten_random_instants_leave_nothing_half(site: Site, tmp_path: Path) -> None:
    killed_at_random_instants(site, tmp_path, int(os.environ.get("ANPING_TEST_UPLOAD_KILLS", "10")))
