"""`audit verify` and `audit verify-pack`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from server.operations.commands.common import WRONG_INPUT, stop

if TYPE_CHECKING:
    from server.foundation.crypto.signing import SignedBy

KEY = click.option(
    "--key",
    "key_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="必须由此公钥签名（PEM 或 JWK） It must be signed by this key.",
)
KID = click.option("--kid", help="必须由此编号的密钥签名 It must be signed by the key of this id.")


@click.group(help="佐证核验 Evidence.")
def audit() -> None:
    """Commands for auditors; they need no database and no settings."""


@audit.command("verify", help="核验播放记录导出文件 Check an export of plays (FILE or -).")
@click.argument("file", type=click.File("rb"))
@KEY
@KID
@click.option(
    "--head", "heads", multiple=True, help="报表上的“佐证链首” A head printed on a report."
)
def verify(file: BinaryIO, key_file: Path | None, kid: str | None, heads: tuple[str, ...]) -> None:
    """Exit 0 if it is intact, else 1 with everything changed, missing, moved or foreign."""
    from server.playlog.audit.verifier.report import audit_verify as checked
    from server.playlog.audit.verifier.verify import lines_of

    answer = checked(lines_of(file), _by(key_file, kid), heads)
    click.echo("\n".join(answer.lines))
    sys.exit(answer.code)


@audit.command(
    "verify-pack", help="核验考核材料 Check an assessment pack (zip, or manifest and files)."
)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@KEY
@KID
def verify_pack(files: tuple[str, ...], key_file: Path | None, kid: str | None) -> None:
    """Exit 0 if it is intact, else 1 with everything changed, missing or foreign."""
    from server.accountability.assessment.files.verify_cli import audit_verify_pack as checked

    named = ((Path(name).name, Path(name).read_bytes()) for name in files)
    answer = checked(named, _by(key_file, kid))
    click.echo("\n".join(answer.lines))
    sys.exit(answer.code)


def _by(key_file: Path | None, kid: str | None) -> "SignedBy | None":
    from server.foundation.crypto.signing import SignedBy, read_public_key

    if key_file is None and kid is None:
        return None
    key = None if key_file is None else read_public_key(key_file.read_bytes())
    if key_file is not None and key is None:
        stop(
            f"{key_file} 中没有 P-256 公钥（PEM 或 JWK）。",
            f"{key_file} holds no public key of P-256, as PEM or JWK.",
            code=WRONG_INPUT,
        )
    return SignedBy(key, kid)
