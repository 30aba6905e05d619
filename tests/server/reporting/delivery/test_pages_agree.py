"""No two pages have different figures for the same: each is held against the report.

Pages mark their figures (`data-figure`, `data-of`); of each page that is listed here every marked
figure is known, and is the report's to the last digit that is printed.
"""

import csv
import io
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from server.accountability.board import serializers as board_figures
from server.foundation.i18n import share_text
from server.reporting.delivery.columns import TABLE_COLUMNS
from server.reporting.delivery.figures import Figures
from server.web.console.campaigns import campaigns
from server.web.console.fleet import history
from server.web.console.reports import assessment, delivery, overview
from server.web.console.screens import screens
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.app.world import make_world
from tests.support.reporting.assessment import fetched, rows_of, sheet_of
from tests.support.reporting.marked_figures import printed
from tests.support.reporting.random_district import RandomDistrict, make_random_district
from tests.support.reporting.reports import report

pytestmark = pytest.mark.slow

TODAY = {"from": "2026-11-24", "to": "2026-11-24"}
WEEK = {"from": "2026-11-18", "to": "2026-11-24"}
PLAYS = ("confirmed", "expected", "delivery_rate")
ALL_PLAYS = tuple(one.key for one in TABLE_COLUMNS)
Wanted = dict[tuple[str, str], str]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> RandomDistrict:
    return make_random_district(make_world(tmp_path_factory.mktemp("district")), seed=20261124)


@pytest.fixture(scope="module")
def officer(district: RandomDistrict) -> Person:
    return sign_in(district.world, "publicity")


def text_of(figure: str, value: float | None) -> str:
    """As every page prints it."""
    if figure in {"delivery_rate", "coverage"}:
        return share_text(value)
    return f"{value:,}"


def of(key: str, figures: Mapping[str, Any], names: tuple[str, ...] = PLAYS) -> Wanted:
    return {(key, name): text_of(name, figures[name]) for name in names}


def hold(person: Person, path: str, wanted: Wanted) -> None:
    """The page's marked figures are these, no more and no fewer, each with one text."""
    answer = person.client.get(path)
    assert answer.status_code == 200, path
    found = printed(answer.text)
    assert found == {key: {text} for key, text in wanted.items()}, path


def hold_overview(person: Person) -> None:
    reported = report(person.client, group_by="campaign", **TODAY)
    assert reported["of_campaigns"]["delivery_rate"] != reported["totals"]["delivery_rate"]
    wanted = of("campaigns", reported["of_campaigns"]) | of(
        "", reported["totals"], ("delivery_rate",)
    )
    screens = person.client.get("/api/v1/board").json["unit"]
    wanted |= {("", "online"): f"{screens['online']} / {screens['screens']}"}
    hold(person, "/", wanted | {("", "dark"): str(screens["dark"])})


def hold_board(person: Person, by: str = "unit") -> None:
    level = person.client.get("/api/v1/board", query_string={"by": by}).json
    wanted: Wanted = {}
    for row in [level["unit"], *level["items"]]:
        if not row["venues"]:
            continue
        where = {f"{by}_id": row["unit_id"]} if row is not level["unit"] else {}
        if row["unit_id"] is None:
            continue  # venues in no territory are no filter of reports
        covered = report(person.client, "coverage", **WEEK, **where)["totals"]
        played = report(person.client, group_by="day", **TODAY, **where)["totals"]
        wanted |= of(row["unit_id"], played) if played["expected"] else {}
        if covered["venues"]:
            wanted |= of(row["unit_id"], covered, ("coverage", "reached", "venues"))
    page = printed(person.client.get(f"/board?by={by}").text)
    assert {key: texts for key, texts in page.items() if key[0] != ""} == {
        key: {text} for key, text in wanted.items()
    }


def hold_reports(person: Person) -> None:
    for group in ("campaign", "unit", "territory", "venue_kind", "venue", "screen", "line", "day"):
        reported = report(person.client, group_by=group, **TODAY)
        wanted = of("", reported["totals"], ALL_PLAYS)
        if reported["of_campaigns"]:
            wanted |= of("campaigns", reported["of_campaigns"], ALL_PLAYS)
        for row in reported["items"]:
            key = row.get(f"{group}_id", row.get(group)) or "none"
            wanted |= of(str(key), row, ALL_PLAYS)
        hold(person, f"/reports?group_by={group}", wanted)


