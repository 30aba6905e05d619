"""The table of docs/quality.md: of each feature, which rules of the scale it keeps.

A feature is a folder of `server/` that has routes. Everything is read from files, nothing is run: a
test belongs to a feature if it imports a module of its folder or its namesake in tests/support, or
names one of its addresses.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
PAGE: Final = ROOT / "docs/quality.md"
BEGIN: Final = "<!-- written by `python -m tests.support.quality --write`: begin -->"
END: Final = "<!-- end -->"

BLUEPRINT: Final = re.compile(r"^(\w+) = (?:API)?Blueprint\(([^)]*)\)", re.MULTILINE)
PREFIX: Final = re.compile(r'url_prefix="([^"]*)"')
ROUTE: Final = re.compile(
    r'^@(\w+)\.(get|post|put|patch|delete)\("([^"]*)".*\n((?:@.*\n)*)', re.MULTILINE
)
MENTION: Final = re.compile(r"""["'][^"'\n]*/[^"'\n]*["']|(?:server|tests\.support)(?:\.\w+)+""")
WRITTEN: Final = ("*.py", "*.js")
ALTERING: Final = frozenset({"put", "patch", "delete"})

NO_FEATURES: Final = frozenset({"server/web"})
"""The frame of all pages, `/healthz` and the like."""
PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "server/accountability/coverage": ("/reports/coverage", "/reports/coverage/venues"),
    "server/accounts/audit_log": ("/settings/audit",),
    "server/accounts/directory": ("/settings/people", "/settings/units"),
    "server/accounts/recycle_bin": ("/settings/bin",),
    "server/campaigns/holidays": ("/settings/calendar",),
    "server/content/assets": ("/media", "/slides"),
    "server/content/uploads": ("/media",),
    "server/inventory/imports": tuple(
        f"/{noun}/import" for noun in ("venues", "lines", "vehicles", "screens")
    ),
    "server/monitoring/exemptions": ("/settings/exemptions",),
    "server/monitoring/on_call": ("/settings/on-duty",),
    "server/monitoring/response": ("/incidents", "/incidents/orders"),
    "server/monitoring/rosters": ("/lines/rosters/import",),
    "server/reporting/delivery": ("/reports",),
    "server/reporting/raw_log": ("/plays/exports",),
    "server/reporting/subscriptions": ("/reports/schedules",),
    "server/reporting/uptime": ("/uptime", "/uptime/sheet"),
    "server/reporting/venue_map": ("/map",),
}
"""Pages whose address isn't that of the API."""
HELPERS: Final[Mapping[str, str]] = {"server/content/uploads": "(?:tus_client|interrupted_upload)"}
"""Modules of tests/support with another name than the folder they belong to."""
REASONS: Final[Mapping[str, str]] = {
    "server/accountability/assessment": "0020-what-an-assessment-pack-freezes",
    "server/accountability/attestations": "0016-an-attestation-has-a-photo-and-a-share",
    "server/campaigns/overrides": "0031-what-a-stop-may-count-on",
    "server/campaigns/workflow": "0032-what-a-reviewer-is-shown",
    "server/inventory/devices": "0028-a-box-is-replaced-a-screen-stays",
    "server/monitoring/exemptions": "0014-an-exemption-is-for-the-screens-of-its-approval",
    "server/monitoring/notifications": "0022-what-is-worth-an-alert",
    "server/monitoring/response": "0022-what-is-worth-an-alert",
    "server/reporting/raw_log": "0019-exports-are-read-in-pieces-and-made-as-files",
    "server/reporting/venue_map": "0029-the-map-is-leaflet-on-a-canvas",
    "server/web/venue_page": "0026-who-stands-before-a-screen",
}
"""Decisions about a feature that name it by its noun and not by its folder."""

SPEAKING: Final[Mapping[str, tuple[str, ...]]] = {
    "own tests": ("tests/server", "tests/faults", "tests/security"),
    "journey": ("tests/journeys",),
    "attacked or broken": ("tests/security", "tests/faults"),
    "in the demo": ("server/operations/demo", "tests/server/operations/demo"),
}
"""Columns that hold if one of these folders covers the feature."""
TIERS: Final[Mapping[int, tuple[str, ...]]] = {
    1: ("own tests",),
    2: ("trail", "If-Match"),
    3: ("journey", "attacked or broken", "in the demo", "why"),
}
"""The columns of each tier; what else a tier asks for holds of every feature."""
COLUMNS: Final = tuple(column for columns in TIERS.values() for column in columns)
WRITERS: Final = ("audit_log.record", "campaigns.trail")
"""Modules by which acts come onto the trail."""
YES: Final = "yes"
NO: Final = "no"
NOT_ASKED: Final = "–"


