"""Delivery to robots of chat groups, and to other services of Apprise.

Apprise runs in a child process: its hundred services take a second and 40 MB to load, for rare
messages. The child gets its input on stdin, where other users can't read it.
"""

import re
import subprocess
import sys
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from server.monitoring.notifications.channels.registry import NotDelivered, Outgoing, Place

# Services with a fixed host, and self-hosted ones whose host must be permitted. Those that act on
# this machine (dbus, syslog, files) are excluded.
ALLOWED: Final = frozenset(
    {
        "wecombot", "dingtalk", "feishu", "lark", "mailto", "mailtos", "schan", "pushplus", "bark",
        "barks", "ntfy", "ntfys", "tgram", "slack", "msteams", "workflow", "workflows", "matrix",
        "matrixs", "mmost", "mmosts", "rocket", "rockets", "pushdeer", "pushdeers", "wxpusher",
    }
)  # fmt: skip
# Addresses in the form shown by the services' consoles.
_AS_GIVEN: Final = (
    (re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=([\w-]+)"), "wecombot"),
    (re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=(\w+)"), "dingtalk"),
    (re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)"), "feishu"),
)
_FORM: Final = re.compile(r"([a-z]+)://[!-~]+")
# Parameters by which Apprise reads a local file, or an address, and sends its content.
_READING: Final = frozenset({"template", "pgp", "pgppub", "pgpprv", "attach"})
PATIENCE_S: Final = 60
CHILD: Final = "server.monitoring.notifications.channels.robot_child"


def own_form(url: str) -> str | None:
    """An address in Apprise's form; None if its service isn't allowed."""
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
    """Whether an address makes Apprise read a file or another address."""
    asked = parse_qsl(url.partition("?")[2], keep_blank_values=True)
    return any(name.strip(" +-:").lower() in _READING for name, _ in asked)


def send(place: Place, message: Outgoing) -> None:
    """Send a message by the service. Raises NotDelivered."""
    url = own_form(place.url)
    if url is None:
        raise NotDelivered("the address isn't one of a known service", later=False, ours=True)
    content = {"url": url, "title": message.title, "text": message.text}
    payload = orjson.dumps({**content, "networks": list(place.networks)})
    argv = [sys.executable, "-m", CHILD]
    try:
        done = subprocess.run(
            argv, input=payload, capture_output=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotDelivered("the service didn't answer in time") from error
    if done.stdout.strip() == b"unknown":
        raise NotDelivered("the address isn't complete", later=False, ours=True)
    if done.stdout.strip() != b"sent":
        raise NotDelivered("the service refused it or can't be reached")
