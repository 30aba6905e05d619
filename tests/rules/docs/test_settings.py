"""Code, example and documentation name the same settings."""

import re
from pathlib import Path

import pytest

from server.foundation.config import PREFIX, SECRETS, Settings, WrongSetting, read_settings

ROOT = Path(__file__).parents[3]


def names_in_code() -> set[str]:
    return {PREFIX + name.upper() for name in Settings.model_fields}


def test_the_example_names_every_setting_and_no_other() -> None:
    text = (ROOT / "deploy/env.example").read_text(encoding="utf-8")

    assert set(re.findall(r"^#?(ANPING_[A-Z_]+)=", text, re.MULTILINE)) == names_in_code()


def test_the_operations_page_explains_every_setting_and_no_other() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `(ANPING_[A-Z_]+)` \|", text, re.MULTILINE)) == names_in_code()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANPING_REVIEW_STEPS", "4"),
        ("ANPING_TIMEZONE", "Mars/Olympus"),
        ("ANPING_TWO_PERSON", "perhaps"),
        ("ANPING_BIND", "everywhere"),
        ("ANPING_PUBLIC_URL", "anping"),
        ("ANPING_DATABASE_URL", "mysql://somewhere/anping"),
        ("ANPING_REDIS_URL", "redis://127.0.0.1/0"),
        ("ANPING_REDIS_URL", "http://127.0.0.1"),
        ("ANPING_WORKERS", "2"),
        ("ANPING_WORKERS", "0"),
        ("ANPING_JOBS", "false"),
        ("ANPING_ALLOWED_NUMBERS", "021-62345678"),
        ("ANPING_OUTGOING_NETWORKS", "10.20.0.1/16"),
        ("ANPING_OUTGOING_NETWORKS", "10.20.0.0/16,10.21.0.0/16"),
        ("ANPING_ALLOWED_PAGES", "http://fz.example.gov.cn/"),
        ("ANPING_ALLOWED_PAGES", "https://fz.example.gov.cn:8443/"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(WrongSetting, match=name):
        read_settings()


@pytest.mark.parametrize(
    ("field", "content"),
    [
        ("secret_key", "from the file"),
        ("admin_password", "a long password 7"),
        ("database_url", "sqlite:////tmp/anping/config.db"),
    ],
)
def test_a_secret_may_come_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: str, content: str
) -> None:
    (tmp_path / "secret").write_text(f"{content}\n", encoding="utf-8")
    monkeypatch.setenv(f"{PREFIX}{field.upper()}_FILE", str(tmp_path / "secret"))

    found = getattr(read_settings(), field)

    assert getattr(found, "get_secret_value", lambda: found)() == content


def test_the_address_of_redis_is_read_from_its_file_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("redis://:word@127.0.0.1/0\n", encoding="utf-8")
    monkeypatch.setenv("ANPING_REDIS_URL_FILE", str(tmp_path / "secret"))

    with pytest.raises(WrongSetting, match="ANPING_REDIS_URL") as refused:
        read_settings()

    assert "word" not in str(refused.value)


def test_several_workers_are_taken_with_postgresql_and_redis(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANPING_DATABASE_URL", "postgresql://anping@/anping")
    monkeypatch.setenv("ANPING_REDIS_URL", "redis://:hidden-7@127.0.0.1:6379/0")
    monkeypatch.setenv("ANPING_WORKERS", "4")

    found = read_settings()

    assert (found.workers, found.redis_url) == (4, "redis://:hidden-7@127.0.0.1:6379/0")
    assert "hidden-7" not in repr(found)


@pytest.mark.parametrize("address", ["redis://:pa#ss@10.0.0.7/0", "redis://10.0.0.7:99999/0"])
def test_an_address_of_redis_that_its_client_cant_read_is_refused_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("ANPING_DATABASE_URL", "postgresql://anping@/anping")
    monkeypatch.setenv("ANPING_REDIS_URL", address)

    with pytest.raises(WrongSetting, match="%23") as refused:
        read_settings()

    assert "pa#ss" not in str(refused.value)


@pytest.mark.parametrize("field", SECRETS)
def test_a_secret_given_twice_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    (tmp_path / "secret").write_text("one", encoding="utf-8")
    name = PREFIX + field.upper()
    monkeypatch.setenv(name, "another")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))

    with pytest.raises(WrongSetting, match=f"{name} and {name}_FILE are both given") as refused:
        read_settings()

    assert "another" not in str(refused.value)


@pytest.mark.parametrize(("content", "why"), [(b"", "empty"), (b"\xff", "UTF-8")])
def test_a_file_that_holds_no_secret_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, why: str
) -> None:
    (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv("ANPING_SECRET_KEY_FILE", str(tmp_path / "secret"))

    with pytest.raises(WrongSetting, match=why):
        read_settings()


def test_the_operations_page_names_every_secret_that_may_be_a_file() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    sentence = next(line for line in text.splitlines() if "may also be given as a file" in line)

    named = set(re.findall(r"`(ANPING_[A-Z_]+)`", sentence))
    assert named >= {PREFIX + field.upper() for field in SECRETS}
