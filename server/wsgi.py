"""What gunicorn loads: `server.wsgi:make_app()`."""

from apiflask import APIFlask

from server.app import create_app, start_live_parts
from server.config import read_settings
from server.logs import set_up_logs


def make_app() -> APIFlask:
    """The application with its live parts running; called once in each worker."""
    set_up_logs()
    app = create_app(read_settings())
    start_live_parts(app)
    return app
