"""A supervisor's children use its settings, not those of the environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from server.foundation.config import WrongSetting, environment_of, read_settings
from server.foundation.runtime.malloc_thresholds import VARIABLES
from server.operations.supervisor.serve import Child, Supervisor
from tests.support.patience import PATIENCE_S

OTHER = {
    "bind": "127.0.0.1:1",
    "jobs": False,
    "workers": 3,
    "database_url": "postgresql://a@/a",
    "redis_url": "redis://:a@127.0.0.1/0",
    "two_person": False,
    "embed_origins": ("https://a.example", "https://b.example"),
    "admin_password": SecretStr("a long password 7"),
    "public_url": "http://a.example",
}
SCRIPT = """
import pathlib, sys
from server.foundation.config import read_settings
pathlib.Path(sys.argv[1]).write_text(repr(read_settings()))
"""


def test_an_environment_answers_the_settings_that_it_was_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANPING_PUBLIC_URL", "http://elsewhere")
    monkeypatch.setenv("anping_log_days", "9")
    settings = read_settings(data=tmp_path / "here", log_days=200, **OTHER)

    made = environment_of(settings)

    assert "anping_log_days" not in made
    monkeypatch.setattr(os, "environ", made)
    assert read_settings() == settings


def test_children_have_fixed_malloc_thresholds_or_those_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert VARIABLES.items() <= Supervisor(read_settings(), print, []).environment.items()

    monkeypatch.setenv("MALLOC_MMAP_THRESHOLD_", "65536")

    children = Supervisor(read_settings(), print, []).environment
    assert children["MALLOC_MMAP_THRESHOLD_"] == "65536"


def test_a_setting_that_is_left_out_is_left_out_for_children_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANPING_PUBLIC_URL", "http://elsewhere")
    monkeypatch.setenv("ANPING_ADMIN_PASSWORD", "a long password 7")

    made = environment_of(read_settings(public_url=None, admin_password=None))

    assert {"ANPING_PUBLIC_URL", "ANPING_ADMIN_PASSWORD"}.isdisjoint(made)


@pytest.mark.parametrize("field", ["secret_key", "admin_password"])
def test_a_secret_stays_in_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    (tmp_path / "secret").write_text("a long password 7", encoding="utf-8")
    name = f"ANPING_{field.upper()}"
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))

    kept = environment_of(read_settings())
    changed = environment_of(read_settings().model_copy(update={field: SecretStr("another 7")}))

    assert kept[f"{name}_FILE"] == str(tmp_path / "secret")
    assert "a long password 7" not in kept.values()
    assert (changed[name], f"{name}_FILE" in changed) == ("another 7", False)


def test_a_folder_that_was_named_from_here_is_the_same_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANPING_DATA", "here")
    monkeypatch.setenv("ANPING_SIGNING_KEY_FILE", "keys/one")

    made = environment_of(read_settings())

    assert made["ANPING_DATA"] == str(tmp_path / "here")
    assert made["ANPING_SIGNING_KEY_FILE"] == str(tmp_path / "keys/one")


def test_an_environment_that_nothing_can_read_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_settings(data=tmp_path)
    monkeypatch.setenv("ANPING_SECRET_KEY_FILE", str(tmp_path / "missing"))

    with pytest.raises(WrongSetting, match="ANPING_SECRET_KEY_FILE"):
        environment_of(settings)


@pytest.mark.slow
def test_a_child_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANPING_DATA", str(tmp_path / "elsewhere"))
    settings = read_settings(data=tmp_path / "here", bind="127.0.0.1:1")
    child = Child("teller", [sys.executable, "-c", SCRIPT, str(tmp_path / "told")])
    parent = Supervisor(settings, print, [child])

    child.keep_running(0.0, parent.environment)

    assert isinstance(child.process, subprocess.Popen)
    assert child.process.wait(PATIENCE_S) == 0
    assert (tmp_path / "told").read_text(encoding="utf-8") == repr(settings)
