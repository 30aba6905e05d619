"""Finds web addresses in the words of a slide; only pages on the list may go on a screen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

# Endings that scams and offices use; a word with a dot and another ending is no address.
ENDINGS = (
    "com|cn|net|org|gov|edu|top|xyz|cc|vip|info|biz|app|shop|site|online|club|ltd|link|live|"
    "win|icu|tech|store|pro|fun|work|asia|hk|tw|me|tv|io|ly|im|to|gg|中国|公司|网络"
)
ADDRESS = re.compile(
    r"(?:https?|ftp)://[^\s\"'<>一-鿿]+"
    rf"|(?<![a-z0-9@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{ENDINGS})(?![a-z0-9-])"
    r"(?:[/?#:][^\s\"'<>一-鿿]*)?",
    re.IGNORECASE,
)


def strange_addresses(text: str, allowed: Collection[str] = ()) -> list[str]:
    """Return the web addresses in a text that aren't on the list, in order, each once."""
    parted = re.sub("[，。；：！？、（）《》“”]", " ", text)
    plain = unicodedata.normalize("NFKC", parted)
    found = (match.group().rstrip(".,:;") for match in ADDRESS.finditer(plain))
    return list(dict.fromkeys(each for each in found if not leads_to(_complete(each), allowed)))


def leads_to(address: str, allowed: Collection[str]) -> bool:
    """Whether an address is a listed page or below one; only https, without disguises."""
    parts = _parts(address)
    if parts is None:
        return False
    return any(_below(parts, listed) for page in allowed if (listed := _parts(page)))


def is_page(address: str) -> bool:
    """Whether an address may be put on the list: https, a host, no user, port or query."""
    parts = _parts(address)
    return parts is not None and not parts.query and not parts.fragment


def _complete(address: str) -> str:
    return address if "://" in address else f"https://{address}"


def _parts(address: str) -> SplitResult | None:
    """None for what isn't a plain https address in ASCII."""
    if not address.isascii() or re.search(r"[\s\\\x00-\x1f]", address):
        return None
    try:
        parts = urlsplit(address)
        plain = parts.port is None
    except ValueError:
        return None
    named = bool(parts.hostname) and "." in (parts.hostname or "")
    return (
        parts if parts.scheme == "https" and named and plain and "@" not in parts.netloc else None
    )


def _below(parts: SplitResult, page: SplitResult) -> bool:
    if parts.hostname != page.hostname or ".." in parts.path.split("/"):
        return False
    top = page.path.rstrip("/")
    return parts.path.rstrip("/") == top or parts.path.startswith(f"{top}/")
