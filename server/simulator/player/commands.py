"""Answers of a virtual player to commands (docs/protocol.md 4)."""

import base64
import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from server.simulator.player.binding_statement import ordered
from server.simulator.wire.protocol import Json

if TYPE_CHECKING:
    from server.simulator.player.player import Player

WIDEST: Final = 960
MOST_BYTES: Final = 100_000
QUALITIES: Final = (80, 60, 40)


class Commands:
    """The handlers of commands by name; each returns its result."""

    def __init__(self, player: "Player") -> None:
        self._player = player
        self._acts: dict[str, Callable[[Mapping[str, Any]], Any]] = {
            "reload": self._reload,
            "screenshot": lambda _args: self.screenshot(),
            "clear_cache": lambda _args: {
                "freed": player.fittings.shelf.sweep(player.plans.needed())
            },
            "volume": self._volume,
            "log": lambda _args: {**player.beat(), "lines": list(player.lines)},
        }

    def answer(self, command: Any) -> Json:
        """The acknowledgement of a command."""
        if not isinstance(command, Mapping):
            return {"ok": False, "error": "unknown_command"}
        if command.get("name") == "identify":
            return self._identify(command)
        act = self._acts.get(str(command.get("name")))
        if act is None:
            return {"ok": False, "error": "unknown_command"}
        try:
            return {"ok": True, "result": act(command.get("args") or {})}
        except ValueError as error:
            return {"ok": False, "error": str(error)}

    def _identify(self, command: Mapping[str, Any]) -> Json:
        """The words are only shown if a pinned key signed them for this command."""
        credential, now_ms = self._player.disk.credential, self._player.clock.latest_ms()
        if credential is None or ordered(command, credential, now_ms) is None:
            return {"ok": False, "error": "bad_signature"}
        return {"ok": True, "result": None}

    def screenshot(self) -> Json:
        """The display as a data address, stamped with time and slot, and its content."""
        player = self._player
        player.show()
        item, asset = player.stage.item, player.stage.asset
        at_ms = round(player.clock.now_ms())
        at = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
        content = player.fittings.shelf.pictures.get(asset.digest) if asset else None
        picture = draw(content, player.fittings.size, f"{at} {item.key if item else '-'}")
        return {
            "image": "data:image/jpeg;base64," + base64.b64encode(picture).decode(),
            "at": at_ms,
            **player.facts(),
        }

    def _reload(self, args: Mapping[str, Any]) -> None:
        self._player.wanted = str(args.get("player") or self._player.disk.player)
        self._player.fittings.wake()

    def _volume(self, args: Mapping[str, Any]) -> None:
        level = args.get("level")
        if not isinstance(level, (int, float)) or not 0 <= level <= 100:
            text = "bad_volume"
            raise ValueError(text)
        self._player.disk.volume = level / 100


def draw(content: bytes | None, size: tuple[int, int], stamp: str) -> bytes:
    """A JPEG of at most 100 KB: the picture as displayed, else black, with the stamp."""
    from PIL import Image, ImageDraw, ImageOps

    scale = min(1.0, WIDEST / max(size))
    stage = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    try:
        canvas = ImageOps.pad(Image.open(io.BytesIO(content or b"")).convert("RGB"), stage)
    except OSError:  # switched off, or a clip, which isn't decoded here
        canvas = Image.new("RGB", stage)
    ImageDraw.Draw(canvas).text((6, stage[1] - 16), stamp, fill=(255, 255, 0))
    for quality in QUALITIES:
        out = io.BytesIO()
        canvas.save(out, "JPEG", quality=quality)
        if len(out.getvalue()) <= MOST_BYTES:
            break
    return out.getvalue()
