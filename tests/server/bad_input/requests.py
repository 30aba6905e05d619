"""Bad requests, credentials, places, people, reports and messages of players."""

from pathlib import Path
from typing import Any

from tests.server.bad_input.case import Case
from tests.server.bad_input.scene import Scene

BOOT = "9f3c2a7be1d04c55"
FOREIGN = {"Origin": "https://elsewhere.example"}


def shapes(scene: Scene, _folder: Path) -> list[Case]:
    """What isn't the JSON that was asked for."""
    units, name = "POST /units", {"name": "街道"}
    key = {"Idempotency-Key": "key-of-one-line"}

    def raw(kind: str, content: bytes, expected: str = "400 bad_json", **more: Any) -> Case:
        return Case(kind, "admin", units, expected, raw=content, **more)

    return [
        raw("broken JSON", b'{"name": "a",}'),
        raw("text that isn't UTF-8", b'{"name":"\xff"}'),
        raw("a NUL in a text", b'{"name":"a\\u0000"}', "422 invalid"),
        raw("JSON nested too deeply", b"[" * 500 + b"]" * 500),
        raw("the same name twice", b'{"name":"a","name":"b"}'),
        raw("a list instead of an object", b"[1, 2]", "422 invalid"),
        raw("a body of 5 MiB", b" " * (5 * 1024 * 1024), "413 too_large"),
        raw("another content type", b"name=a", "415 unsupported_media_type",
            content_type="text/plain"),
        Case("an unknown field", "admin", units, "422 invalid", {**name, "nmae": "x"}),
        Case("a missing field", "admin", units, "422 invalid", {}),
        Case("a number for a text", "admin", units, "422 invalid", {"name": 7}),
        Case("a used key with another body", "admin", "POST /lines", "422 idempotency_key_reused",
             {"name": "3 路"}, headers=key),
        Case("an old reading", "admin", f"PATCH /lines/{scene.ids['line']}", "412 changed",
             {"name": "9 路"}, headers={"If-Match": '"old"'}),
        Case("a method that isn't taken", "admin", "PUT /units", "405 method_not_allowed", {}),
        Case("an address that isn't there", "admin", "GET /api/v1/nothing", "404 not_found"),
        Case("a NUL in the address", "admin", "GET /units?q=%00", "400 bad_request"),
        Case("a host that is none", "admin", "GET /units", "400 bad_request",
             headers={"Host": "a b;c"}),
        Case("a bad cursor", "admin", "GET /units?cursor=here", "422 invalid"),
        Case("a limit of 0", "admin", "GET /units?limit=0", "422 invalid"),
        Case("a limit of 201", "admin", "GET /units?limit=201", "422 invalid"),
    ]  # fmt: skip


def credentials(scene: Scene, _folder: Path) -> list[Case]:
    """Who isn't let in."""
    create = "POST /units"
    name = {"name": "街道"}
    return [
        Case("no credential", "visitor", "GET /units", "401 unauthorized"),
        Case("a revoked token", "visitor", create, "401 unauthorized", name,
             headers={"Authorization": scene.kept["revoked"]}),
        Case("an expired token", "visitor", create, "401 unauthorized", name,
             headers={"Authorization": scene.kept["expired"]}),
        Case("no token against forgery", "without token", create, "403 csrf", name),
        Case("another site's page", "foreign page", create, "403 csrf", name, headers=FOREIGN),
        Case("a role that may not", "reviewer", create, "403 forbidden", name),
        Case("a wrong password", "visitor", "POST /session", "401 sign_in_failed",
             {"username": "chen.guang", "password": "guessed"}),
    ]  # fmt: skip


def foreign(scene: Scene, _folder: Path) -> list[Case]:
    """An object of each kind outside the scope is answered like a missing one."""
    ids = scene.ids
    read = {
        "campaigns": ids["live"],
        "playlists": ids["playlist"],
        "assets": ids["asset"],
        "takeovers": ids["takeover"],
        "exemptions": ids["exemption"],
        "stop": ids["stop"],
        "screens": ids["screen"],
        "spot-checks": ids["check"],
        "venues": ids["venue"],
        "attestations": ids["attestation"],
        "lines": ids["line"],
        "units": "u_1",
    }
    found = [
        Case(f"a foreign object: {noun}", "stranger", f"GET /{noun}/{one}", "404 not_found")
        for noun, one in read.items()
    ]
    return [
        *found,
        Case("an id of a wrong letter", "admin", f"GET /venues/{ids['screen']}", "404 not_found"),
        Case("an id that is none", "admin", "GET /venues/7", "404 not_found"),
    ]


