"""A manifest's wire form (docs/protocol.md, part 3): canonical text, reading and digest."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from playlists.errors import MalformedManifest
from playlists.wire.model import NO_CAMPAIGN, Asset, Loop, Manifest, Segment, Slot

FORMAT = 1
_DIGEST = re.compile(r"[0-9a-f]{64}")


def encode(manifest: Manifest) -> str:
    """The manifest as compact JSON text; equal manifests give equal text on every machine."""
    wire = {
        "format": FORMAT,
        "timezone": manifest.timezone,
        "assets": [_asset_json(asset) for asset in manifest.assets],
        "campaigns": list(manifest.campaigns),
        "loops": {name: _loop_json(loop) for name, loop in sorted(manifest.loops.items())},
        "segments": [_segment_json(segment) for segment in manifest.segments],
        "fallback": manifest.fallback,
        "fit": manifest.fit,
        "sound": manifest.sound,
    }
    return json.dumps(wire, ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> str:
    """The lower-case hex SHA-256 of the text's UTF-8 bytes: the manifest's name."""
    return hashlib.sha256(text.encode()).hexdigest()


def decode(text: str | bytes) -> Manifest:
    """Read a manifest's text; unknown fields are ignored, anything wrong is MalformedManifest."""
    try:
        wire = json.loads(text)
    except ValueError as error:
        raise MalformedManifest("", f"not JSON: {error}") from error
    root = _mapping(wire, "")
    if _field(root, "", "format", int) != FORMAT:
        raise MalformedManifest("/format", f"only format {FORMAT} is known")
    manifest = Manifest(
        timezone=_field(root, "", "timezone", str),
        assets=tuple(
            _asset(item, f"/assets/{i}") for i, item in enumerate(_field(root, "", "assets", list))
        ),
        campaigns=_texts(_field(root, "", "campaigns", list), "/campaigns"),
        loops={
            name: _loop(item, f"/loops/{name}")
            for name, item in _field(root, "", "loops", dict).items()
        },
        segments=tuple(
            _segment(item, f"/segments/{i}")
            for i, item in enumerate(_field(root, "", "segments", list))
        ),
        fallback=_field(root, "", "fallback", int),
        fit=_field(root, "", "fit", str, "contain"),
        sound=_field(root, "", "sound", bool, False),
    )
    _check_indices(manifest)
    _check_segments(manifest)
    return manifest


def _asset_json(asset: Asset) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "digest": asset.digest,
        "kind": asset.kind,
        "type": asset.type,
        "bytes": asset.bytes,
        "width": asset.width,
        "height": asset.height,
    }
    if asset.duration_ms is not None:
        wire["duration_ms"] = asset.duration_ms
    if asset.blocks:
        wire["blocks"] = list(asset.blocks)
    return wire


def _loop_json(loop: Loop) -> dict[str, Any]:
    slots = [[slot.start_ms, slot.duration_ms, slot.asset, slot.campaign] for slot in loop.slots]
    return {"period_ms": loop.period_ms, "slots": slots}


def _segment_json(segment: Segment) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "from": segment.from_ms,
        "until": segment.until_ms,
        "loop": segment.loop,
    }
    if segment.loop is not None:
        wire["anchor"] = segment.anchor_ms
    return wire


def _asset(value: object, where: str) -> Asset:
    wire = _mapping(value, where)
    duration_ms = wire.get("duration_ms")
    if duration_ms is not None:
        duration_ms = _whole(duration_ms, f"{where}/duration_ms", 1)
    kind = _field(wire, where, "kind", str)
    if kind not in {"image", "video"}:
        raise MalformedManifest(f"{where}/kind", "must be image or video")
    return Asset(
        digest=_digest(_field(wire, where, "digest", str), f"{where}/digest"),
        kind=kind,
        type=_field(wire, where, "type", str),
        bytes=_whole(wire.get("bytes"), f"{where}/bytes", 0),
        width=_whole(wire.get("width"), f"{where}/width", 1),
        height=_whole(wire.get("height"), f"{where}/height", 1),
        duration_ms=duration_ms,
        blocks=tuple(
            _digest(block, f"{where}/blocks/{i}")
            for i, block in enumerate(_field(wire, where, "blocks", list, []) or [])
        ),
    )


