"""The menu: what a person may open, in the order of a day's work."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from server.accounts.actor import Actor
from server.accounts.roles import Action


@dataclass(frozen=True)
class Entry:
    """One line of the menu; shown to those who may do `action` somewhere."""

    path: str
    title: str
    action: Action
    begins_group: bool = False


ENTRIES = (
    Entry("/", _("总览"), "reports.read"),
    Entry("/screens", _("显示屏"), "read"),
    Entry("/venues", _("点位"), "read"),
    Entry("/uptime", _("运行监测"), "reports.read"),
    Entry("/media", _("素材"), "read", begins_group=True),
    Entry("/slides", _("图文制作"), "content.write"),
    Entry("/playlists", _("播放列表"), "read"),
    Entry("/campaigns", _("宣传任务"), "read"),
    Entry("/takeovers", _("紧急插播"), "read"),
    Entry("/plays", _("播放记录"), "reports.read", begins_group=True),
    Entry("/reports", _("报表"), "reports.read"),
    Entry("/pair", _("绑定"), "screens.pair", begins_group=True),
    Entry("/settings", _("设置"), "reports.read"),
)

# Pages that have no line of their own, by the one that leads to them.
BENEATH = {
    "/venues": ("/lines", "/vehicles", "/board", "/map"),
    "/uptime": ("/incidents",),
    "/takeovers": ("/stop",),
    "/plays": ("/quarantine",),
    "/reports": ("/attestations", "/spot-checks", "/assessment-packs"),
}


def menu_for(actor: Actor | None) -> list[Entry]:
    """The entries for a person; none for a visitor."""
    if actor is None:
        return []
    return [entry for entry in ENTRIES if actor.roots(entry.action)]


def is_here(entry: Entry, path: str) -> bool:
    """Whether the page at `path` is below this entry."""
    if path.startswith(BENEATH.get(entry.path, ())):
        return True
    return path == entry.path or (entry.path != "/" and path.startswith(entry.path + "/"))