def places(scene: Scene, _folder: Path) -> list[Case]:
    """Units, people, venues, screens, codes."""
    ids = scene.ids

    def pair(kind: str, code: str, expected: str) -> Case:
        body = {"user_code": code, "venue_id": ids["venue"], "name": "屏"}
        return Case(kind, "author", "POST /screens/pair", expected, body)

    def user(kind: str, expected: str, **changes: Any) -> Case:
        body = {"username": "zhao", "password": "three-plain-words-7", **changes}
        return Case(kind, "admin", "POST /users", expected, body)

    hours = {"hours": {"1": [["08:00", "25:00"]]}}
    return [
        pair("a wrong pairing code", "2222-2222", "422 wrong_code"),
        pair("a pairing code that ran out", ids["expired code"], "422 wrong_code"),
        pair("a pairing code that was used", ids["used code"], "422 wrong_code"),
        user("a weak password", "422 invalid", password="12345678"),
        user("a user name that is taken", "409 username_taken", username="chen.guang"),
        user("a user name with blanks", "422 invalid", username="a b"),
        user("an unknown role", "422 invalid", roles=["king"]),
        Case("a unit under its own child", "admin", f"PATCH /units/{ids['parent']}",
             "422 invalid", {"parent_id": ids["child"]}),
        Case("deleting a unit in use", "admin", f"DELETE /units/{ids['parent']}", "409 in_use"),
        Case("one's own roles", "admin", f"PATCH /users/{ids['own']}", "403 own_roles",
             {"roles": ["auditor"]}),
        Case("opening hours until 25:00", "author", "POST /venues", "422 invalid",
             {"name": "网点", "kind": "bank", **hours}),
        Case("a latitude of 91", "author", "POST /venues", "422 invalid",
             {"name": "网点", "kind": "bank", "lat": 91, "lon": 0}),
        Case("an unknown zone", "author", "POST /venues", "422 invalid",
             {"name": "网点", "kind": "bank", "timezone": "Mars/Olympus"}),
        Case("an unknown command", "author", f"POST /screens/{ids['screen']}/commands",
             "422 invalid", {"name": "explode"}),
        Case("a volume of 900", "author", f"POST /screens/{ids['screen']}/commands",
             "422 invalid", {"name": "volume", "args": {"level": 900}}),
        Case("a spot check of no kind", "author", "POST /spot-checks", "422 invalid",
             {"screen_id": ids["screen"], "kind": "film"}),
        Case("a draw of no screen", "author", "POST /spot-checks/draw", "422 invalid",
             {"selector": {"all": True}, "count": 0}),
        Case("a draw where none is on air", "author", "POST /spot-checks/draw", "409 none_on_air",
             {"selector": {"all": True}, "count": 3}),
        Case("a verdict without a picture", "author", f"POST /spot-checks/{ids['check']}/verdict",
             "409 no_picture", {"verdict": "good"}),
        Case("a verdict that is none", "author", f"POST /spot-checks/{ids['check']}/verdict",
             "422 invalid", {"verdict": "fine"}),
        Case("a plan of -1 checks", "admin", "PATCH /spot-checks/plan", "422 invalid",
             {"per_day": -1}),
        Case("a pause that is over", "author", f"POST /screens/{ids['screen']}/pause",
             "422 invalid", {"until": "2026-01-01T00:00:00+08:00", "reason": "检修"}),
        Case("a key without uses", "admin", "POST /enrolment-keys", "422 invalid",
             {"unit_id": "u_1", "venue_kind": "bus", "uses": 0,
              "expires_at": "2027-01-01T00:00:00Z"}),
    ]  # fmt: skip


