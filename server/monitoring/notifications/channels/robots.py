"""Robots of chat groups, and what else Apprise knows how to reach.

Apprise runs in a child of its own: its hundred services take a second and 40 MB to load, for a
message now and then. What the child is told goes through its standard input, where nobody looks.
"""

import re
import subprocess
import sys
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from server.monitoring.notifications.channels.registry import NotDelivered, Outgoing, Place

# What speaks the way of one service; those that some run themselves take a host, which has to be
# one that may be called. Those that act on this machine (dbus, syslog, files) have no place here.
ALLOWED: Final = frozenset(
    {
        "wecombot", "dingtalk", "feishu", "lark", "mailto", "mailtos", "schan", "pushplus", "bark",
        "barks", "ntfy", "ntfys", "tgram", "slack", "msteams", "workflow", "workflows", "matrix",
        "matrixs", "mmost", "mmosts", "rocket", "rockets", "pushdeer", "pushdeers", "wxpusher",
    }
)  # fmt: skip
# Addresses as the consoles of services hand them out.
_AS_GIVEN: Final = (
    (re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=([\w-]+)"), "wecombot"),
    (re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=(\w+)"), "dingtalk"),
    (re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)"), "feishu"),
)
_FORM: Final = re.compile(r"([a-z]+)://[!-~]+")
# Parameters by which Apprise reads a file of this machine, or an address, and sends it along.
_READING: Final = frozenset({"template", "pgp", "pgppub", "pgpprv", "attach"})
PATIENCE_S: Final = 60
CHILD: Final = "server.monitoring.notifications.channels.robot_child"


def own_form(url: str) -> str | None:
    """An address as Apprise takes it; None if it isn't one of a service that may be used."""
    for form, service in _AS_GIVEN:
        given = form.fullmatch(url)
        if given:
            return f"{service}://{given[1]}"
    plain = _FORM.fullmatch(url)
    if plain is None or plain[1] not in ALLOWED or not _is_whole(url) or _reads(url):
        return None
    return url


def _is_whole(url: str) -> bool:
    try:
        return bool(urlsplit(url).scheme)
    except ValueError:
        return False


def _reads(url: str) -> bool:
    """Whether an address has Apprise read something else than what it is told."""
    asked = parse_qsl(url.partition("?")[2], keep_blank_values=True)
    return any(name.strip(" +-:").lower() in _READING for name, _ in asked)


def send(place: Place, message: Outgoing) -> None:
    """Hand a message to the service. Raises NotDelivered."""
    url = own_form(place.url)
    if url is None:
        raise NotDelivered("the address isn't one of a known service", later=False, ours=True)
    said = {"url": url, "title": message.title, "text": message.text}
    told = orjson.dumps({**said, "networks": list(place.networks)})
    argv = [sys.executable, "-m", CHILD]
    try:
        done = subprocess.run(
            argv, input=told, capture_output=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotDelivered("the service didn't answer in time") from error
    if done.stdout.strip() == b"unknown":
        raise NotDelivered("the address isn't complete", later=False, ours=True)
    if done.stdout.strip() != b"sent":
        raise NotDelivered("the service refused it or can't be reached")
