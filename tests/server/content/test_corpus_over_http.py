"""The corpus sent to a server: a verdict for each file in time and memory, never a 5xx."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from media.limits import Limits
from tests.support.api_contract.fuzzing import ADMIN_PASSWORD, bearer, token_of
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.corpus.canary import Canary, canary_in
from tests.support.corpus.case import REAL, SMALL, Accepted, Case
from tests.support.corpus.whole import CASES, case_of
from tests.support.factories.uploads import read, upload
from tests.support.patience import PATIENCE_S
from tests.support.processes.server import serving
from tests.support.speed.memory import watched

pytestmark = [pytest.mark.slow, pytest.mark.long]

LONGEST_S = 60
MOST_BYTES = 1024 * 1024 * 1024
REFUSED_AT_ONCE = (413, 422)
CAUSES = (
    "no bytes",
    "half an MP4",
    "spoilt MP4",
    "GIF bomb",
    "clip of thirty years",
    "HLS to a network",
    "ffconcat as a picture",
    "SVG to a network",
    "sound in MP4",
    "copy protection",
    "PDF with a password",
    "name like a way out",
    "clip named as an option",
    "animated GIF",
    "turned HEIC",
)


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    with canary_in(tmp_path_factory.mktemp("corpus")) as watching:
        yield watching


def made(case: Case, canary: Canary, *, real: bool = False) -> Path:
    folder = canary.folder / f"{CASES.index(case)}{'-real' if real else ''}"
    folder.mkdir()
    source = folder / case.name.replace("/", "_")
    case.make(source, REAL if real else SMALL)
    return source


@pytest.mark.parametrize("cause", CAUSES)
def test_the_api_lets_a_file_in_or_refuses_it_in_words(
    world: World, canary: Canary, cause: str
) -> None:
    case, author = case_of(cause), sign_in(world, "publicity")

    answer = upload(author, made(case, canary), name=case.name)

    canary.check()
    if answer.status_code in REFUSED_AT_ONCE:
        assert isinstance(case.verdict, frozenset)
        assert answer.json["code"] in case.verdict
        return
    assert answer.status_code == 201, answer.text
    run_jobs(world.core)
    asset = read(author, answer.json["id"])
    canary.check()
    if isinstance(case.verdict, Accepted):
        assert (asset["state"], asset["kind"]) == ("ready", case.verdict.kind)
        assert "/" not in asset["name"]
    else:
        assert (asset["state"], asset["code"] in case.verdict) == ("rejected", True)
        assert asset["reason"]


@dataclass(frozen=True)
class Outcome:
    """What became of one file at the real server."""

    case: Case
    status: int
    code: str | None
    kind: str | None
    took_s: float


@pytest.mark.soak
def test_two_at_a_time_at_real_sizes(tmp_path: Path, canary: Canary) -> None:
    cases = [case for case in CASES if case.limits == Limits()]
    sources = {case.cause: made(case, canary, real=True) for case in cases}
    with serving(tmp_path, first_run=True, admin_password=ADMIN_PASSWORD) as server:
        token = token_of(server.base, "admin", ADMIN_PASSWORD)

        def send(case: Case) -> Outcome:
            return sent(server.base, token, case, sources[case.cause])

        with watched(server.process.pid) as peak, ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(send, cases))
        log = (server.folder / "err.txt").read_text(encoding="utf-8")

    slowest = max(outcomes, key=lambda one: one.took_s)
    print(f"\npeak of private memory: {peak.bytes >> 20} MiB ({', '.join(peak.programs)})")
    print(f"slowest: {slowest.case.cause}, {slowest.took_s:.1f} s; {len(outcomes)} files")
    canary.check()
    for one in outcomes:
        assert one.status < 500, one
        wanted = one.case.verdict
        if isinstance(wanted, Accepted):
            assert (one.code, one.kind) == (None, wanted.kind), one
        else:
            assert one.code in wanted, one
    assert slowest.took_s < LONGEST_S
    assert peak.bytes < MOST_BYTES
    assert "request_failed" not in log


def sent(base: str, token: str, case: Case, source: Path) -> Outcome:
    """Upload and ask until there is a verdict."""
    begun = time.monotonic()
    with source.open("rb") as file:
        answer = requests.post(
            f"{base}/api/v1/assets",
            files={"file": (case.name, file)},
            headers=bearer(token),
            timeout=LONGEST_S,
        )
    found: dict[str, Any] = answer.json()
    while found.get("state") == "processing" and time.monotonic() - begun < 2 * LONGEST_S:
        time.sleep(0.1)
        address = f"{base}/api/v1/assets/{found['id']}"
        found = requests.get(address, headers=bearer(token), timeout=PATIENCE_S).json()
    took_s = time.monotonic() - begun
    return Outcome(case, answer.status_code, found.get("code"), found.get("kind"), took_s)