def reports(_scene: Scene, _folder: Path) -> list[Case]:
    """Reports and the raw log."""
    return [
        Case("a report that ends before it begins", "author",
             "GET /reports/delivery?from=2026-11-20&to=2026-11-01", "422 invalid"),
        Case("a report of 90 years", "author",
             "GET /reports/delivery?from=1990-01-01&to=2080-01-01", "422 invalid"),
        Case("a report by nothing known", "author", "GET /reports/plays?group_by=mood",
             "422 invalid"),
        Case("an instant without offset", "author", "GET /plays?from=2026-11-20T00:00:00",
             "422 invalid"),
        Case("coverage by the hour", "author", "GET /reports/coverage?group_by=hour",
             "422 invalid"),
        Case("coverage of one screen", "author", "GET /reports/coverage?screen_id=s_1",
             "422 invalid"),
        Case("coverage that ends before it begins", "author",
             "GET /reports/coverage?from=2026-11-20&to=2026-11-01", "422 invalid"),
        Case("spot checks of 90 years", "author",
             "GET /spot-checks/statistic?from=1990-01-01&to=2080-01-01", "422 invalid"),
        Case("a spot check that is no thing", "author", "GET /spot-checks?standing=fine",
             "422 invalid"),
        Case("uplift that ends before it begins", "author",
             "GET /reports/uplift?from=2026-11-20&to=2026-11-01", "422 invalid"),
        Case("hours of a day that is none", "author",
             f"GET /screens/{_scene.ids['screen']}/hours?day=2026-02-30", "422 invalid"),
        Case("an export that ends before it begins", "author", "POST /plays/exports",
             "422 invalid", {"from": "2026-11-20", "to": "2026-11-01"}),
        Case("an export of no known form", "author", "POST /plays/exports", "422 invalid",
             {"from": "2026-11-20", "to": "2026-11-20", "form": "pdf"}),
        Case("an estimate without days", "author", "GET /plays/exports/estimate", "422 invalid"),
        Case("a file that isn't there", "author", "GET /plays/exports/y_9/file", "404 not_found"),
        Case("a report each fortnight", "author", "POST /report-schedules", "422 invalid",
             {"kind": "fortnightly"}),
        Case("a report at 24:00", "author", "POST /report-schedules", "422 invalid",
             {"kind": "daily", "hour": 24}),
        Case("a report of venues on the moon", "author", "POST /report-schedules", "422 invalid",
             {"kind": "daily", "filters": {"venue_kind": "moon"}}),
        Case("a seat at no time", "author", "GET /screens/s_1/seat?at=soon", "422 invalid"),
    ]  # fmt: skip


def attestations(scene: Scene, _folder: Path) -> list[Case]:
    """Attestations, and thresholds."""
    body = {"venue_id": scene.ids["manual venue"], "from": "2026-11-20", "to": "2026-11-22"}
    body |= {"days": 3, "plays_per_day": 40}
    one = f"/attestations/{scene.ids['attestation']}"

    def made(kind: str, expected: str, **changes: Any) -> Case:
        return Case(kind, "author", "POST /attestations", expected, {**body, **changes})

    return [
        made("an attestation of tomorrow", "422 invalid", to="2026-11-25"),
        made("an attestation backwards", "422 invalid", to="2026-11-01"),
        made("more days than there are", "422 invalid", days=4),
        made("an attestation for a player", "422 invalid", venue_id=scene.ids["venue"]),
        made("an attestation for nowhere", "404 not_found", venue_id="v_999"),
        made("an attestation of a frozen month", "409 frozen", **{"from": "2026-09-01"},
             to="2026-09-02", days=1),
        Case("a photo that is a text", "author", f"POST {one}/photos", "422 unsupported",
             file=("a.jpg", b"hello, this is text\n" * 99)),
        Case("a form without a photo", "author", f"POST {one}/photos", "422 invalid", {}),
        Case("approval without a photo", "reviewer", f"POST {one}/approve", "409 no_photo", {}),
        Case("a threshold above all", "admin", "PATCH /settings", "422 invalid",
             {"coverage": {"day_share": 1.2}}),
    ]  # fmt: skip


def players(scene: Scene, _folder: Path) -> list[Case]:
    """What players send."""
    batch: dict[str, Any] = {
        "boot": BOOT, "first": 1, "manifest": None, "clock": None, "assets": ["a" * 64],
        "segment": [-1], "cycle": [-1], "slot": [-1], "asset": [0], "start_ms": [1],
        "shown_ms": [1], "state": [0], "cause": [0], "error": [None],
    }  # fmt: skip
    bearer = scene.screen.headers

    def sent(kind: str, path: str, body: Any = None, raw: bytes | None = None) -> Case:
        call = f"POST /player/{path}"
        return Case(kind, "visitor", call, "400 malformed", body, raw=raw, headers=bearer)

    return [
        sent("plays: first below 1", "plays", {**batch, "first": 0}),
        sent("plays: columns of different length", "plays", {**batch, "state": [0, 0]}),
        sent("plays: text for a number", "plays", {**batch, "slot": ["x"]}),
        sent("plays: no boot", "plays", {"first": 1}),
        sent("plays: no events", "plays", {"boot": BOOT, "first": 1}),
        sent("plays: NaN", "plays", raw=b'{"boot":"a","wall_ms":NaN}'),
        sent("plays: no JSON", "plays", raw=b"plays"),
        sent("plays: a lost range backwards", "plays", {"boot": BOOT, "lost": [[5, 1, "x"]]}),
        sent("a beat without a state", "beat", {"boot": BOOT}),
        sent("a beat that is a list", "beat", []),
        sent("an exchange of clocks without a time", "clock", {}),
        sent("a manifest that is no digest", "switched", {"version": 1, "manifest": "x", "at": 1}),
        Case("a player without a token", "visitor", "POST /player/beat", "401 unauthorized", {}),
        Case("a page of no size", "visitor", "POST /player/pairing", "422 invalid",
             {"size": {"width": 0, "height": 1}}),
    ]  # fmt: skip
