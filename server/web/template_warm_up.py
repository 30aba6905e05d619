"""Loads the pages' templates before anybody opens a page, when a process begins to serve.

Where they aren't compiled yet (server/web/template_bytecode.py) the twenty of the overview take a
seventh of a second, for which the first person to open it would wait.
"""

from collections.abc import Callable

import gevent
from flask import Flask
from jinja2 import Environment


def start(app: Flask) -> None:
    """Compile them in a background greenlet, which lets requests pass between two templates."""
    gevent.spawn(compile_all, app.jinja_env, gevent.sleep)


def compile_all(environment: Environment, pause: Callable[[], None] = lambda: None) -> None:
    """Load every template once into the environment's cache, with a pause after each."""
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)
        pause()