def _loop(value: object, where: str) -> Loop:
    wire = _mapping(value, where)
    period_ms = _whole(wire.get("period_ms"), f"{where}/period_ms", 1)
    slots = tuple(
        _slot(row, f"{where}/slots/{i}") for i, row in enumerate(_field(wire, where, "slots", list))
    )
    reached_ms = 0
    for index, slot in enumerate(slots):
        if slot.start_ms != reached_ms:
            raise MalformedManifest(f"{where}/slots/{index}", f"must start at {reached_ms}")
        reached_ms += slot.duration_ms
    if reached_ms != period_ms:
        raise MalformedManifest(f"{where}/slots", f"cover {reached_ms} of {period_ms} ms")
    return Loop(period_ms, slots)


def _slot(row: object, where: str) -> Slot:
    if not isinstance(row, list) or len(row) < 4:
        raise MalformedManifest(where, "must be [start, duration, asset, campaign]")
    return Slot(
        _whole(row[0], where, 0),
        _whole(row[1], where, 1),
        _whole(row[2], where, 0),
        _whole(row[3], where, NO_CAMPAIGN),
    )


def _segment(value: object, where: str) -> Segment:
    wire = _mapping(value, where)
    from_ms = _whole(wire.get("from"), f"{where}/from")
    until_ms = _whole(wire.get("until"), f"{where}/until", from_ms + 1)
    name = _field(wire, where, "loop", str, None)
    if name is None:
        return Segment(from_ms, until_ms, None, from_ms)
    return Segment(from_ms, until_ms, name, _whole(wire.get("anchor"), f"{where}/anchor"))


def _check_indices(manifest: Manifest) -> None:
    assets, campaigns = len(manifest.assets), len(manifest.campaigns)
    if not 0 <= manifest.fallback < assets:
        raise MalformedManifest("/fallback", "names no asset")
    for name, loop in manifest.loops.items():
        for index, slot in enumerate(loop.slots):
            if slot.asset >= assets or slot.campaign >= campaigns:
                raise MalformedManifest(f"/loops/{name}/slots/{index}", "index out of range")


def _check_segments(manifest: Manifest) -> None:
    reached_ms: int | None = None
    for index, segment in enumerate(manifest.segments):
        where = f"/segments/{index}"
        if reached_ms is not None and segment.from_ms < reached_ms:
            raise MalformedManifest(where, "segments must be sorted and disjoint")
        if segment.loop is not None and segment.loop not in manifest.loops:
            raise MalformedManifest(where, f"there is no loop {segment.loop}")
        reached_ms = segment.until_ms


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise MalformedManifest(where, "must be an object")
    return value


_REQUIRED = object()


def _field(
    wire: Mapping[str, Any], where: str, name: str, kind: type, default: object = _REQUIRED
) -> Any:
    value = wire.get(name)
    if value is None and default is not _REQUIRED:
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise MalformedManifest(f"{where}/{name}", f"must be {kind.__name__}")
    return value


def _whole(value: object, where: str, least: int | None = None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedManifest(where, "must be a whole number")
    if least is not None and value < least:
        raise MalformedManifest(where, f"must be at least {least}")
    return value


def _digest(value: object, where: str) -> str:
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise MalformedManifest(where, "must be 64 lower-case hex digits")
    return value


def _texts(values: list[Any], where: str) -> tuple[str, ...]:
    for index, value in enumerate(values):
        if not isinstance(value, str):
            raise MalformedManifest(f"{where}/{index}", "must be str")
    return tuple(values)
