"""Whether what is installed is what this layer was made and tested for.

It stands in for parts of libraries that promise nothing about them, so it is used with exactly
these versions (those in requirements.txt) and nothing else; with others the libraries' own way
serves, which is slower but theirs.
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
    """What isn't as it must be; empty: all is."""
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
