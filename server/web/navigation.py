"""The menu: six groups of pages in the order of a day's work, as far as a person may open them."""

from dataclasses import dataclass, replace
from typing import Final

from flask import g
from flask_babel import lazy_gettext as _

from server.accounts.actor import Actor
from server.accounts.roles import Action, Role


@dataclass(frozen=True)
class Entry:
    """A page of the menu; shown to those who may do `action` somewhere.

    `beneath` are addresses of pages without an entry of their own, to which it leads; `waits`:
    the number of waiting tasks is shown beside it; `icon`: its own at a phone's foot, if any.
    """

    path: str
    title: str
    action: Action
    beneath: tuple[str, ...] = ()
    waits: bool = False
    icon: str = ""


@dataclass(frozen=True)
class MenuGroup:
    """Pages that belong together, under an icon (templates/parts/icons.html)."""

    icon: str
    title: str
    entries: tuple[Entry, ...]


GROUPS: Final = (
    MenuGroup(
        "desk",
        _("工作台"),
        (
            Entry("/", _("总览"), "reports.read", beneath=("/search",)),
            Entry("/todo", _("待办"), "reports.read", waits=True, icon="todo"),
        ),
    ),
    MenuGroup(
        "publicity",
        _("宣传"),
        (
            Entry("/campaigns", _("宣传任务"), "read", beneath=("/led-packs",)),
            Entry("/takeovers", _("紧急插播"), "read", beneath=("/stop", "/approve")),
            Entry("/media", _("素材"), "read"),
            Entry("/slides", _("图文制作"), "content.write"),
            Entry("/playlists", _("播放列表"), "read"),
        ),
    ),
    MenuGroup(
        "screens",
        _("屏幕"),
        (
            Entry("/screens", _("显示屏"), "read", beneath=("/preview", "/labels", "/papers")),
            Entry("/venues", _("点位"), "read", beneath=("/vehicles",)),
            Entry("/map", _("地图"), "read"),
            Entry("/lines", _("公交线路"), "read"),
            Entry("/pair", _("绑定"), "screens.pair"),
        ),
    ),
    MenuGroup(
        "running",
        _("运行"),
        (
            Entry("/uptime", _("运行监测"), "reports.read"),
            Entry("/incidents", _("故障"), "read"),
            Entry("/uptime/maintenance", _("检修"), "reports.read"),
            Entry("/uptime/sheet", _("月报表"), "reports.read"),
        ),
    ),
    MenuGroup(
        "results",
        _("成效"),
        (
            Entry("/reports", _("报表"), "reports.read"),
            Entry("/reports/coverage", _("覆盖"), "reports.read", beneath=("/attestations",)),
            Entry("/board", _("看板"), "read"),
            Entry("/assessment-packs", _("考核材料"), "packs.read"),
            Entry("/spot-checks", _("抽查"), "reports.read"),
            Entry("/plays", _("播放记录"), "reports.read", beneath=("/quarantine",)),
        ),
    ),
    MenuGroup(
        "settings",
        _("设置"),
        (
            Entry("/settings", _("设置"), "reports.read"),
            Entry("/settings/audit", _("审计日志"), "audit.read"),
        ),
    ),
)

FIRST_PAGES: Final[tuple[tuple[Role, str], ...]] = (
    ("admin", "/"),
    ("publicity", "/"),
    ("reviewer", "/todo"),
    ("transport", "/uptime"),
    ("viewer", "/"),
    ("venue", "/screens"),
    ("auditor", "/reports"),
)
"""Where somebody's work begins, by the first of his roles in this order."""


KEYS: Final = {
    "o": "/",
    "s": "/screens",
    "v": "/venues",
    "u": "/uptime",
    "m": "/media",
    "i": "/slides",
    "l": "/playlists",
    "c": "/campaigns",
    "t": "/takeovers",
    "p": "/plays",
    "r": "/reports",
    "b": "/pair",
}
"""The letters that lead to a page of the menu, after a `g`."""


def key_places() -> list[tuple[str, Entry]]:
    """The letters of those pages that are in the menu of the person of this request."""
    there = {one.path: one for group in menu_for(g.get("actor")) for one in group.entries}
    return [(key, there[path]) for key, path in KEYS.items() if path in there]


def menu_for(actor: Actor | None) -> list[MenuGroup]:
    """The groups for a person, without what he may not open; none for a visitor."""
    if actor is None:
        return []
    groups = [
        replace(group, entries=tuple(one for one in group.entries if actor.roots(one.action)))
        for group in GROUPS
    ]
    return [group for group in groups if group.entries]


def first_page(actor: Actor) -> str:
    """The page that a person is shown after signing in."""
    roles = {grant.role for grant in actor.grants}
    return next((page for role, page in FIRST_PAGES if role in roles), "/")


def entry_of(path: str) -> Entry | None:
    """The entry of the page at a path: the one with the longest matching prefix, if any."""
    found = [
        (len(lead), entry)
        for group in GROUPS
        for entry in group.entries
        for lead in (entry.path, *entry.beneath)
        if path == lead or (lead != "/" and path.startswith(f"{lead}/"))
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def foot_bar(actor: Actor | None) -> list[tuple[MenuGroup, Entry]]:
    """What a phone has at its foot beside search and the menu: the overview, and his own work."""
    if actor is None:
        return []
    own = first_page(actor)
    wanted = ("/", own if own != "/" else "/campaigns")
    return [
        (group, entry)
        for group in menu_for(actor)
        for entry in group.entries
        if entry.path in wanted
    ]
