"""Notifications and repairs: the public address, people on duty, a gateway, a repair."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.app.jobs import run_jobs
from tests.support.district.inventory import District
from tests.support.factories.notification_sinks import webhook_sink

ADDRESS = "https://anping.example.cn"
GATEWAY = "http://10.20.3.15:8080/anping"
SHIFTS = (([1, 2, 3, 4, 5], "08:30", "18:00"), ([6, 7], "09:00", "17:00"))


@contextmanager
def notified_by_gateway(here: District) -> Iterator[None]:
    """The office's own gateway receives notifications meanwhile; its address is the office's.

    Until the end the target leads to a sink of this process, so that no host is called.
    """
    here.admin.does("PATCH", "/settings", address={"public_url": ADDRESS})
    lin = str(here.lin.does("GET", "/me")["id"])
    for days, begins, ends in SHIFTS:
        here.chen.makes("/duty-shifts", user_id=lin, days=days, **{"from": begins, "until": ends})
    with webhook_sink() as sink:
        target = here.chen.makes(
            "/notification-targets",
            name="宣传科值班",
            kind="webhook",
            unit_id=here.units["滨江区"],
            url=sink.url,
            headers={"Authorization": "Bearer 7"},
            events=["raised", "recovered", "halted", "approval"],
            codes=["offline", "upstream", "clone_suspected"],
            quiet_hours={"from": "22:00", "until": "06:30"},
        )
        path = f"/notification-targets/{target}"
        here.chen.does("POST", f"{path}/test")
        yield
        run_jobs(here.world.core)
        here.chen.signs_in().does("PATCH", path, url=GATEWAY)


def follow_up_the_dark(here: District) -> None:
    """The transport office has seen to its dark screen: it is given to a firm."""
    zhao = here.people["zhao"]
    (found,) = zhao.does("GET", "/incidents?code=offline&state=open")["items"]
    path = f"/incidents/{found['id']}"
    zhao.does("POST", f"{path}/acknowledge")
    changes = {"cause": "power", "note": "灯箱电源跳闸，合闸后仍不亮。"}
    zhao.does("PATCH", path, **changes, assignee_id=zhao.does("GET", "/me")["id"])
    zhao.does("POST", f"{path}/dispatch", firm="滨江显示屏维修部", phone="0571-55553021")
