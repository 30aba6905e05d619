"""The routes answered by the reading process: all reading ones but those named here.

So a new page or report is computed there by default; the rule
`tests/rules/access/test_reading_routes.py` compares these tables with the routes.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

SAFE: Final = frozenset({"GET", "HEAD"})
NOBODYS_GUARDS: Final = frozenset({"open", "screen_only"})

ANYBODYS: Final[Mapping[str, str]] = {
    "openapi.spec": "the description is made out of all routes",
    "openapi.docs": "the same as a page",
}
"""Routes that strangers are answered there, too."""
OPEN: Final[Mapping[str, str]] = {
    **ANYBODYS,
    "overview_pages.front": "the overview of who is signed in",
    "approve_pages.approve_page": "what waits for who is signed in",
}
"""Routes that are open to all, but slow to read."""

AT_HAND: Final[Mapping[str, str]] = {
    "command_pages.commands_page": "needs the screen's socket",
    "screens_live.now": "needs the screen's socket",
    "exports.get_export_file": "a file, sent from the disk as it is",
    "led_packs.get_led_pack_file": "a file, sent from the disk as it is",
    "schedules.get_report_file": "a file, sent from the disk as it is",
    "map_pages.map_tile": "a file, sent from the disk as it is",
    "uploads.look_at_upload": "creates the asset, if the worker died before it did",
    "label_pages.labels_page": "creates the codes that are missing",
    "onsite.get_page_code": "creates the code if it is missing",
    "preview_pages.stage_file": "a file, sent from the disk as it is",
}
"""Routes that the web worker answers itself, and why."""

AT_NEED: Final = frozenset(
    {
        "approve_pages.approve_page",
        "emergency_pages.emergency_part",
        "takeovers.get_takeover",
        "takeovers.list_takeovers",
        "takeovers_pages.list_page",
        "takeovers_pages.new_page",
        "takeovers_pages.stop_page",
        "takeovers_pages.stopped_page",
        "takeovers_pages.takeover_page",
        "stops.get_stop",
        "stops.list_stops",
        "accounts.get_profile",
        "accounts.get_session",
        "accounts_pages.settings_page",
        "second_factor.get_second_factor",
        "second_factor_pages.second_factor_page",
    }
)
"""What a stop, a takeover and a sign-in need: where the reading process doesn't answer within two
seconds the web worker does itself, and plays wait a moment rather than a stop."""

QUESTIONS: Final = frozenset(
    {
        "campaigns.check_campaign",
        "outlooks.check_form",
        "outlooks.count_screens",
        "slides.check_fields",
        "slides.preview_slide",
        "imports.mark_venue_problems",
        "imports.mark_line_problems",
        "imports.mark_vehicle_problems",
        "imports.mark_screen_problems",
    }
)
"""POSTs that change nothing."""

TABLES: Final = frozenset(
    {
        "imports.import_venues",
        "imports.import_lines",
        "imports.import_vehicles",
        "imports.import_screens",
        "roster_import.import_roster_table",
    }
)
"""POSTs of tables: with `dry_run` they only read.

Else a child of the reading process that may write carries them out.
"""


def is_answered_there(endpoint: str, method: str, view: Callable[..., Any]) -> bool:
    """Whether the reading process answers a route."""
    if method not in SAFE:
        return method == "POST" and endpoint in QUESTIONS | TABLES
    if endpoint in OPEN:
        return True
    return getattr(view, "guard", "open") not in NOBODYS_GUARDS and endpoint not in AT_HAND
