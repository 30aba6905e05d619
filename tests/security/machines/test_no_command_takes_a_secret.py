"""Everybody on the machine reads command lines: no command of the server's takes a secret there."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from server.cli import cli
from server.operations.commands.drills import has_password

SECRET = ("password", "secret", "token", "url", "pin")
HARMLESS = {
    "drill --database-url": "refused if it has a password",
    "drill --database-url-file": "a file",
}


def options(group: click.Group, path: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from options(command, f"{path}{name} ")
            continue
        for one in command.params:
            flag = isinstance(one, click.Option) and one.is_flag
            for written in () if flag else (one.name or "", *one.opts):
                yield f"{path}{name} {written}"


def test_no_option_or_argument_is_a_secret() -> None:
    """A new one that sounds so is named here, with why it isn't."""
    found = list(options(cli))
    sounds = {one for one in found if any(word in one.split()[-1] for word in SECRET)}

    assert len(found) > 20
    assert {one for one in sounds if one.split()[-1].startswith("--")} == set(HARMLESS)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anping:geheim@127.0.0.1/drill",
        "postgresql://anping:@127.0.0.1/drill",
        "postgresql://127.0.0.1/drill?user=anping&password=geheim",
        "postgresql+psycopg://anping:geheim@/drill?host=/run/postgresql",
    ],
)
def test_a_database_whose_address_has_a_password_is_named_by_a_file(
    url: str, tmp_path: Path
) -> None:
    archive = tmp_path / "backup.tar"
    archive.touch()

    refused = CliRunner(env={"ANPING_DATA": str(tmp_path)}).invoke(
        cli, ["drill", str(archive), "--database-url", url]
    )

    assert refused.exit_code == 65
    assert "--database-url-file" in refused.output
    assert "geheim" not in refused.output


def test_one_without_a_secret_is_allowed() -> None:
    assert not has_password("postgresql://anping@/anping?host=/run/postgresql")
    assert not has_password("sqlite:////var/lib/anping/config.db")
