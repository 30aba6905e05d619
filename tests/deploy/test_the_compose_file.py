"""deploy/compose.yml: as Compose's own schema has it, and about this server. It isn't run here.

tests/deploy/compose_spec.json is compose/config/compose_spec.json out of docker-compose 1.29.2 on
PyPI, Apache License 2.0.
"""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from server.foundation.config import PREFIX, SECRETS, read_settings
from tests.support.processes.server import ROOT

DEPLOY = ROOT / "deploy"
SCHEMA = json.loads((ROOT / "tests/deploy/compose_spec.json").read_text(encoding="utf-8"))
TEXT = (DEPLOY / "compose.yml").read_text(encoding="utf-8")


@pytest.fixture
def composed() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(TEXT)
    return found


def faults(composed: dict[str, Any]) -> list[str]:
    """The schema's errors."""
    validator = jsonschema_rs.validator_for(SCHEMA)
    return [f"{list(one.instance_path)}: {one.message}" for one in validator.iter_errors(composed)]


def settings(composed: dict[str, Any]) -> dict[str, str]:
    """The server's environment."""
    found: dict[str, str] = composed["services"]["anping"]["environment"]
    return found


def test_it_is_what_compose_takes(composed: dict[str, Any]) -> None:
    assert faults(composed) == []


@pytest.mark.parametrize(
    ("service", "key", "value"),
    [
        ("anping", "port", ["80:80"]),
        ("redis", "healthcheck", {"test": 1}),
        ("nginx", "volumes", "media"),
        ("postgres", "depends_on", {"redis": {"condition": "whenever"}}),
    ],
)
def test_what_compose_refuses_is_found(
    composed: dict[str, Any], service: str, key: str, value: object
) -> None:
    composed["services"][service][key] = value

    assert faults(composed) != []


def test_all_services_of_the_server_are_there(composed: dict[str, Any]) -> None:
    assert set(composed["services"]) == {"anping", "nginx", "postgres", "redis", "s3", "bucket"}
    values = settings(composed)
    assert values["ANPING_REDIS_URL"].startswith("redis://redis:")
    assert "endpoint_url=http://s3:" in values["ANPING_STORAGE_URL"]
    assert values["ANPING_TRUSTED_PROXIES"] == "1"
    assert "127.0.0.1:8000" in (DEPLOY / "nginx/anping.conf").read_text(encoding="utf-8")
    assert values["ANPING_BIND"] == "127.0.0.1:8000"
    assert composed["services"]["nginx"]["network_mode"] == "service:anping"


def test_each_setting_is_one_of_the_servers(composed: dict[str, Any]) -> None:
    example = (DEPLOY / "env.example").read_text(encoding="utf-8")
    documented = set(re.findall(rf"^#?({PREFIX}[A-Z_]+)=", example, re.MULTILINE))
    documented |= {f"{PREFIX}{one.upper()}_FILE" for one in SECRETS}

    assert set(settings(composed)) - documented == set()


def test_the_server_takes_them_together(
    composed: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "url").write_text("postgresql://anping:word@postgres:5432/anping\n")
    values = settings(composed) | {"ANPING_DATABASE_URL_FILE": str(tmp_path / "url")}
    for name, value in values.items():
        monkeypatch.setenv(name, value)

    taken = read_settings()

    assert (taken.workers, taken.trusted_proxies) == (2, 1)
    assert taken.redis_url == values["ANPING_REDIS_URL"]


def test_what_it_names_is_there(composed: dict[str, Any]) -> None:
    for service in composed["services"].values():
        for one in service.get("volumes", []):
            place = one.partition(":")[0]
            if place.startswith(".") and place not in {"./certs"}:
                assert (DEPLOY / place).exists(), place
            elif not place.startswith("."):
                assert place in composed["volumes"]
        assert set(service.get("secrets", [])) <= set(composed["secrets"])
        assert set(service.get("networks", [])) <= set(composed["networks"])
        assert set(service.get("depends_on", [])) <= set(composed["services"])
    build = composed["services"]["anping"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"


def test_nginx_finds_in_its_container_what_its_site_names(composed: dict[str, Any]) -> None:
    mounted = [one.split(":")[1] for one in composed["services"]["nginx"]["volumes"]]
    site = "".join(one.read_text(encoding="utf-8") for one in (DEPLOY / "nginx").glob("*.conf"))
    named = set(re.findall(r"(?:root|alias|include|ssl_certificate(?:_key)?) (/[^;*]+);", site))

    missing = {
        one
        for one in named
        if not one.startswith("/etc/nginx/mime")
        and not any(one.startswith(place) or place.startswith(one) for place in mounted)
    }
    assert missing == set()


def test_nothing_is_reached_from_outside_but_nginx(composed: dict[str, Any]) -> None:
    published = {name: one["ports"] for name, one in composed["services"].items() if "ports" in one}

    assert published == {"anping": ["80:80", "443:443"]}
    assert composed["networks"]["inside"]["internal"] is True
    for name in ("postgres", "redis", "s3", "bucket"):
        assert composed["services"][name]["networks"] == ["inside"]


def test_it_contains_no_secret() -> None:
    given = re.findall(r"(?i)(?:password|secret_key|access_key)\w*: *(\S+)", TEXT)

    assert given
    assert [one for one in given if not re.search("^/run/secrets/|file:", one)] == []


def test_postgres_keeps_its_durability(composed: dict[str, Any]) -> None:
    postgres = json.dumps(composed["services"]["postgres"]).lower()

    assert not re.search(
        r"fsync[= ]*off|synchronous_commit[= ]*off|full_page_writes[= ]*off", postgres
    )


def test_the_image_is_made_of_the_bundle() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    installer = (DEPLOY / "install.sh").read_text(encoding="utf-8")

    needed = set(re.findall(r"missing\+=\(([a-z0-9-]+)\)", installer))
    assert needed
    assert {one for one in needed if one not in text} == set()
    assert "USER anping" in text
    assert '"/opt/anping/.venv/bin/python", "-m", "server.cli", "serve"' in text