def hold_coverage(person: Person) -> None:
    names = ("coverage", "venues", "online", "reached", "pending", "not_reached", "attested")
    for group in ("unit", "territory", "venue_kind"):
        reported = report(person.client, "coverage", group_by=group, **WEEK)
        wanted = of("", reported["totals"], names)
        for row in reported["items"]:
            key = row.get(f"{group}_id", row.get(group)) or "none"
            wanted |= of(str(key), row, names)
        page = printed(person.client.get(f"/reports/coverage?group_by={group}").text)
        assert {key: page.get(key) for key in wanted} == {key: {one} for key, one in wanted.items()}


def hold_campaigns(person: Person) -> None:
    for row in report(person.client, group_by="campaign", **TODAY)["items"]:
        if row["campaign_id"]:
            page = printed(person.client.get(f"/campaigns/{row['campaign_id']}").text)
            assert all(page["", name] == {text_of(name, row[name])} for name in PLAYS)


def hold_screens(person: Person) -> None:
    for row in report(person.client, group_by="screen", **TODAY)["items"]:
        hold(person, f"/screens/{row['screen_id']}", of("", row))


def hold_uptime(person: Person) -> None:
    """Of each screen: its days beside their plays."""
    month = {"from": "2026-10-26", "to": "2026-11-24"}
    for one in report(person.client, "uptime", group_by="screen", **month)["items"]:
        where = {**month, "screen_id": one["screen_id"], "group_by": "day"}
        plays = {row["day"]: row for row in report(person.client, **where)["items"]}
        days = {row["day"]: row for row in report(person.client, "uptime", **where)["items"]}
        page = printed(person.client.get(f"/uptime/screens/{one['screen_id']}").text)
        assert plays.keys() <= {key for key, _ in page}
        for day, row in plays.items():
            assert all(page[day, name] == {text_of(name, row[name])} for name in PLAYS), day
            assert page[day, "uptime_pct"] == {f"{days[day]['uptime_pct']:.2f} %"}
        assert page["", "uptime_pct"] == {headline(one)}


def hold_fleet(person: Person) -> None:
    """The headline, each unit and each screen; the month's sheet has the same of its days.

    What is dark now is what the board counts, also where a contact isn't stored yet.
    """
    days = {"from": "2026-11-11", "to": "2026-11-24"}
    whole = report(person.client, "uptime", group_by="unit", **days)
    page = printed(person.client.get("/uptime?by=unit").text)
    dark = person.client.get("/api/v1/board").json["unit"]["dark"]
    assert page.get(("", "dark"), {"0"}) == {str(dark)}
    assert page["", "uptime_pct"] == {headline(whole["totals"])}
    assert page["", "meets_target_pct"] == {share_text(whole["totals"]["meets_target_pct"] / 100)}
    for row in whole["items"]:
        assert page[row["unit_id"].removeprefix("u_"), "uptime_pct"] == {to_hundredths(row)}
    sheet = printed(person.client.get("/uptime/sheet?unit_id=u_1&month=2026-11").text)
    month = {"from": "2026-11-01", "to": "2026-11-24"}
    reported = report(person.client, "uptime", group_by="screen", **month)
    assert sheet["", "uptime_pct"] == {to_hundredths(reported["totals"])}
    for row in reported["items"]:
        assert sheet[row["screen_id"], "uptime_pct"] == {to_hundredths(row)}


def headline(row: Mapping[str, Any]) -> str:
    return share_text(row["up_s"] / row["monitored_s"])


def to_hundredths(row: Mapping[str, Any]) -> str:
    return f"{row['uptime_pct']:.2f} %"


def hold_pack(person: Person) -> None:
    """A pack of the district and a street: its page, and the sheet of each as a workbook."""
    pack = pack_of(person)
    reported = {
        unit: report(person.client, unit_id=unit, **WEEK)["totals"] for unit in ("u_1", "u_3")
    }
    wanted = of("", reported["u_1"], ("delivery_rate",))
    for unit, totals in reported.items():
        covered = report(person.client, "coverage", unit_id=unit, **WEEK)["totals"]
        wanted |= of(unit, totals) | of(unit, covered, ("reached",))
    hold(person, f"/assessment-packs/{pack['id']}", wanted)
    for unit, totals in reported.items():
        last = rows_of(sheet_of(fetched(person, pack, f"files/{unit}.xlsx")))[-1]
        assert last["播放完成率"].value == pytest.approx(totals["delivery_rate"], abs=1e-12)


