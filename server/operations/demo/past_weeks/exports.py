"""The office's exports of the past: files of plays, an assessment pack, a spot check.

They need stored plays, so they come last, while the demo is already served.
"""

from datetime import date, timedelta
from typing import Final

from server.operations.demo import names
from server.operations.demo.desk import Desk

NOTE: Final = "afterwards"
CAPTURED_SCREENS: Final = 24
PACKED: Final = ("三产服务科", "市监分局", "卫健科", "交通运输分局", "城关街道")


def make_files(desk: Desk, first: date, made: date) -> None:
    """For the days before the demo's creation. Raises DeskRefused."""
    last = max(first, made - timedelta(days=1))
    span = {"from": max(first, last - timedelta(days=1)).isoformat(), "to": last.isoformat()}
    screens = [one["id"] for one in desk.does("GET", "/screens?limit=100")["items"]]
    for form, screen in (("csv", screens[0]), ("xlsx", screens[1])):
        desk.does("POST", "/plays/exports", {**span, "screen_id": screen, "form": form})
    units = {one["name"]: one["id"] for one in desk.does("GET", "/units?limit=100")["items"]}
    chosen = [units[name] for name in PACKED]
    days = {"from": first.isoformat(), "to": last.isoformat()}
    desk.does("POST", "/assessment-packs", {"unit_ids": [units[names.DISTRICT]], **days})
    desk.does("POST", "/assessment-packs", {"unit_ids": chosen, **days})
    for one in desk.does("GET", "/report-schedules")["items"]:
        desk.does("PATCH", f"/report-schedules/{one['id']}", {"hour": 0})
    body = {"action": "screenshot", "screen_ids": screens[:CAPTURED_SCREENS]}
    desk.does("POST", "/screens/bulk", body)
