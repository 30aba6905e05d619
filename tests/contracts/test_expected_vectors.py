"""Expected plays against cases worked out by hand."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playlists.wire.compliance import expected_plays, expected_slots
from playlists.wire.manifest import decode
from playlists.wire.model import Manifest

CASES = json.loads((Path(__file__).parent / "expected.json").read_text())["cases"]


def tenures() -> Iterator[Any]:
    for number, case in enumerate(CASES):
        manifest = decode(json.dumps(case["manifest"]))
        for tenure in case["tenures"]:
            yield pytest.param(manifest, tenure, id=f"{number}-{tenure['from']}")


@pytest.mark.parametrize(("manifest", "tenure"), list(tenures()))
def test_expected_plays_by_campaign(manifest: Manifest, tenure: dict[str, Any]) -> None:
    counts = expected_plays(manifest, tenure["from"], tenure["until"])

    assert {campaign or "none": n for campaign, n in counts.items()} == tenure["expected"]


@pytest.mark.parametrize(("manifest", "tenure"), list(tenures()))
def test_listed_plays_agree_with_counted_ones(manifest: Manifest, tenure: dict[str, Any]) -> None:
    listed = expected_slots(manifest, tenure["from"], tenure["until"])

    counts = Counter(expected.campaign or "none" for expected in listed)
    assert dict(counts) == tenure["expected"]
