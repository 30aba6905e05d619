"""The wire form of a manifest: it can be read back, and errors are named."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from playlists.errors import MalformedManifest
from playlists.wire.manifest import decode, digest, encode
from playlists.wire.model import Manifest
from tests.support.factories.orders_and_plans import manifests


@pytest.mark.slow
@settings(max_examples=100)
@given(manifests())
def test_reading_a_written_manifest_gives_the_same_one(manifest: Manifest) -> None:
    text = encode(manifest)

    again = decode(text)
    assert again == manifest
    assert encode(again) == text
    assert decode(text.encode()) == again


def test_the_digest_is_of_the_texts_utf8_bytes() -> None:
    expected = "a591a6d40bf420404a011733cfb7b190d62c65bf0bcda32b57b277d9ad9f146e"

    assert digest("Hello World") == expected


def test_unknown_fields_are_ignored() -> None:
    wire = _wire()
    wire["later"] = {"x": 1}
    wire["segments"][0]["later"] = True

    assert decode(json.dumps(wire)) == decode(json.dumps(_wire()))


def test_length_and_blocks_of_an_asset_may_be_absent_or_null() -> None:
    wire = _wire()
    wire["assets"][0].update({"duration_ms": None, "blocks": None})

    assert decode(json.dumps(wire)).assets[0].duration_ms is None
    assert decode(json.dumps(wire)).assets[0].blocks == ()


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("format", 2, "/format"),
        ("timezone", None, "/timezone"),
        ("fallback", 1, "/fallback"),
        ("fallback", True, "/fallback"),
        ("assets.0.digest", "AB" * 32, "/assets/0/digest"),
        ("assets.0.kind", "sound", "/assets/0/kind"),
        ("assets.0.bytes", -1, "/assets/0/bytes"),
        ("assets.0.bytes", 1.5, "/assets/0/bytes"),
        ("loops.L1.period_ms", 0, "/loops/L1/period_ms"),
        ("loops.L1.period_ms", 200, "/loops/L1/slots"),
        ("loops.L1.slots.1", [70, 40, 0, -1], "/loops/L1/slots/1"),
        ("loops.L1.slots.1", [60, 40, 1, -1], "/loops/L1/slots/1"),
        ("loops.L1.slots.1", [60, 40, 0, 1], "/loops/L1/slots/1"),
        ("loops.L1.slots.1", [60, 40, 0], "/loops/L1/slots/1"),
        ("loops.L1.slots", [], "/loops/L1/slots"),
        ("segments.0.until", 0, "/segments/0/until"),
        ("segments.0.loop", "L9", "/segments/0"),
        ("segments.1.from", 500, "/segments/1"),
        ("segments.0.anchor", None, "/segments/0/anchor"),
        ("campaigns.0", 7, "/campaigns/0"),
    ],
)
def test_errors_are_named(path: str, value: Any, where: str) -> None:
    wire = _wire()
    _put(wire, path, value)

    with pytest.raises(MalformedManifest) as caught:
        decode(json.dumps(wire))

    assert caught.value.where == where


@pytest.mark.parametrize("text", ["", "{", "[]", "null", b"\xff"])
def test_other_documents_are_refused(text: str | bytes) -> None:
    with pytest.raises(MalformedManifest):
        decode(text)


def _wire() -> dict[str, Any]:
    asset = {"digest": "a" * 64, "kind": "image", "type": "image/png", "bytes": 1}
    return {
        "format": 1,
        "timezone": "Asia/Shanghai",
        "assets": [asset | {"width": 2, "height": 1}],
        "campaigns": ["k1"],
        "loops": {"L1": {"period_ms": 100, "slots": [[0, 60, 0, 0], [60, 40, 0, -1]]}},
        "segments": [
            {"from": 0, "until": 1000, "loop": "L1", "anchor": 0},
            {"from": 1000, "until": 2000, "loop": None},
        ],
        "fallback": 0,
        "fit": "contain",
        "sound": False,
    }


def _put(wire: Any, path: str, value: Any) -> None:
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        wire = wire[step]
    wire[last] = value
