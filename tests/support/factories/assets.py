"""Assets as after processing, written straight into the tables, files included."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from media.screen_classes import CLASSES
from server.accounts.models import Unit
from server.content.models import Asset, AssetRendition
from server.content.paths import arrivals
from tests.support.app.inventory import root_unit
from tests.support.app.world import World


def make_asset(
    world: World,
    *,
    unit: int | None = None,
    author: int | None = None,
    state: str = "approved",
    kind: str = "image",
    **fields: Any,
) -> int:
    """An asset with a small file of its own for each class of screens; its number."""
    now_ms = world.clock.now_ms()
    with world.core.config.read() as session:
        number = (session.scalar(select(func.max(Asset.id))) or 0) + 1
    digests = {one.name: keep(world, f"{number} {one.name}".encode()) for one in CLASSES}
    values = {
        "name": f"素材{number}",
        "sha256": keep(world, f"{number} original".encode(), original=True),
        "bytes": 10,
        "width": 1920,
        "height": 1080,
        "duration_ms": 15_000 if kind == "video" else None,
        "signed_at": now_ms if state in ("approved", "withdrawn") else None,
        "created_at": now_ms,
        "changed_at": now_ms,
        **fields,
    }
    asset = Asset(author_id=author, state=state, kind=kind, **values)
    asset.renditions = [
        AssetRendition(
            cls=one.name,
            digest=digests[one.name],
            type="video/mp4" if kind == "video" else "image/jpeg",
            bytes=world.core.store.size(digests[one.name]),
            width=one.width,
            height=one.height,
            duration_ms=values["duration_ms"],
            blocks=[digests[one.name]],
        )
        for one in CLASSES
    ]
    asset.thumbnail = digests[CLASSES[0].name]
    home = unit or root_unit(world)
    with world.core.config.write() as session:
        asset.unit = session.get_one(Unit, home)
        session.add(asset)
        session.flush()
        return asset.id


def keep(world: World, content: bytes, *, original: bool = False) -> str:
    """Put a file into the store that is served, or to the originals; its digest."""
    path = arrivals(world.core) / "kept"
    path.write_bytes(content)
    store = world.core.originals if original else world.core.store
    return store.add(path)


@dataclass(frozen=True)
class Fetched:
    """What came back for a file; the connection is closed."""

    status: int
    type: str | None
    headers: dict[str, str]
    content: bytes


def fetch(client: FlaskClient, url: str, headers: dict[str, str] | None = None) -> Fetched:
    """Fetch a file to its end and close it, as servers do and the test client doesn't."""
    with client.get(url, headers=headers) as answer:
        return Fetched(answer.status_code, answer.mimetype, dict(answer.headers), answer.data)
