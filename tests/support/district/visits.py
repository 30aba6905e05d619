"""Every page of the console with whom it is for; ids are those of the district's story."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from playwright.sync_api import Browser, Page

from tests.support.district.inventory import District
from tests.support.district.office import PASSWORDS
from tests.support.district.story import ADMIN_PASSWORD
from tests.support.processes.web_worker import WebWorker

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


MENU_DOWN: Final = """height => {
    const menu = document.querySelector(".side");
    scrollTo({ top: 0, behavior: "instant" });
    if (!menu) return;
    menu.style.bottom = `${innerHeight - height}px`;
    menu.style.paddingBottom = `calc(1rem + ${height - innerHeight}px)`;
}"""


@dataclass(frozen=True)
class Visit:
    """A page by a short name, and who opens it."""

    name: str
    path: str
    who: str = "chen"


def visits(here: District) -> list[Visit]:
    """All pages that a person who is signed in can open."""
    screen, asset = here.screens["门诊大厅"], here.assets["案情通报：刷单返利"]
    campaign, draft = here.campaigns["年末反诈集中宣传"], here.campaigns["银行网点强化宣传"]
    return [
        Visit("overview", "/", "lin"),
        Visit("todo", "/todo", "lin"),
        Visit("screens", "/screens"),
        Visit("screen", f"/screens/{screen}"),
        Visit("bulk", "/screens/bulk/B_1"),
        Visit("screen-hours", f"/screens/{screen}/hours?day=2026-11-24"),
        Visit("screen-then", f"/screens/{here.screens['营业厅']}?at=2026-11-25T08:20"),
        Visit("commands", f"/screens/{screen}/commands"),
        Visit("preview", f"/preview?screen={here.screens['前台']}"),
        Visit("register", "/papers/register"),
        Visit("filing", f"/papers/filing?screen_id={screen}"),
        Visit("venues", "/venues"),
        Visit("venue", f"/venues/{here.venues['建设银行城关支行']}"),
        Visit("venue-new", "/venues/new"),
        Visit("board", "/board"),
        Visit("board-unit", f"/board?unit_id={here.units['城关街道']}"),
        Visit("board-territories", "/board?by=territory&view=list"),
        Visit("map", "/map"),
        Visit("search", "/search?q=银行"),
        Visit("screens-list", "/screens?view=list&sort=-venue"),
        Visit("venues-grid", "/venues?view=grid"),
        Visit("uptime", "/uptime"),
        Visit("uptime-units", "/uptime?by=unit&state=dark"),
        Visit("uptime-venue", f"/uptime/venues/{here.venues['区人民医院']}"),
        Visit("uptime-screen", f"/uptime/screens/{screen}"),
        Visit("uptime-sheet", f"/uptime/sheet?unit_id={here.units['卫健科']}"),
        Visit("maintenance", "/uptime/maintenance"),
        Visit("maintenance-work", "/uptime/maintenance/w_1"),
        Visit("maintenance-form", "/uptime/maintenance/new"),
        Visit("incidents", "/incidents"),
        Visit("repair-orders", "/incidents/orders?id=i_1"),
        Visit("lines", "/lines"),
        Visit("line", "/lines/n_1"),
        Visit("lines-import", "/lines/import"),
        Visit("rosters-import", "/lines/rosters/import"),
        Visit("venues-import", "/venues/import"),
        Visit("vehicles-import", "/vehicles/import"),
        Visit("screens-import", "/screens/import"),
        Visit("media", "/media"),
        Visit("asset", f"/media/{asset}"),
        Visit("slides", "/slides"),
        Visit("slide", "/slides/case_bulletin"),
        Visit("playlists", "/playlists"),
        Visit("playlist", f"/playlists/{here.playlists['反诈主列表']}"),
        Visit("playlist-new", "/playlists/new"),
        Visit("campaigns", "/campaigns"),
        Visit("campaign", f"/campaigns/{campaign}"),
        Visit("campaign-waiting", f"/campaigns/{here.campaigns['公交车厢宣传']}", "lin"),
        Visit("campaign-calendar", "/campaigns/calendar?month=2026-11"),
        Visit("campaign-screens", f"/campaigns/{campaign}/screens"),
        Visit("campaign-sheet", f"/campaigns/{campaign}/approval-sheet", "lin"),
        Visit("campaign-new", f"/campaigns/new?asset={asset}"),
        Visit("campaign-form", f"/campaigns/{draft}/edit"),
        Visit("takeovers", "/takeovers"),
        Visit("takeover", "/takeovers/t_1"),
        Visit("takeover-form", "/takeovers/new"),
        Visit("approve", "/approve/t_2", "lin"),
        Visit("on-duty", "/settings/on-duty"),
        Visit("stop-form", "/stop"),
        Visit("stop", "/stop/x_1"),
        Visit("plays", f"/plays?screen_id={screen}"),
        Visit(
            "plays-of-hour",
            f"/plays?screen_id={screen}&day=2026-11-24&hour=10&campaign_id={campaign}",
        ),
        Visit("quarantine", "/quarantine"),
        Visit("reports", "/reports"),
        Visit("reports-week", "/reports?from=2026-11-18&to=2026-11-24&group_by=unit"),
        Visit("pauses", "/reports/pauses"),
        Visit("labels", f"/labels?unit_id={here.units['卫健科']}"),
        Visit("coverage", "/reports/coverage"),
        Visit("coverage-venues", "/reports/coverage/venues?state=not_reached"),
        Visit("attestations", "/attestations"),
        Visit("attestation", "/attestations/m_1", "lin"),
        Visit("attestation-form", f"/attestations/new?venue_id={here.venues['万象商场']}"),
        Visit("spot-checks", "/spot-checks", "lin"),
        Visit("spot-checks-plan", "/spot-checks", "admin"),
        Visit("spot-check", "/spot-checks/z_38", "lin"),
        Visit("exports", "/plays/exports"),
        Visit("schedules", "/reports/schedules"),
        Visit("packs", "/assessment-packs"),
        Visit("pack", "/assessment-packs/g_1"),
        Visit("pack-form", "/assessment-packs/new"),
        Visit("pair", "/pair"),
        Visit("arrivals", "/screens/arrivals"),
        Visit("retire", f"/screens/{screen}/retire"),
        Visit("enrolment-keys", "/settings/enrolment-keys", "admin"),
        Visit("led-packs", f"/led-packs?campaign_id={campaign}"),
        Visit("led-packs-venue", f"/led-packs?venue_id={here.venues['万象商场']}"),
        Visit("attestation-choice", "/attestations/new"),
        Visit("settings", "/settings"),
        Visit("settings-rules", "/settings", "admin"),
        Visit("second-factor", "/settings/second-factor"),
        Visit("notifications", "/settings/notifications"),
        Visit("notification", "/settings/notifications/h_1?tried=q_1"),
        Visit("notification-robot", "/settings/notifications/new"),
        Visit("notification-webhook", "/settings/notifications/new?kind=webhook"),
        Visit("notification-mail", "/settings/notifications/new?kind=mail"),
        Visit("player-releases", "/settings/player", "admin"),
        Visit("player-releases-read", "/settings/player"),
        Visit("people", "/settings/people", "admin"),
        Visit("units", "/settings/units", "admin"),
        Visit("calendar", "/settings/calendar"),
        Visit("calendar-day", "/settings/calendar?day=2027-02-06", "admin"),
        Visit("exemptions", "/settings/exemptions"),
        Visit("exemption", "/settings/exemptions/f_1", "lin"),
        Visit("exemption-form", "/settings/exemptions/new"),
        Visit("audit", "/settings/audit", "admin"),
        Visit("lists", "/settings/lists", "admin"),
        Visit("bin", "/settings/bin", "admin"),
        Visit("help", "/help"),
        Visit("help-news", "/help/news"),
        Visit("missing", "/nowhere"),
    ]


def sign_in(browser: Browser, site: WebWorker, who: str, **options: object) -> Page:
    """An empty page of a person who has signed in; keyword arguments are a browser context's.

    The form of the sign-in is sent without the two pages around it, which hardly any test is about
    (tests/journeys opens them).
    """
    context = browser.new_context(**{"viewport": DESK, **options})
    password = ADMIN_PASSWORD if who == "admin" else PASSWORDS
    answer = context.request.post(
        f"{site.base}/login",
        form={"username": who, "password": password},
        headers={"Origin": site.base},
        max_redirects=0,
    )
    assert answer.status == HTTPStatus.SEE_OTHER, answer.text()
    return context.new_page()


def lengthen_menu(page: Page, height: int) -> None:
    """Let the menu, as tall as the window, go down to the end of a picture that is taller."""
    page.evaluate(MENU_DOWN, height)
