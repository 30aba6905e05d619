"""导入: pages on which tables of venues, lines, vehicles and screens are checked and imported."""

from typing import Any, Final

from flask import Blueprint, render_template

from server.accounts.guards import actor, needs
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.inventory.imports.registry import BUSES, LINES, SCREENS, VENUES, Table
from server.web.helpers import unit_choices

pages = Blueprint("import_pages", __name__)

COORDS: Final = (
    ("wgs84", Sentence("GPS、天地图（WGS-84）", "GPS (WGS-84)")),
    ("gcj02", Sentence("高德、腾讯（GCJ-02）", "Amap, Tencent (GCJ-02)")),
    ("bd09", Sentence("百度（BD-09）", "Baidu (BD-09)")),
)
# Title, label of the file, the list to go back to, and where to see the imported rows.
WORDS: Final = {
    "venues": (
        Sentence("导入点位", "Import venues"),
        Sentence("点位表（xlsx 或 csv）", "Table of venues (xlsx or csv)"),
        ("/venues", Sentence("点位", "Venues")),
        "/venues",
    ),
    "lines": (
        Sentence("导入线路", "Import lines"),
        Sentence("线路表（xlsx 或 csv）", "Table of lines (xlsx or csv)"),
        ("/lines", Sentence("线路和排班", "Lines and rosters")),
        "/lines",
    ),
    "vehicles": (
        Sentence("导入车辆和车载屏", "Import vehicles with their screens"),
        Sentence("车辆表（xlsx 或 csv）", "Table of vehicles (xlsx or csv)"),
        ("/venues", Sentence("点位", "Venues")),
        "/venues?kind=bus",
    ),
    "screens": (
        Sentence("导入显示屏", "Import screens"),
        Sentence("显示屏表（xlsx 或 csv）", "Table of screens (xlsx or csv)"),
        ("/screens", Sentence("显示屏", "Screens")),
        "/screens",
    ),
}


@pages.get("/venues/import")
@needs("venues.write")
def venues_page() -> str:
    """A table of venues."""
    return _page(VENUES)


@pages.get("/lines/import")
@needs("venues.write")
def lines_page() -> str:
    """A table of bus lines; rosters have a page of their own."""
    return _page(LINES)


@pages.get("/vehicles/import")
@needs("venues.write")
def vehicles_page() -> str:
    """A table of vehicles, each with its screen."""
    return _page(BUSES)


@pages.get("/screens/import")
@needs("screens.pair")
def screens_page() -> str:
    """A table of screens."""
    return _page(SCREENS)


def _page(table: Table) -> str:
    title, file_label, (back, back_title), see = WORDS[table.noun]
    with core().config.read() as session:
        units = unit_choices(session, actor())
    shown: dict[str, Any] = {
        "title": translate(title),
        "file_label": translate(file_label),
        "back_title": translate(back_title),
        "hints": [translate(line) for line in table.lines],
        "coords": [(code, translate(name)) for code, name in COORDS],
    }
    return render_template(
        "imports/import.html",
        here=table.noun,
        back=back,
        see=see,
        units=units,
        home=public("unit", actor().unit_id),
        may_pair=bool(actor().roots("screens.pair")),
        **shown,
    )
