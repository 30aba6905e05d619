"""Files on the server's disk: no credential in plain form, no executable file."""

import ast
import stat
from pathlib import Path

import pytest

from tests.support.app.databases import ON_POSTGRES
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World
from tests.support.factories.sample_files import photo
from tests.support.factories.uploads import upload
from tests.support.processes.server import ROOT

SIZE = {"width": 1920, "height": 1080}
PACKAGES = ("server", "media", "playlists", "player", "deploy")
DIGEST_LENGTH = 64


@pytest.mark.slow
@pytest.mark.skipif(ON_POSTGRES, reason="looks into files of SQLite")
def test_no_credential_is_in_the_databases_in_plain_form(world: World) -> None:
    admin = sign_in(world, "admin", username="wang")
    venue = {"name": "建设银行", "kind": "bank"}
    venue_id = admin.client.post("/api/v1/venues", json=venue).get_json()["id"]
    player = world.visitor()
    asked = player.post("/api/v1/player/pairing", json={"size": SIZE, "player": "1.0.0"}).get_json()
    paired = {"user_code": asked["user_code"], "venue_id": venue_id, "name": "大厅"}
    assert admin.client.post("/api/v1/screens/pair", json=paired).status_code == 201
    world.clock.forward(5_000)
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    issued = player.post(
        "/api/v1/player/token", json={"grant_type": grant, "device_code": asked["device_code"]}
    )
    key = {"unit_id": "u_1", "venue_kind": "bank", "uses": 5, "expires_at": "2027-01-31T00:00:00Z"}
    made = admin.client.post("/api/v1/enrolment-keys", json=key).get_json()
    token = admin.client.post("/api/v1/tokens", json={"name": "脚本"}).get_json()["token"]
    signed = world.visitor().post(
        "/api/v1/session", json={"username": "wang", "password": PASSWORD}
    )
    session = signed.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    files = player.get_cookie("anping_files", path="/files/")
    assert files is not None
    given = {
        "a screen's token": issued.get_json()["access_token"],
        "a screen's cookie": files.value,
        "a device code": asked["device_code"],
        "an enrolment key": made["key"],
        "a program's token": token,
        "a session": session,
        "a password": PASSWORD,
    }
    assert all(len(secret) >= 12 for secret in given.values()), given

    kept = b"".join(path.read_bytes() for path in world.core.settings.data.glob("*.db*"))

    found = [name for name, secret in given.items() if secret.encode() in kept]
    assert found == []


def test_files_are_outside_of_the_code_and_none_is_executable(world: World, tmp_path: Path) -> None:
    answer = upload(sign_in(world), photo(tmp_path / "a.jpg"), name="run.py")
    assert answer.status_code in {200, 201, 202}, answer.text
    data = world.core.settings.data

    files = [
        path
        for name in ("files", "originals", "uploads", "work")
        for path in (data / name).rglob("*")
        if path.is_file()
    ]

    assert files
    assert all(len(path.name) == DIGEST_LENGTH for path in files if "originals" in path.parts)
    assert [path for path in files if path.stat().st_mode & 0o111] == []
    assert [path for path in files if path.suffix in {".py", ".so", ".js", ".html"}] == []
    assert [name for name in PACKAGES if (ROOT / name) in (data / "files").parents] == []


@pytest.mark.slow
def test_nothing_of_the_audit_trail_is_ever_deleted() -> None:
    """Kept for ever is kept for 180 days: no statement of the code takes an entry away."""
    taken = []
    for path in sorted((ROOT / "server").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "migrations" in path.parts or "audit" not in text.lower():
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"delete", "update"}:
                taken += [str(path)] if "AuditEntry" in ast.unparse(node) else []
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                sentence = node.value.lower()
                taken += [str(path)] if "delete from audit" in sentence else []

    assert taken == []


@pytest.mark.skipif(ON_POSTGRES, reason="files of SQLite")
def test_keys_are_readable_by_their_owner_alone(world: World) -> None:
    sign_in(world)
    keys = [path for path in (world.core.settings.data / "keys").rglob("*.pem") if path.is_file()]

    secret = [path for path in keys if b"PRIVATE KEY" in path.read_bytes()]
    assert secret
    assert [path for path in secret if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
