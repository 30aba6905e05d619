"""A box's settings in /etc/anping-kiosk.conf, which systemd hands on as environment."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit


class WrongSetting(ValueError):
    """A sentence that names the setting and what to do."""


@dataclass(frozen=True)
class Settings:
    """`address` is where the player is served; `enrol` an enrolment key, `serial` the box's own."""

    address: str
    profile: Path
    browser: str = "chromium"
    flags: tuple[str, ...] = ()
    enrol: str = ""
    serial: str = ""

    @property
    def start(self) -> str:
        """The address to open; what follows # never travels in a request line."""
        if not self.enrol:
            return self.address
        return f"{self.address}#enrol={quote(self.enrol, '')}&serial={quote(self.serial, '')}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: a page of another origin isn't the player."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"


def read(environ: Mapping[str, str]) -> Settings:
    """The settings, checked. Raises WrongSetting."""
    address = environ.get("ANPING_URL", "").strip()
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        message = "ANPING_URL 须为播放页地址，例如 https://anping.example/player/ "
        raise WrongSetting(message + "(ANPING_URL must be the player's address)")
    enrol = environ.get("ANPING_ENROL_KEY", "").strip()
    serial = environ.get("ANPING_SERIAL", "").strip() or machine_serial()
    if enrol and not serial:
        message = "设置了 ANPING_ENROL_KEY 就须设置 ANPING_SERIAL "
        raise WrongSetting(message + "(ANPING_ENROL_KEY needs ANPING_SERIAL)")
    return Settings(
        address=address,
        profile=Path(environ.get("ANPING_PROFILE") or "/var/lib/anping-kiosk/profile"),
        browser=environ.get("ANPING_BROWSER") or "chromium",
        flags=tuple(shlex.split(environ.get("ANPING_BROWSER_FLAGS", ""))),
        enrol=enrol,
        serial=serial,
    )


def machine_serial() -> str:
    """The board's serial number where it has one (Raspberry Pi), else nothing."""
    try:
        text = Path("/sys/firmware/devicetree/base/serial-number").read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""
    return text.strip("\0\n ")
