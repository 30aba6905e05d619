"""The headers of tus 1.0.0 (https://tus.io/protocols/resumable-upload)."""

import base64
import binascii
import re
from collections.abc import Mapping
from email.utils import formatdate
from typing import ClassVar, Final

from server.content import messages
from server.foundation.errors import AnpingError, Invalid
from server.foundation.i18n import Sentence
from server.foundation.rest.storable_text import check_fields

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,termination,expiration"
CONTENT_TYPE: Final = "application/offset+octet-stream"
LONGEST_METADATA: Final = 4096
SUPPORTED_KEYS: Final = frozenset({"filename", "name", "unit_id", "replaces", "fit", "ai"})
_NUMBER: Final = re.compile(r"[0-9]{1,15}")


class OtherVersion(AnpingError):
    """The client doesn't use tus, or another version of it."""

    status: ClassVar[int] = 412
    title: ClassVar[Sentence] = Sentence("续传协议版本不符", "Another version of tus")
    default_code: ClassVar[str] = "tus_version"


def check_version(sent: str | None) -> None:
    """Raise OtherVersion unless the header Tus-Resumable is ours."""
    if sent != VERSION:
        raise OtherVersion(messages.OTHER_VERSION)


def count_in(name: str, sent: str | None) -> int:
    """A header's number of bytes. Raises Invalid."""
    if sent is None or not _NUMBER.fullmatch(sent):
        raise Invalid.at(f"/{name}", messages.NO_COUNT)
    return int(sent)


def metadata_in(sent: str | None) -> dict[str, str]:
    """Upload-Metadata: pairs of a key and a base64 value. Raises Invalid.

    Unknown keys are ignored, as clients add their own.
    """
    if sent is None or not sent.strip():
        return {}
    if len(sent) > LONGEST_METADATA:
        raise Invalid.at("/Upload-Metadata", messages.BAD_METADATA)
    pairs = [part.strip().partition(" ") for part in sent.split(",")]
    found = {key: _decoded(value.strip()) for key, _, value in pairs if key in SUPPORTED_KEYS}
    check_fields(found.items())
    return found


def metadata_header(values: Mapping[str, str]) -> str:
    """Pairs as a header."""
    encoded = {key: base64.b64encode(text.encode()).decode() for key, text in values.items()}
    return ",".join(f"{key} {text}" for key, text in encoded.items())


def http_date(at_ms: int) -> str:
    """An instant in the form of Upload-Expires (RFC 9110)."""
    return formatdate(at_ms / 1000, usegmt=True)


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Invalid.at("/Upload-Metadata", messages.BAD_METADATA) from error
