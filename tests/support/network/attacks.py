"""What a hostile network does to a player, each as an `Attack` of the proxy between."""

import io
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from server.foundation.crypto.signing import Signer
from tests.support.network.hostile_proxy import Attack, Reply

ORDERS: Final = "/api/v1/player/assignment"
PORTAL: Final = b"<!doctype html><title>Wi-Fi</title><h1>Log in to go on</h1>"
LASTING: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
Message = Mapping[str, str]


@dataclass(frozen=True)
class Endless:
    """A body that begins like the wanted one and never ends."""

    begin: bytes = b""

    def __iter__(self) -> Iterator[bytes]:
        yield self.begin
        while True:
            yield b" " * 65_536


@dataclass(frozen=True)
class Dripping:
    """The wanted body itself, a byte at a time."""

    content: bytes
    every_s: float = 0.5

    def __iter__(self) -> Iterator[bytes]:
        for value in self.content:
            yield bytes([value])
            time.sleep(self.every_s)


class Instead(Attack):
    """Answers paths in the server's place, each with its replies in turn; the last one stays."""

    def __init__(self, replies: Mapping[str, Sequence[Reply]]) -> None:
        self._replies = {path: list(given) for path, given in replies.items()}
        self.asked: list[str] = []

    def answer(self, path: str) -> Reply | None:
        """By the whole path, else by the folder it is in."""
        for name in (path, path[: path.rindex("/") + 1]):
            left = self._replies.get(name)
            if left:
                self.asked.append(path)
                return left.pop(0) if len(left) > 1 else left[0]
        return None


class InsteadOfPushed(Instead):
    """The same, where manifests that are pushed get lost, so that they are asked for."""

    def down(self, message: str) -> str | None:
        """All but manifests."""
        return None if '["manifest",' in message else message


class Freeze(Instead):
    """Sockets live on, but messages newer than this one are kept back."""

    def __init__(self, message: Message) -> None:
        body = json.dumps(dict(message)).encode()
        headers = {"Content-Type": "application/json", "ETag": '"of-the-newest"'}
        super().__init__({ORDERS: [Reply(200, headers, body)]})

    def down(self, message: str) -> str | None:
        """Orders and their manifests don't pass."""
        kept_back = '["assignment",' in message or '["manifest",' in message
        return None if kept_back else message


class Silence(Attack):
    """A socket that is kept alive without messages."""

    def down(self, message: str) -> str | None:
        """Only what opens the connection and keeps it alive."""
        return message if message[:2] not in ("42", "43") else None


class Portal(Attack):
    """A captive portal: its own page, or the way to it, whatever is asked; no sockets."""

    refuses_sockets = True

    def __init__(self, *, redirects: bool) -> None:
        self._redirects = redirects

    def answer(self, path: str) -> Reply | None:
        """200 and HTML; or 302 to where that is."""
        if self._redirects and path != "/login":
            return Reply(302, {"Location": "/login"})
        return Reply(200, {"Content-Type": "text/html"}, PORTAL)


@dataclass(frozen=True)
class Evil:
    """A plan of the attacker's own, whole and with right digests: one white picture all day."""

    picture: bytes
    manifest: str

    @property
    def name(self) -> str:
        """The manifest's digest."""
        return sha256(self.manifest.encode()).hexdigest()

    @property
    def asset(self) -> dict[str, Any]:
        """The picture, as manifests and takeovers name it."""
        return dict(json.loads(self.manifest)["assets"][0])

    def served(self, *messages: Message) -> Instead:
        """The attacker's manifest and file, and his orders by HTTP."""
        replies = {
            f"/manifests/{self.name}": [Reply(200, LASTING, self.manifest.encode())],
            f"/files/{self.asset['digest']}": [
                Reply(200, {"Content-Type": "image/jpeg"}, self.picture)
            ],
        }
        if messages:
            orders = [Reply(200, {}, json.dumps(dict(one)).encode()) for one in messages]
            replies[ORDERS] = orders
        return Instead(replies)

    def forged(self, genuine: Message, **change: Any) -> dict[str, str]:
        """An order for this plan, made from a genuine one, under its signature."""
        order = json.loads(genuine["assignment"])
        order |= {"version": order["version"] + 1, "manifest": self.name, **change}
        return {**genuine, "assignment": json.dumps(order, separators=(",", ":"))}


def evil_like(manifest: str, size: tuple[int, int] = (1920, 1080)) -> Evil:
    """The attacker's plan with the times of a genuine one, so that it is due at once."""
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "JPEG")
    picture = out.getvalue()
    digest = sha256(picture).hexdigest()
    plan = json.loads(manifest)
    for asset in plan["assets"]:
        asset |= {"digest": digest, "blocks": [digest], "bytes": len(picture)}
        asset |= {"kind": "image", "type": "image/jpeg"}
    return Evil(picture, json.dumps(plan, separators=(",", ":")))


def signed_by_attacker(message: Message, *, kid: str) -> dict[str, str]:
    """The same order under a key of the attacker's, that he calls by any name."""
    signer = Signer(ec.generate_private_key(ec.SECP256R1()))
    return {**message, "kid": kid or signer.kid, "signature": signer.sign(message["assignment"])}


def of_length(content: bytes, length: int) -> bytes:
    """A picture brought to the length of another; decoders don't mind."""
    return content[:length].ljust(length, b"\0")
