"""Code, example and documentation name the same settings."""

import re
from pathlib import Path

import pytest

from server.config import PREFIX, Settings, WrongSetting, read_settings

ROOT = Path(__file__).parents[2]


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
        ("ANPING_REQUIRE_TOTP", "true"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(WrongSetting, match=name):
        read_settings()


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("from the file\n", encoding="utf-8")
    monkeypatch.setenv("ANPING_SECRET_KEY_FILE", str(tmp_path / "key"))

    secret = read_settings().secret_key

    assert secret is not None
    assert secret.get_secret_value() == "from the file"
