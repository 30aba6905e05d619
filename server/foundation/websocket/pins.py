"""Checks that the installed library versions are those this layer was built and tested for.

The layer replaces private parts of libraries, so it is only used with exactly these versions (as in
requirements.txt); with others the stock layer serves, which is slower.
"""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from gevent import get_hub

PINS: Final[Mapping[str, str]] = {
    "flask-socketio": "5.7.0",
    "python-socketio": "5.18.1",
    "python-engineio": "4.15.1",
    "simple-websocket": "1.1.0",
    "gevent": "26.9.0",
    "gunicorn": "27.0.1",
}
LOOP: Final = "gevent.libev"


def objections() -> list[str]:
    """The differences; empty if there are none."""
    found = [_objection(name, wanted) for name, wanted in PINS.items()]
    loop = type(get_hub().loop).__module__
    if not loop.startswith(LOOP):
        found.append(f"gevent's loop is {loop}, not {LOOP}")
    return [one for one in found if one]


def _objection(name: str, wanted: str) -> str:
    try:
        installed = version(name)
    except PackageNotFoundError:
        return f"{name} isn't installed"
    return "" if installed == wanted else f"{name} is {installed}, not {wanted}"
