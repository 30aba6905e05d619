"""The context of every template: person, menu, language, addresses of static files."""

import time
from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue

from server.accounts.auth.forwarded_identity import carried
from server.accounts.auth.service import update_profile
from server.accounts.auth.token_masking import masked
from server.accounts.guards import open_to_all
from server.foundation.counted_texts import thousands
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.web.act_notices import add_notice
from server.web.addresses import here
from server.web.counted_templates import counted_gettext
from server.web.gzip_responses import packed_answer
from server.web.help.topics import OF_PAGE
from server.web.helpers import clock
from server.web.language import COOKIE, TAGS
from server.web.navigation import entry_of, foot_bar, key_places, menu_for
from server.web.static_files import address, parts_of, sent
from server.web.template_bytecode import BytecodeFiles
from server.web.text_size import remember_text_size, text_size
from server.web.who_may import name_helpers

frame = Blueprint("frame", __name__)


def init_frame(app: Flask) -> None:
    """Wire the frame of all pages."""
    app.register_blueprint(frame)
    app.context_processor(context)
    app.add_template_filter(when)
    app.add_template_filter(when_s)
    app.add_template_filter(thousands)
    app.jinja_env.bytecode_cache = BytecodeFiles()
    texts = app.jinja_env.globals
    texts["gettext"] = counted_gettext(cast("Callable[..., str]", texts["gettext"]))
    app.before_request(note_begin)
    app.after_request(remember_language)
    app.after_request(remember_text_size)
    app.after_request(packed_answer)
    app.after_request(add_notice)
    app.after_request(name_helpers)
    app.after_request(report_duration)


def context() -> dict[str, Any]:
    """Names available to every template."""
    actor = g.get("actor")
    return {
        "actor": actor,
        "csrf_token": masked(g.get("csrf_token", "")),
        "language": language(),
        "text_size": text_size(),
        "app_version": current_app.config["ANPING_VERSION"],
        "zone": core().settings.timezone,
        "menu": menu_for(actor),
        # Auditors read reports alone: links to a screen or a campaign would lead them nowhere.
        "may_read": actor is not None and bool(actor.roots("read")),
        "foot_bar": foot_bar(actor),
        "menu_entry": entry_of(request.path),
        "here_in": lambda tag: here(lang=tag),
        "static": address,
        "parts_of": parts_of,
        "help_topic": OF_PAGE.get(request.endpoint or ""),
        "translate": translate,
        "clock_time": clock_time,
        "key_places": key_places,
        # Between two sentences: Chinese marks bring their own room.
        "between": " " if language() == "en" else "",
    }


def when(text: str | None) -> str:
    """An instant of the API (in the district's zone) as text, to the minute."""
    return text[:16].replace("T", " ") if text else ""


def when_s(text: str | None) -> str:
    """The same to the second."""
    return text[:19].replace("T", " ") if text else ""


def clock_time(at_ms: int) -> str:
    """An instant (ms UTC) by the district's clock, to the minute; with its day unless today."""
    return clock(at_ms, core().settings.zone, core().clock.now_ms())


def note_begin() -> None:
    """Remember when the work on a request began."""
    g.began = time.perf_counter()


def report_duration(response: Response) -> Response:
    """The time the server took for a page, for the browser's own tools (`Server-Timing`)."""
    if response.mimetype == "text/html" and "began" in g:
        spent_ms = 1000 * (time.perf_counter() - g.began)
        response.headers.setdefault("Server-Timing", f"total;dur={spent_ms:.1f}")
    return response


@frame.get("/static/<path:name>")
@open_to_all  # scripts, styles and pictures of the pages, also of the sign-in page
def static_file(name: str) -> ResponseReturnValue:
    """A file of the pages."""
    return sent(name)


def remember_language(response: Response) -> Response:
    """A language that was asked for in the address is kept for the next pages."""
    tag = TAGS.get(request.args.get("lang", "").lower())
    if carried() is not None:  # the process that authenticated the person stores it
        return response
    if tag and not request.path.startswith("/api/"):
        if g.get("language") not in (None, tag) and g.get("actor") is not None:
            update_profile(
                core(), current_app.extensions["anping.delays"], g.actor, {"language": tag}
            )  # or the setting would win again
        response.set_cookie(COOKIE, tag, max_age=31_536_000, samesite="Lax", httponly=True)
    return response
