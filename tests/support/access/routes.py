"""The objects of each route of the app: read from its url_map, with a table beside.

A route missing in the table is found by `unclassified`, with advice on the entry to add.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from werkzeug.routing import Rule

from tests.support.access.street import DAY
from tests.support.app.world import World

HERE: Final = "tests/support/access/routes.py"
BODIES: Final = "tests/support/access/bodies.py"
STREET: Final = "tests/support/access/street.py"

# What a parameter names, and a value of the same form that names nothing.
OBJECTS: Final = {
    "unit_id": "u_999",
    "user_id": "p_999",
    "venue_id": "v_999",
    "line_id": "n_999",
    "screen_id": "s_999",
    "key_id": "e_999",
    "asset_id": "a_999",
    "playlist_id": "l_999",
    "campaign_id": "k_999",
    "takeover_id": "t_999",
    "stop_id": "x_999",
    "attestation_id": "m_999",
    "exemption_id": "f_999",
    "spot_check_id": "z_999",
    "assessment_pack_id": "g_999",
    "maintenance_id": "w_999",
    "incident_id": "i_999",
    "report_id": "999",
    "command_id": "c_999",
    "bulk_id": "B_999",
    "binned_item_id": "D_999",
    "notification_target_id": "h_999",
    "duty_shift_id": "d_999",
    "led_pack_id": "lp_999",
    "token_id": "o_999",
    "play_export_id": "y_999",
    "report_schedule_id": "j_999",
    "report_file_id": "r_999",
    "upload": "0" * 32,
    "digest": "0" * 64,
    "file": "0" * 64,
}
# Parameters beside an object: they name a part of it, for any owner.
PARTS: Final = {
    "day": DAY,
    "list_name": "tools",
    "boot": "9f3c2a7be1d04c55",
    "name": "figures.json",
}

# Routes that ask by themselves: who comes from a message is sent to sign in first.
GUARDED: Final = {"/approve/<takeover_id>": "read"}
# Routes whose parameters name nothing that a unit owns.
NOBODYS: Final = {
    "/api/v1/calendar/<day>": "the district has one calendar",
    "/api/v1/reference-lists/<list_name>": "the district has one of each",
    "/player/<path:name>": "the player's files are for anyone",
    "/static/<path:name>": "the pages' files are for anyone",
    "/manifests/<digest>": "a manifest is public by its digest (docs/protocol.md 3)",
    "/preview/<name>": "the stage's files are the same for everyone",
    "/slides/<name>": "templates are the same for everyone",
    "/slides/<name>/example.png": "templates are the same for everyone",
    "/map/tiles/<int:z>/<int:x>/<int:y>.png": "the map's ground is the same for everyone",
    "/v/<code>": "whoever stands before the screen holds its code, with or without account",
    "/v/<code>/fault": "as above",
    "/v/<code>/pause": "as above",
    "/v/<code>/photo": "as above",
    "/v/<code>/resume": "as above",
    "/v/<code>/<any(pause, resume, fault, photo):_what>": "leads back to that page",
} | {
    f"/api/v1/player-releases/<release_id>{act}": "the whole district runs the same player"
    for act in ("", "/halt", "/resume", "/retry", "/roll-back", "/start")
}

# GET routes without an object: the query that makes them show what they have. `None`: it has
# nothing that belongs to a unit, so that a street's mark can't be expected of it.
SPAN: Final = f"from={DAY}&to={DAY}"
INSTANTS: Final = "from=2026-11-24T00:00:00%2B08:00&to=2026-11-25T00:00:00%2B08:00"
LISTS: Final[dict[str, str | None]] = {
    "/": None,
    "/campaigns/calendar": "",
    "/api/v1/assessment-packs": "",
    "/api/v1/assets": "",
    "/api/v1/attestations": "",
    "/api/v1/audit": "",
    "/api/v1/board": "",
    "/api/v1/board.xlsx": "",
    "/api/v1/bin": "",
    "/api/v1/calendar": None,
    "/api/v1/campaigns": "",
    "/api/v1/choices/screens": "",
    "/api/v1/choices/venues": "",
    "/api/v1/enrolment-keys": "",
    "/api/v1/enrolment-refusals": "",
    "/api/v1/exemptions": "",
    "/api/v1/incidents": "",
    "/api/v1/incidents.xlsx": "",
    "/api/v1/led-packs": "",
    "/api/v1/lines": "",
    "/api/v1/lines/export.xlsx": "",
    "/api/v1/lines/import/template.xlsx": None,
    "/api/v1/lines/rosters/import/template.xlsx": None,
    "/api/v1/maintenance": "",
    "/api/v1/map/points": "",
    "/api/v1/map/shapes": None,
    "/api/v1/me": "",
    "/api/v1/me/second-factor": None,
    "/api/v1/notification-targets": "",
    "/api/v1/duty-shifts": "",
    "/api/v1/duty-shifts/now": "",
    "/api/v1/player-releases": None,
    "/api/v1/playlists": "",
    "/api/v1/plays": INSTANTS,
    "/api/v1/plays/export": INSTANTS,
    "/api/v1/plays/export.csv": INSTANTS,
    "/api/v1/plays/export.xlsx": INSTANTS,
    "/api/v1/plays/exports": "",
    "/api/v1/plays/exports/estimate": None,
    "/api/v1/quarantine": "",
    "/api/v1/report-schedules": "",
    "/api/v1/reports/coverage": f"{SPAN}&group_by=venue",
    "/api/v1/reports/coverage.csv": f"{SPAN}&group_by=venue",
    "/api/v1/reports/coverage.xlsx": f"{SPAN}&group_by=venue",
    "/api/v1/reports/delivery": f"{SPAN}&group_by=screen",
    "/api/v1/reports/delivery.csv": f"{SPAN}&group_by=screen",
    "/api/v1/reports/delivery.xlsx": f"{SPAN}&group_by=screen",
    "/api/v1/reports/pauses": SPAN,
    "/api/v1/reports/pauses.xlsx": SPAN,
    "/api/v1/reports/plays": f"{SPAN}&group_by=campaign",
    "/api/v1/reports/plays.csv": f"{SPAN}&group_by=campaign",
    "/api/v1/reports/plays.xlsx": f"{SPAN}&group_by=campaign",
    "/api/v1/reports/uplift": "",
    "/api/v1/reports/uplift.csv": "",
    "/api/v1/reports/uplift.xlsx": "",
    "/api/v1/reports/uptime": f"{SPAN}&group_by=screen",
    "/api/v1/reports/uptime.csv": f"{SPAN}&group_by=screen",
    "/api/v1/reports/uptime.xlsx": f"{SPAN}&group_by=screen",
    "/api/v1/reference-lists": None,
    "/api/v1/reports/screen-register": "",
    "/api/v1/screens": "",
    "/api/v1/screens/export.xlsx": "",
    "/api/v1/screens/import/template.xlsx": None,
    "/api/v1/search": "q=Q7",
    "/api/v1/session": "",
    "/api/v1/settings": None,
    "/api/v1/slide-templates": None,
    "/api/v1/spot-checks": "",
    "/api/v1/spot-checks/plan": None,
    "/api/v1/spot-checks/statistic": None,
    "/api/v1/stop": "",
    "/api/v1/takeovers": "",
    "/api/v1/tokens": "",
    "/api/v1/units": "",
    "/api/v1/users": "",
    "/api/v1/vehicles/export.xlsx": None,
    "/api/v1/vehicles/import/template.xlsx": None,
    "/api/v1/venues": "",
    "/api/v1/venues/export.xlsx": "",
    "/api/v1/venues/import/template.xlsx": None,
    "/assessment-packs": "",
    "/assessment-packs/new": "",
    "/attestations": "",
    "/attestations/new": "",
    "/board": "",
    "/campaigns": "",
    "/campaigns/new": "",
    "/incidents": "",
    "/incidents/orders": "",
    "/labels": "",
    "/led-packs": "",
    "/lines": "",
    "/lines/import": "",
    "/lines/rosters/import": None,
    "/map": "",
    "/media": "",
    "/papers/filing": "screen_id={screen_id}",
    "/papers/register": "",
    "/pair": "venue_id={venue_id}",
    "/playlists": "",
    "/playlists/new": "",
    "/plays": "",
    "/plays/exports": "",
    "/preview": "",
    "/preview/plan": "screen={screen_id}&draft={campaign_id}",
    "/preview/stage": "screen={screen_id}",
    "/quarantine": "",
    "/reports": "group_by=screen",
    "/reports/coverage": "",
    "/reports/coverage/venues": "",
    "/reports/pauses": "",
    "/reports/schedules": "",
    "/screens": "",
    "/screens/arrivals": "",
    "/screens/import": None,
    "/help": None,
    "/help/news": None,
    "/search": "q=Q7",
    "/settings": "",
    "/settings/audit": "",
    "/settings/bin": "",
    "/settings/calendar": None,
    "/settings/lists": None,
    "/settings/enrolment-keys": "",
    "/settings/exemptions": "",
    "/settings/exemptions/new": "",
    "/settings/notifications": "",
    "/settings/on-duty": "",
    "/settings/notifications/new": "",
    "/settings/people": "",
    "/settings/second-factor": None,
    "/settings/player": None,
    "/settings/units": "",
    "/slides": None,
    "/spot-checks": "",
    "/stop": "",
    "/takeovers": "",
    "/takeovers/new": "",
    "/uptime": "",
    "/uptime/maintenance": "",
    "/uptime/maintenance/new": "",
    "/uptime/sheet": "",
    "/vehicles/import": "",
    "/venues": "",
    "/venues/import": "",
    "/venues/new": "",
    "/emergency": "",
    "/start": None,
    "/todo": None,
    "/waiting": None,
}
# Routes that don't know who asks, or are about the asking person's own session only.
MACHINES: Final = {
    "/healthz", "/readyz", "/metrics", "/player", "/player/", "/player/config.json",
    "/api/docs", "/api/openapi.json", "/api/v1/player/pairing",
    "/api/v1/player/token", "/login", "/logout",
}  # fmt: skip
# Writing routes without an object of a unit.
ALONE: Final = {
    "POST /api/v1/session": "one's own session",
    "POST /api/v1/session/code": "one's own session",
    "DELETE /api/v1/session": "one's own session",
    "POST /api/v1/campaigns/starter": "what the server brought itself, for one's own screens",
    "POST /api/v1/starter/submit": "what the server brought itself",
    "POST /api/v1/uploads": "one's own upload, into one's own unit",
}

# What a request to an object needs beside it, to come as far as the object.
QUERIES: Final = {
    "/api/v1/plays/exports/estimate": SPAN,
    "/api/v1/screens/<screen_id>/seat": "at=2026-11-24T09:30:00%2B08:00",
    "/api/v1/screens/<screen_id>/explain": "at=2026-11-24T09:30:00%2B08:00",
    "/api/v1/screens/<screen_id>/hours": f"day={DAY}",
    "/api/v1/assets/<asset_id>/image": "shape=1:1",
    "/api/v1/lines/<line_id>/rosters": SPAN,
}


@dataclass(frozen=True)
class Door:
    """One method of one address; `objects` are the parameters that name something of a unit."""

    method: str
    rule: str
    guard: str
    objects: tuple[str, ...]
    module: str
    body: type[BaseModel] | None = None
    query: tuple[type[BaseModel], ...] = ()

    @property
    def name(self) -> str:
        """How it is called in a list of faults."""
        return f"{self.method} {self.rule}"

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method not in {"GET", "HEAD"}

    def path(self, ids: dict[str, str]) -> str:
        """The address of an object."""
        path = self.rule.replace("/files/<digest>", f"/files/{ids['file']}")
        for parameter, value in {**PARTS, **ids}.items():
            path = path.replace(f"<{parameter}>", value)
        query = (LISTS.get(self.rule) or QUERIES.get(self.rule, "")) if not self.writes else ""
        return f"{path}?{query.format_map(ids)}" if query else path


def doors(world: World) -> list[Door]:
    """Each method of each route that people use, those of players and machines left out.

    What takes something away comes last.
    """
    found = [
        _door(world, rule, method)
        for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or set()) - {"OPTIONS"})
        if _is_peoples(world, rule, method)
    ]
    return sorted(found, key=lambda door: door.method == "DELETE")


def of_objects(world: World) -> list[Door]:
    """Those that name an object."""
    return [door for door in doors(world) if door.objects]


def lists(world: World) -> list[Door]:
    """Those that are read without naming an object."""
    return [door for door in doors(world) if door.rule in LISTS and door.method == "GET"]


def unclassified(world: World, bodies: dict[str, Any]) -> Iterator[str]:
    """A sentence for each route without a classification."""
    for door in doors(world):
        rule = door.rule
        strange = {name for name in _names(rule) if name not in OBJECTS | PARTS}
        if strange:
            yield (
                f"{door.name} names {', '.join(sorted(strange))}: make one in each street "
                f"({STREET}), and say in OBJECTS what names nothing ({HERE}); if no unit owns it, "
                "say so in NOBODYS."
            )
        if not door.writes and not _names(rule) and rule not in LISTS:
            yield (
                f"{door.name}: say in LISTS ({HERE}) by which query it shows what a unit has, or "
                "None if it has nothing of the kind."
            )
        if door.name in bodies or not door.writes or door.name in ALONE:
            continue
        if door.body is not None:
            yield f"{door.name}: say in BODIES ({BODIES}) what it takes."
        elif not door.objects:
            yield f"{door.name}: say in BODIES ({BODIES}) what it takes, or in ALONE ({HERE}) why."


def _door(world: World, rule: Rule, method: str) -> Door:
    view = world.app.view_functions[rule.endpoint]
    spec = vars(view).get("_spec", {})
    query = tuple(model for model, place in spec.get("args") or () if place == "query")
    guard, objects = _guard(world, rule), _objects(rule)
    return Door(method, rule.rule, guard, objects, view.__module__, spec.get("body"), query)


def _is_peoples(world: World, rule: Rule, method: str) -> bool:
    guard = _guard(world, rule)
    if guard == "screen_only" or rule.rule in NOBODYS or rule.rule in MACHINES:
        return False
    return not (method == "HEAD" and "GET" in (rule.methods or set()))


def _names(rule: str) -> set[str]:
    return {part[1:-1] for part in rule.replace(".", "/").split("/") if part.startswith("<")}


def _objects(rule: Rule) -> tuple[str, ...]:
    named = [name for name in OBJECTS if name in rule.arguments]
    return tuple(sorted(named, key=rule.rule.index))


def _guard(world: World, rule: Rule) -> str:
    guard = GUARDED.get(rule.rule)
    return guard or str(getattr(world.app.view_functions[rule.endpoint], "guard", "open"))
