"""Uploads of small real files, processed by the worker's own code."""

from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from server.content.models import Asset
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person
from tests.support.app.world import World
from tests.support.factories.sample_files import photo


def upload(person: Person, path: Path, name: str | None = None, **fields: str) -> TestResponse:
    """The answer to an upload of a file."""
    return send_form(person, "/api/v1/assets", path, name, **fields)


def send_form(
    person: Person, url: str, path: Path, name: str | None = None, **fields: str
) -> TestResponse:
    """The answer to a form with a file, encoded here so that no temporary file is left open."""
    file = FileStorage(BytesIO(path.read_bytes()), name or path.name)
    boundary, body = encode_multipart({"file": file, **fields})
    content_type = f'multipart/form-data; boundary="{boundary}"'
    return person.client.post(url, data=body, content_type=content_type)


def ready_image(world: World, person: Person, folder: Path, **options: Any) -> dict[str, Any]:
    """An image that was uploaded and processed; its document."""
    answer = upload(person, photo(folder / "photo.jpg", **options))
    assert answer.status_code == 201, answer.text
    run_jobs(world.core)
    return read(person, answer.json["id"])


def approved_image(world: World, author: Person, reviewer: Person, folder: Path) -> dict[str, Any]:
    """An image that another person signed off; its document."""
    asset_id = ready_image(world, author, folder)["id"]
    assert act(author, asset_id, "submit").status_code == 200
    assert act(reviewer, asset_id, "approve").status_code == 200
    return read(author, asset_id)


def act(person: Person, asset_id: str, action: str, **body: Any) -> TestResponse:
    """The answer to submit, approve, reject or withdraw."""
    return person.client.post(f"/api/v1/assets/{asset_id}/{action}", json=body or None)


def read(person: Person, asset_id: str) -> dict[str, Any]:
    """The document of an asset that the person sees."""
    answer = person.client.get(f"/api/v1/assets/{asset_id}")
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json
    return document


def stored(world: World, asset_id: str) -> Asset:
    """The row of an asset."""
    number = int(asset_id.removeprefix("a_"))
    with world.core.config.read() as session:
        return session.scalars(select(Asset).where(Asset.id == number)).one()