def pack_of(person: Person) -> Any:
    """Made once in a district, as its papers take seconds."""
    path = "/api/v1/assessment-packs"
    found = person.client.get(path).json["items"]
    if not found:
        asked = person.client.post(path, json={"unit_ids": ["u_1", "u_3"], **WEEK})
        assert asked.status_code == 201, asked.text
        run_jobs(person.client.application.extensions["anping"])
        found = person.client.get(path).json["items"]
    return found[0]


def hold_files(person: Person) -> None:
    for group in ("unit", "campaign"):
        reported = report(person.client, group_by=group, **TODAY)
        path = "/api/v1/reports/delivery.csv"
        answer = person.client.get(path, query_string={**TODAY, "group_by": group})
        lines = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
        for line, row in zip(lines, [*reported["items"], reported["totals"]], strict=False):
            assert line["实播"] == str(row["confirmed"])
            assert_share(line["播放完成率"], row["delivery_rate"])
            if group == "campaign":
                assert_share(line["占实播"], row["confirmed"] / reported["totals"]["confirmed"])


def assert_share(printed_rate: str, share: float) -> None:
    """Per cent with two decimals."""
    assert float(printed_rate.removesuffix("%")) == pytest.approx(100 * share, abs=0.0051)


HOLDS: Mapping[str, Callable[[Person], None]] = {
    "overview": hold_overview,
    "board": hold_board,
    "board by territory": lambda person: hold_board(person, "territory"),
    "reports": hold_reports,
    "coverage": hold_coverage,
    "campaigns": hold_campaigns,
    "screens": hold_screens,
    "uptime": hold_uptime,
    "fleet and sheet": hold_fleet,
    "pack": hold_pack,
    "files": hold_files,
}


@pytest.mark.parametrize("page", HOLDS)
def test_a_page_has_the_reports_figures(
    district: RandomDistrict, officer: Person, page: str
) -> None:
    HOLDS[page](officer)


def test_as_many_screens_are_online_and_dark_on_the_board_as_in_the_list(
    district: RandomDistrict, officer: Person
) -> None:
    board = officer.client.get("/api/v1/board").json["unit"]
    listed = {
        state: len(officer.client.get(f"/api/v1/screens?limit=200&state={state}").json["items"])
        for state in ("online", "dark")
    }

    assert listed == {state: board[state] for state in listed}
    assert board["dark"] > 0


def _wrong(row: Mapping[str, Any], key: str) -> str:
    """A rate that forgets what was pre-empted and excused."""
    value = row.get(key)
    if key == "delivery_rate":
        return share_text(row["confirmed"] / row["expected"] if row.get("expected") else None)
    return "–" if value is None else f"{value:,}"


def _wrong_rate(row: Mapping[str, Any]) -> float | None:
    return row["confirmed"] / row["expected"] if row["expected"] else None


def _wrong_board(tally: Any) -> dict[str, Any]:
    plays: Figures = tally.plays
    return {**RIGHT_BOARD(tally), "delivery": _wrong_rate(plays.as_json())}


RIGHT_BOARD = board_figures.figures


class Wrong(NamedTuple):
    """A page, and what of it works out the rate by itself."""

    page: str
    module: ModuleType
    name: str
    how: Callable[..., Any]


WRONG = [
    Wrong(*one)
    for one in (
        ("overview", overview, "cell", _wrong),
        ("board", board_figures, "figures", _wrong_board),
        ("reports", delivery, "cell", _wrong),
        ("campaigns", campaigns, "cell", _wrong),
        ("screens", screens, "cell", _wrong),
        ("uptime", history, "cell", _wrong),
        ("pack", assessment, "delivery_rate_of", _wrong_rate),
    )
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda one: one.page)
def test_a_rate_that_a_page_works_out_by_itself_is_found(
    district: RandomDistrict, officer: Person, monkeypatch: pytest.MonkeyPatch, wrong: Wrong
) -> None:
    monkeypatch.setattr(wrong.module, wrong.name, wrong.how)

    with pytest.raises(AssertionError):
        HOLDS[wrong.page](officer)


@pytest.mark.long
@pytest.mark.parametrize("number", range(8))
def test_so_it_is_in_any_district(tmp_path: Path, number: int) -> None:
    seed = random.SystemRandom().randrange(10**9)
    made = make_random_district(make_world(tmp_path), seed)
    person = sign_in(made.world, "publicity")
    for page, hold_page in HOLDS.items():
        try:
            hold_page(person)
        except AssertionError as error:
            raise AssertionError(f"{page}, seed {seed}") from error
