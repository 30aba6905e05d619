"""The manifest, an archive's last member: its contents with digests, and their source."""

from typing import Final, NamedTuple

import msgspec

from server.operations.backup.errors import Damaged

NAME: Final = "manifest.json"
FORMAT: Final = 1
CONFIG: Final = "config.db"
PLAYS: Final = "plays.db"
DATABASES: Final = (CONFIG, PLAYS)
POSTGRES: Final = "postgres"
KEYS: Final = "keys"
MEDIA: Final = ("originals", "files", "reports")
RECOVERY_KEY: Final = "keys/recovery-key.pem"


class Member(msgspec.Struct, frozen=True):
    """One file of the archive."""

    bytes: int
    sha256: str


class Copied(NamedTuple):
    """The copies' revisions by history, and row counts."""

    schemas: dict[str, str]
    counts: dict[str, int]


class Contents(msgspec.Struct, frozen=True):
    """The contents; `taken_at` is ms since 1970 UTC, `schemas`: revisions by history.

    `counts`: row counts of the databases (row_counts.py); older archives have none.
    """

    format: int
    release: str
    taken_at: int
    database: str
    schemas: dict[str, str]
    with_media: bool
    members: dict[str, Member]
    counts: dict[str, int] = {}

    @property
    def has_recovery_key(self) -> bool:
        """Whether it includes the private half of the recovery key."""
        return RECOVERY_KEY in self.members

    def encoded(self) -> bytes:
        """The stored form."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


def read_contents(text: bytes) -> Contents:
    """Parse a manifest. Raises Damaged."""
    try:
        contents = msgspec.json.decode(text, type=Contents)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Damaged("清单无法读取", f"its manifest can't be read ({error})") from error
    if contents.format != FORMAT:
        raise Damaged(
            f"格式 {contents.format} 不支持", f"its format {contents.format} isn't known here"
        )
    return contents
