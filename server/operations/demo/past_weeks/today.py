"""The demo's current state: media in every state, keys, targets, checks, doubts."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.inventory.enrolment.keys import redeem_key
from server.inventory.enrolment.token_errors import TokenRefused
from server.operations.demo.desk import Json
from server.operations.demo.founding import ADMIN, Office
from server.operations.demo.past_weeks.contacts import Weeks
from server.operations.demo.past_weeks.map_outline import draw_map
from server.operations.demo.past_weeks.photos import drawn, jpeg


@dataclass(frozen=True)
class Lately:
    """The last days before today."""

    office: Office
    weeks: Weeks

    def leave_all(self) -> None:
        """Create everything."""
        self.keep_media()
        self.make_keys()
        self.make_targets()
        self.order_files()
        draw_map(self.office.core.settings.data / "map")
        self.office.desk(ADMIN).does("PATCH", "/settings", {"guide": {"hidden": True}})

    def keep_media(self) -> None:
        """Create media: ready, submitted, rejected, expiring soon, withdrawn, and a broken one."""
        desk, reviewer = self.office.publicity, self.office.reviewer
        poster = jpeg(drawn("common_scams", (1600, 900)), 88)
        made = desk.uploads("/assets", "社区宣传栏海报.jpg", poster)["id"]
        desk.does("PATCH", f"/assets/{made}", {"tags": ["社区", "海报"]})
        desk.uploads("/assets", "大堂立屏海报.jpg", jpeg(drawn("hotlines", (1080, 1920))))
        desk.uploads("/assets", "活动现场.jpg", b"\xff\xd8\xff\xe0" + bytes(400))
        waiting = self._slide("slogan", "冬季防骗提醒", {"lines": ["年终奖到账", "谨防冒充领导"]})
        desk.does("POST", f"/assets/{waiting}/submit")
        again = self._slide("slogan", "校园贷提醒", {"lines": ["校园贷是陷阱"]})
        desk.does("POST", f"/assets/{again}/submit")
        reviewer.does(
            "POST", f"/assets/{again}/reject", {"reason": "请改用“电信网络诈骗”的规范说法"}
        )
        ending = self._slide("slogan", "双十二购物提醒", {"lines": ["退款不用先付钱"]})
        last = (self._now() + timedelta(days=5)).date().isoformat()
        desk.does("PATCH", f"/assets/{ending}", {"expires_on": last})
        self._signs(ending)
        old = self._slide("slogan", "旧版口号", {"lines": ["天上不会掉馅饼"]})
        self._signs(old)
        desk.does("POST", f"/assets/{old}/withdraw")

    def _slide(self, template: str, name: str, fields: Json) -> str:
        return self.office.publicity.makes("/slides", template=template, fields=fields, name=name)

    def _signs(self, asset: str) -> None:
        self.office.publicity.does("POST", f"/assets/{asset}/submit")
        self.office.reviewer.does("POST", f"/assets/{asset}/approve")

    def make_keys(self) -> None:
        """Create keys: one valid, one revoked; an unknown box, and a refused one."""
        admin = self.office.desk(ADMIN)
        unit = self.office.units["三产服务科"]
        body = {"unit_id": unit, "venue_kind": "shop", "uses": 60, "expires_at": self._iso(24 * 30)}
        made = admin.does("POST", "/enrolment-keys", body)
        spare = admin.does("POST", "/enrolment-keys", {**body, "uses": 5})
        admin.does("DELETE", f"/enrolment-keys/{spare['id']}")
        redeem_key(self.office.core, made["key"], "NEW-0417")
        with suppress(TokenRefused):  # another box has that serial number, so the page reports it
            redeem_key(self.office.core, made["key"], "AP-00001", address="10.8.3.21")

    def make_targets(self) -> None:
        """Create targets, all paused: a demo has nobody to send to."""
        self._paused_target(
            name="宣传科值班（演示，停用）",
            url="http://127.0.0.1:9/anping",
            codes=["offline", "upstream", "clone_suspected", "reported"],
            quiet_hours={"from": "22:00", "until": "06:30"},
        )
        self._paused_target(
            name="分管领导日报（停用）", url="http://127.0.0.1:9/digest", events=["digest"]
        )

    def _paused_target(self, **fields: object) -> None:
        desk = self.office.publicity
        target = desk.makes("/notification-targets", kind="webhook", **fields)
        desk.does("PATCH", f"/notification-targets/{target}", {"active": False})

    def order_files(self) -> None:
        """Order packs for screens without the player."""
        desk = self.office.publicity
        campaign = self.office.campaigns["年末反诈集中宣传"]
        for size in ({"width": 1280, "height": 320}, {"width": 960, "height": 640}):
            desk.does("POST", f"/campaigns/{campaign}/led-packs", size)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.office.core.clock.now_ms() / 1000, self.weeks.zone)

    def _iso(self, hours: float) -> str:
        return (self._now() + timedelta(hours=hours)).isoformat(timespec="seconds")
