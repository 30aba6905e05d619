"""The public address: from the environment, else from the district's settings."""

import re
from typing import Final
from urllib.parse import urlsplit

from server.foundation.core import Core
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.inventory.district import queries

LONGEST: Final = 255
PATTERN: Final = re.compile(r"https?://(?:[A-Za-z0-9_.\-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
POINTER: Final = "/address/public_url"
NO_ADDRESS = Sentence(
    "请写成 http://10.1.2.3:8000 或 https://anping.example.cn 这样，只到端口，后面不带路径。",
    "Write it like http://10.1.2.3:8000 or https://anping.example.cn: up to the port, no path.",
)
FIXED = Sentence(
    "访问地址由服务器的环境变量 ANPING_PUBLIC_URL 指定，请在服务器上修改。",
    "The server's environment sets the public address (ANPING_PUBLIC_URL): change it there.",
)


def public_url(core: Core) -> str | None:
    """The public address without trailing slash; None if not set."""
    if core.settings.public_url is not None:
        return core.settings.public_url
    with core.config.read() as session:
        found: str | None = queries.values_of(session, queries.ADDRESS)["public_url"]
    return found


def checked(core: Core, text: str | None) -> str | None:
    """An address in stored form; None resets it. Raises Invalid."""
    if text is None or not text.strip():
        return None
    if core.settings.public_url is not None:
        raise Invalid.at(POINTER, FIXED)
    address = text.strip().rstrip("/")
    if not _is_address(address):
        raise Invalid.at(POINTER, NO_ADDRESS)
    return address


def _is_address(text: str) -> bool:
    """Whether it is only scheme, host and optional port."""
    found = PATTERN.fullmatch(text)
    if found is None or len(text) > LONGEST:
        return False
    try:
        return urlsplit(text).port != 0
    except ValueError:  # a port beyond 65535, or brackets around an invalid address
        return False