@dataclass(frozen=True)
class Route:
    """A route as its module declares it."""

    method: str
    path: str
    marks: str

    @property
    def writes(self) -> bool:
        """Whether it changes something for a person; what players hand in has a log of its own."""
        is_persons = "/player/" not in self.path and "@screen_only" not in self.marks
        return self.method != "get" and is_persons and "@changes_nothing" not in self.marks


@dataclass(frozen=True)
class Feature:
    """A folder with routes."""

    folder: str
    routes: tuple[Route, ...]

    @property
    def spoken_of(self) -> re.Pattern[str]:
        """Its modules, its addresses, or those of its pages."""
        module = re.escape(self.folder.replace("/", "."))
        helper = HELPERS.get(self.folder, self.folder.rpartition("/")[2])
        paths = {route.path.removeprefix("/api/v1") for route in self.routes}
        addresses = "|".join(sorted(map(_written, {*paths, *PAGES.get(self.folder, ())})))
        return re.compile(
            rf"{module}\b|tests\.support(?:\.\w+)*\.{helper}\b"
            rf"|(?:(?<![\w}}])|(?<=base}}))(?:/api/v1)?(?:{addresses})(?=[\"'?#])"
        )


def _written(path: str) -> str:
    """An address as tests write it, with any values of its parameters."""
    return r"[^/\"']+".join(map(re.escape, re.split(r"<[^>]*>", path)))


def features() -> list[Feature]:
    """All of them, by folder."""
    found: dict[str, list[Route]] = {}
    for path in sorted((ROOT / "server").rglob("*.py")):
        folder = path.parent.relative_to(ROOT).as_posix()
        if folder not in NO_FEATURES and "/console" not in folder:
            found.setdefault(folder, []).extend(_routes(path.read_text(encoding="utf-8")))
    return [Feature(folder, tuple(routes)) for folder, routes in sorted(found.items()) if routes]


def _routes(text: str) -> Iterator[Route]:
    prefixes = {
        name: prefix[1] if (prefix := PREFIX.search(given)) else ""
        for name, given in BLUEPRINT.findall(text)
    }
    for name, method, path, marks in ROUTE.findall(text) if prefixes else ():
        if name in prefixes:
            yield Route(method, prefixes[name] + path, marks)


@cache
def mentions(folder: str) -> str:
    """The modules and addresses that are named below a folder, each once."""
    paths = (path for ending in WRITTEN for path in (ROOT / folder).rglob(ending))
    return "\n".join(
        sorted({one for path in paths for one in MENTION.findall(path.read_text("utf-8"))})
    )


@cache
def own_text(folder: str) -> str:
    """The text of all modules of a folder and below it."""
    return "\n".join(path.read_text("utf-8") for path in sorted((ROOT / folder).rglob("*.py")))


@cache
def reasons() -> str:
    """The pages with the reasons of the design."""
    paths = (*ROOT.glob("docs/decisions/*.md"), *ROOT.glob("docs/algorithms/*.md"))
    return "\n".join(path.read_text("utf-8") for path in paths)


def kept(feature: Feature) -> dict[str, str]:
    """By column whether the feature keeps it."""
    about, own = feature.spoken_of, own_text(feature.folder)
    writing = {route.method for route in feature.routes if route.writes}
    found = {
        column: YES if any(about.search(mentions(one)) for one in folders) else NO
        for column, folders in SPEAKING.items()
    }
    found["trail"] = _asked(any(one in own for one in WRITERS), bool(writing))
    found["If-Match"] = _asked("check_unchanged" in own, bool(writing & ALTERING))
    is_decided = feature.folder in reasons() or feature.folder in REASONS
    found["why"] = YES if is_decided else NO
    return {column: found[column] for column in COLUMNS}


def _asked(holds: bool, is_asked: bool) -> str:
    if not is_asked:
        return NOT_ASKED
    return YES if holds else NO


def tier_of(columns: Mapping[str, str]) -> int:
    """The highest tier up to which nothing is missing."""
    reached = 0
    for tier, names in TIERS.items():
        if NO in {columns[name] for name in names}:
            break
        reached = tier
    return reached


def in_markdown() -> str:
    """The table."""
    lines = [f"| feature | tier | {' | '.join(COLUMNS)} |", "| --- " * (len(COLUMNS) + 2) + "|"]
    for one in features():
        columns = kept(one)
        lines.append(f"| `{one.folder}` | {tier_of(columns)} | {' | '.join(columns.values())} |")
    return "\n".join(lines)


def with_table(text: str) -> str:
    """The page with today's table. Raises ValueError if it has no place for it."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no place for the table")
    return f"{head}{BEGIN}\n{in_markdown()}\n{END}{tail}"
