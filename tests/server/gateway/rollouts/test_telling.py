"""A halted roll-out is reported to those on duty for the district, once, in words."""

from typing import Any

import pytest

from server.gateway.rollouts import service
from server.inventory.district.models import DistrictSetting
from tests.support.app.clock import HOUR_MS
from tests.support.app.inventory import make_unit
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.notification_sinks import WebhookSink, webhook_sink
from tests.support.factories.releases import NEW, SOON, Rollout, build

pytestmark = pytest.mark.slow

TARGETS = "/api/v1/notification-targets"


@pytest.fixture
def rollout(world: World) -> Rollout:
    made = Rollout(world)
    with world.core.config.write() as session:
        person = sign_in(world, "admin")
        values = {"updates": "by_hand"}
        session.add(
            DistrictSetting(name="player", values=values, user_id=person.user_id, changed_at=0)
        )
    service.register(world.core, build(NEW))
    return made


def add_target(rollout: Rollout, sink: WebhookSink, **more: Any) -> str:
    """A target of the district, by default for all events."""
    body = {"name": "运维群", "kind": "webhook", "url": sink.url, "unit_id": "u_1", **more}
    made = rollout.admin.post(TARGETS, json=body)
    assert made.status_code == 201, made.text
    return str(made.json["id"])


def two_fail(rollout: Rollout) -> None:
    """The roll-out halts by itself."""
    rollout.add(14).pass_s(60)
    rollout.fates[rollout.screens[2].id] = "goes back"
    rollout.fates[rollout.screens[5].id] = "stalls"
    rollout.act("start", SOON)
    rollout.until(lambda: rollout.release()["state"] == "halted")


def a_person_halts(rollout: Rollout) -> None:
    rollout.add(4).pass_s(60)
    rollout.act("start", SOON)
    rollout.pass_s(30)
    rollout.act("halt", {"reason": "画面偏色"})


@pytest.mark.long
def test_one_that_halts_by_itself_is_reported_with_its_screens_and_a_remedy(
    rollout: Rollout,
) -> None:
    with webhook_sink() as sink:
        number = add_target(rollout, sink)
        add_target(rollout, sink, name="English", language="en")
        two_fail(rollout)
        rollout.pass_s(60)
        run_jobs(rollout.world.core)
        chinese, english = sorted(sink.texts, reverse=True)
    log = rollout.admin.get(f"{TARGETS}/{number}/messages").json["items"]

    assert f"【安屏】播放终端 {NEW} 的发布已自动暂停" in chinese
    assert "点位 3 大厅屏：新版本没有播放起来，终端自行退回" in chinese
    assert "点位 6 大厅屏：换版本后画面停滞或没有内容" in chinese
    assert "继续发布或全部退回" in chinese
    assert f"The roll-out of player {NEW} halted by itself" in english
    assert "it went back by itself" in english
    assert [(one["kind"], one["state"]) for one in log] == [("halted", "sent")]
    assert "发布暂停" in rollout.admin.get(f"/settings/notifications/{number}").text


def test_one_that_a_person_halts_names_him_and_why(rollout: Rollout) -> None:
    with webhook_sink() as sink:
        add_target(rollout, sink)
        a_person_halts(rollout)
        run_jobs(rollout.world.core)
        (text,) = sink.texts

    assert "的发布已暂停" in text
    assert "暂停：画面偏色" in text


def test_it_is_for_the_districts_duty_alone_and_for_who_wants_it(rollout: Rollout) -> None:
    unit = make_unit(rollout.world, "交通运输")
    with webhook_sink() as sink:
        add_target(rollout, sink, unit_id=f"u_{unit}")
        add_target(rollout, sink, level="district")
        add_target(rollout, sink, events=["raised", "recovered", "digest"])
        add_target(rollout, sink, active=False)
        assert "没有人会收到通知" in rollout.admin.get("/settings/player").text
        a_person_halts(rollout)
        run_jobs(rollout.world.core)
        assert sink.texts == []

        add_target(rollout, sink, name="值班群")
        assert "暂停时通知：值班群" in rollout.admin.get("/settings/player").text


def test_it_waits_for_the_end_of_quiet_hours_and_is_dropped_if_it_is_over_by_then(
    rollout: Rollout,
) -> None:
    quiet = {"from": "08:00", "until": "18:00"}
    with webhook_sink() as sink:
        number = add_target(rollout, sink, quiet_hours=quiet)
        add_target(rollout, sink)
        a_person_halts(rollout)
        run_jobs(rollout.world.core)
        assert len(sink.texts) == 1
        rollout.act("resume")
        rollout.world.clock.forward(12 * HOUR_MS)
        run_jobs(rollout.world.core)
        assert len(sink.texts) == 1

    path = f"{TARGETS}/{number}/messages"
    assert [one["state"] for one in sign_again(rollout).get(path).json["items"]] == ["dropped"]


def test_a_second_halt_is_reported_again(rollout: Rollout) -> None:
    with webhook_sink() as sink:
        add_target(rollout, sink)
        a_person_halts(rollout)
        rollout.act("resume")
        rollout.pass_s(20)
        rollout.act("halt", {"reason": "又发现一处"})
        run_jobs(rollout.world.core)

        assert len(sink.texts) == 1, "the first one was over before it was sent"
        assert "又发现一处" in sink.texts[0]


def test_who_halts_it_isnt_refused_for_what_went_on_meanwhile(rollout: Rollout) -> None:
    """A ring that begins while somebody types his reason changes the release's tag."""
    rollout.add(4).pass_s(60)
    rollout.act("start", SOON)
    rollout.pass_s(30)

    forms = rollout.admin.get("/settings/player").text.split("<form")

    halting, back = (
        next(one for one in forms if f"/{verb}" in one[:200]) for verb in ("halt", "roll-back")
    )
    assert "data-match" not in halting[:300]
    assert "data-match" in back[:300]


def sign_again(rollout: Rollout) -> Any:
    """The administrator's browser, hours later."""
    return sign_in(rollout.world, "admin").client
