"""People's actions in the past weeks of the demo district, each at its own time."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from server.campaigns.overrides.acknowledgements import note_receipt
from server.campaigns.workflow.state_clock import advance
from server.foundation.durations import DAY_S, MINUTE_MS
from server.foundation.public_ids import number
from server.operations.demo.content import ALL
from server.operations.demo.desk import Json, content_of
from server.operations.demo.founding import ADMIN, Office
from server.operations.demo.moving_clock import MovingClock
from server.operations.demo.past_weeks.contacts import Weeks
from server.operations.demo.past_weeks.photos import on_site
from server.operations.demo.past_weeks.story_venues import Picked
from server.simulator.wire.inside import inside

PIN: Final = "2580"
LATE: Final = 23
RECEIPT_MS: Final = 900
Act = Callable[[], None]


@dataclass(frozen=True)
class Story:
    """The actions; `clock` is set to the time of each."""

    office: Office
    picked: Picked
    clock: MovingClock
    weeks: Weeks

    def steps(self) -> Iterator[tuple[int, Act]]:
        """Actions by instant (ms)."""
        at = self.weeks.at
        for share, hour, minute, act in (
            (0.05, 9, 30, self._enter_special_days),
            (0.1, 10, 0, self._tag_places),
            (0.15, 9, 40, self._excuse_a_power_cut),
            (0.2, 10, 10, self._interrupt),
            (0.2, 10, 40, self._sweep),
            (0.3, 15, 0, self._drill),
            (0.3, 15, 30, self._sweep),
            (0.35, 9, 0, self._plan_rosters),
            (0.4, 9, 50, self._maintain_buses),
            (0.5, 11, 0, self._report_by_hand),
            (0.5, 14, 0, self._stop_a_screen),
            (0.6, 10, 30, self._take_one_back),
            (0.65, 13, 10, self._pause_by_pin),
            (0.7, 16, 0, self._report_a_fault),
            (0.75, 9, 15, self._pause_by_office),
            (0.8, 10, 0, self._send_one_back),
            (0.85, 10, 0, self._excuse_more),
            (0.88, 15, 20, self._throw_a_list_away),
            (0.9, 11, 30, self._report_by_hand_again),
            (0.95, 9, 30, self._press_on),
        ):
            yield at(share, hour, minute) * 1000, act
        yield (self.weeks.until_s - DAY_S) * 1000, self._order_reports

    def _enter_special_days(self) -> None:
        """Add the district's own holiday, and a working Saturday."""
        today = self._local().date()
        saturday = today + timedelta(days=(5 - today.weekday()) % 7)
        admin = self.office.desk(ADMIN)
        admin.does("PUT", f"/calendar/{saturday}", {"kind": "workday", "name": "集中宣传日值班"})
        later = f"/calendar/{today + timedelta(days=40)}"
        admin.does("PUT", later, {"kind": "holiday", "name": "江湾区水利节"})

    def _order_reports(self) -> None:
        """Order reports; the first ones come with the past's figures (`exports`)."""
        for kind, group_by in (
            ("daily", "campaign"),
            ("weekly", "unit"),
            ("monthly", "venue_kind"),
        ):
            body = {"kind": kind, "hour": LATE, "group_by": group_by}
            self.office.publicity.does("POST", "/report-schedules", body)

    def _tag_places(self) -> None:
        screens = self.picked.screens()
        for tags, chosen in (
            (["重点", "人流大"], screens[:4]),
            (["农村大喇叭联动"], screens[4:7]),
        ):
            body = {"action": "add_tags", "screen_ids": chosen, "tags": tags}
            self.office.publicity.does("POST", "/screens/bulk", body)

    def _excuse_a_power_cut(self) -> None:
        asked = self._asks_exemption(
            "power_cut", self.picked.screens()[2], 4, "供电公司停电通知〔2026〕18 号"
        )
        self.office.reviewer.does("POST", f"/exemptions/{asked}/approve", {"opinion": "同意"})

    def _excuse_more(self) -> None:
        """Request exemptions: one rejected, one pending."""
        screens = self.picked.screens()
        asked = self._asks_exemption("closed", screens[3], 30, "")
        path = f"/exemptions/{asked}/reject"
        self.office.reviewer.does("POST", path, {"reason": "请补充停业通知"})
        self._asks_exemption("refurbishment", screens[5], 72, "装修开工备案 2026-077")

    def _asks_exemption(self, code: str, screen: str, hours: int, file: str) -> str:
        return self.office.publicity.makes(
            "/exemptions",
            selector={"screen_ids": [screen]},
            code=code,
            file=file,
            note="物业已确认。",
            **{"from": self._iso(), "until": self._iso(hours)},
        )

    def _interrupt(self) -> None:
        """Start a takeover that is approved, acknowledged by nearly all screens, and expired."""
        kinds = ["hospital", "community", "bank", "supermarket"]
        made = self._takeover(selector={"venue_kinds": kinds}, label="冒充客服退款预警")
        self.office.reviewer.does("POST", f"/takeovers/{made}/approve", {"opinion": "同意，立即发"})
        found = self.office.publicity.does("GET", f"/takeovers/{made}")
        now_ms = self.clock.now_ms()
        for place, screen in enumerate(found["acknowledgements"]):
            if place % 11 != 7:
                at_ms = now_ms + RECEIPT_MS + 137 * (place % 19)
                note_receipt(self.office.core, number("screen", screen["screen_id"]), made, at_ms)
        # It lasts ten minutes. In a short past the next actions would fall into it, and a screen
        # can't be paused meanwhile.
        self.clock.at_ms += 10 * MINUTE_MS

    def _drill(self) -> None:
        made = self._takeover(selector=ALL, label="季度应急演练", drill=True)
        path = f"/takeovers/{made}/reject"
        self.office.reviewer.does("POST", path, {"reason": "今天有考试，改到下周"})

    def _takeover(self, **more: Any) -> str:
        asset = next(iter(self.office.assets.values()))
        body = {"asset_id": asset, "reason": "辖区连发警情", "emergency": True, **more}
        return self.office.publicity.makes("/takeovers", **body)

    def _sweep(self) -> None:
        advance(self.office.core)

    def _plan_rosters(self) -> None:
        """Set rosters with two of three vehicles of a line on some days."""
        transport = self.office.desk("jiaotong")
        line = next(iter(self.office.lines.values()))
        venues = [
            self.office.venues[place]
            for place, venue in enumerate(self.picked.layout.venues)
            if venue.line and self.office.lines[venue.line] == line
        ]
        run = [one for place, one in enumerate(venues) if place % 3 != 2]
        duties = [{"venue_id": one, "services": [["06:00", "21:30"]]} for one in run]
        for day in range(1, 4):
            date = (self._local() + timedelta(days=day)).date()
            transport.does("PUT", f"/lines/{line}/rosters/{date}", {"vehicles": duties})

    def _maintain_buses(self) -> None:
        moving = self.picked.screens(moving=True) or self.picked.screens()
        desk = self.office.publicity
        for screens, hours, reason in (
            (moving[:2], (1, 5), "车厢屏支架加固"),
            (self.picked.screens()[-2:], (24 * 45, 24 * 45 + 6), "屏体除尘保养"),
        ):
            body = {"screen_ids": screens, "reason": reason}
            span = {"from": self._iso(hours[0]), "until": self._iso(hours[1])}
            desk.does("POST", "/maintenance", {**body, **span})

    def _report_by_hand(self) -> None:
        """Report by hand for venues with their own screens, approved."""
        for count, venue in enumerate(self._who_report()[:3]):
            made = self._attests(venue, count)
            path = f"/attestations/{made}/approve"
            self.office.reviewer.does("POST", path, {"opinion": "照片清楚，同意"})

    def _report_by_hand_again(self) -> None:
        """Report again: one pending, one rejected, the others approved."""
        for count, venue in enumerate(self._who_report()[:6]):
            made = f"/attestations/{self._attests(venue, 5 + count)}"
            if count == 1:
                reason = {"reason": "照片看不出是哪个点位"}
                self.office.reviewer.does("POST", f"{made}/reject", reason)
            elif count > 1:
                self.office.reviewer.does("POST", f"{made}/approve", {"opinion": "同意"})

    def _who_report(self) -> Sequence[str]:
        """Venues without our player; empty before the first full day."""
        first, last = self._reported()
        return self.picked.venues(access="manual") if first <= last else ()

    def _reported(self) -> tuple[date, date]:
        """Up to eight past days, as far as there are any."""
        last = (self._local() - timedelta(days=1)).date()
        return max(last - timedelta(days=7), self._day(self.weeks.from_s * 1000).date()), last

    def _attests(self, venue: str, seed: int) -> str:
        first, last = self._reported()
        made = self.office.publicity.makes(
            "/attestations",
            venue_id=venue,
            days=1 + (last - first).days,
            plays_per_day=40 + 10 * seed,
            person="值班人员",
            note="U 盘循环播放，照片为当天拍摄。",
            **{"from": first.isoformat(), "to": last.isoformat()},
        )
        photo = on_site(("common_scams", "hotlines", "slogan")[seed % 3], seed)
        self.office.publicity.uploads(f"/attestations/{made}/photos", "现场.jpg", photo)
        return made

    def _stop_a_screen(self) -> None:
        """Stop a screen's content at once; lifted by another person."""
        screen = self.picked.screens()[0]
        body = {"selector": {"screen_ids": [screen]}, "mode": "safe"}
        made = self.office.publicity.makes("/stop", **body)
        now_ms = self.clock.now_ms()
        note_receipt(self.office.core, number("screen", screen), made, now_ms + RECEIPT_MS)
        self.clock.at_ms += 6 * MINUTE_MS
        self.office.reviewer.does("DELETE", f"/stop/{made}")

    def _take_one_back(self) -> None:
        campaign = self.office.campaigns["旧版短信提醒"]
        self.office.publicity.does("POST", f"/campaigns/{campaign}/withdraw")

    def _send_one_back(self) -> None:
        campaign = self.office.campaigns["电梯海报同步上屏"]
        path = f"/campaigns/{campaign}"
        self.office.publicity.does("POST", f"{path}/submit", {"include_assets": True})
        self.office.reviewer.does("POST", f"{path}/reject", {"reason": "请先确认小区名单"})

    def _throw_a_list_away(self) -> None:
        """Delete a playlist, so that the recycle bin has an item."""
        playlist = self.office.publicity.makes("/playlists", name="国庆值班提醒（旧）", items=[])
        self.office.publicity.does("DELETE", f"/playlists/{playlist}")

    def _pause_by_pin(self) -> None:
        """Pause a venue's screen by PIN for a meeting."""
        screen = self.picked.screens()[1]
        venue = f"/venues/{self.picked.venue_of(screen)}"
        self.office.publicity.does("PATCH", venue, {"pause_pin": PIN})
        self._on_site(screen, "pause", {"pin": PIN, "reason": "大厅开会"})

    def _report_a_fault(self) -> None:
        """Report faults from phones; one is handled and closed."""
        screens = self.picked.screens()
        fault = {"kind": "frozen", "text": "画面从中午起没有动过"}
        self._on_site(screens[2], "fault", fault)
        found = self.office.publicity.does("GET", "/incidents?code=reported")["items"][0]
        path = f"/incidents/{found['id']}"
        self.office.publicity.does("POST", f"{path}/acknowledge")
        self.office.publicity.does("PATCH", path, {"cause": "box", "note": "重启后正常。"})
        self.clock.at_ms += 40 * MINUTE_MS
        self.office.publicity.does("POST", f"{path}/close")
        self._on_site(screens[-1], "fault", {"kind": "damaged", "text": "右下角有一块不亮"})

    def _on_site(self, screen: str, act: str, body: Json) -> None:
        """Act on the phone page behind the screen's QR code."""
        code = self.office.publicity.does("GET", f"/screens/{screen}/code")["code"]
        headers = {"Content-Type": "application/json"}
        content = json.dumps(body).encode()
        path = f"/v/{code}/{act}"
        content_of(inside(self.office.wsgi).serve("POST", path, content, headers), f"POST {path}")

    def _pause_by_office(self) -> None:
        body = {"until": self._iso(2), "reason": "中考听力考试，周边静音关屏"}
        for screen in self.picked.screens()[3:5]:
            self.office.publicity.does("POST", f"/screens/{screen}/pause", body)

    def _press_on(self) -> None:
        """加急滚播: show one picture every few minutes, for some days."""
        until = f"{(self._local() + timedelta(days=10)).date()}T20:00:00{self._iso()[-6:]}"
        made = self.office.publicity.makes(
            "/campaigns/urgent",
            asset_id=list(self.office.assets.values())[1],
            selector={"venue_kinds": ["bank", "supermarket"]},
            every_s=600,
            until=until,
            reason="本周冒充客服退款警情上升",
        )
        self.office.reviewer.does("POST", f"/campaigns/{made}/approve", {"opinion": "同意"})

    def _local(self) -> datetime:
        return self._day(self.clock.now_ms())

    def _day(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, self.weeks.zone)

    def _iso(self, hours: float = 0) -> str:
        return (self._local() + timedelta(hours=hours)).isoformat(timespec="seconds")
