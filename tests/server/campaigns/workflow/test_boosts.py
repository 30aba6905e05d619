"""Boosts: a campaign's target multiplied for some hours, at once, or not at all."""

from typing import Any

import pytest
from sqlalchemy import select

from server.accounts.models import AuditEntry
from server.campaigns.events import CampaignsChanged
from server.campaigns.planning.orders import load_orders
from server.inventory.screens.queries import facts
from tests.support.app.campaigns import Office, act, bank, draft, live, read

pytestmark = pytest.mark.slow

FROM, UNTIL = "2026-11-24T10:00:00+08:00", "2026-11-25T00:00:00+08:00"


def boost(office: Office, campaign_id: str, factor: float, **changes: Any) -> Any:
    body = {"factor": factor, "from": FROM, "until": UNTIL, "reason": "专项行动", **changes}
    return act(office.author, campaign_id, "boost", **body)


def test_a_boost_is_in_force_at_once_without_a_second_signature(office: Office) -> None:
    bank(office.world)
    campaign_id = live(office)

    answer = boost(office, campaign_id, 2)

    assert (answer.status_code, answer.json["gave_way"]) == (200, [])
    with office.world.core.config.read() as session:
        order = load_orders(session, office.world.clock.now_ms()).for_screen(facts(session)[0])[0]
    assert [(one.factor, one.from_ms, one.until_ms) for one in order.boosts] == [
        (2, 1_795_485_600_000, 1_795_536_000_000)
    ]
    shown = read(office.author, campaign_id)["boosts"]
    assert [(one["factor"], one["from"], one["reason"]) for one in shown] == [(2, FROM, "专项行动")]


def test_it_is_published_and_written_into_the_audit_trail(office: Office) -> None:
    reasons: list[str] = []
    office.world.core.events.listen(CampaignsChanged, lambda notice: reasons.append(notice.reason))
    campaign_id = live(office)

    boost(office, campaign_id, 2)

    with office.world.core.config.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == "campaign.boost")
        entry = session.scalars(query).one()
    assert (entry.user_id, entry.object) == (office.author.user_id, campaign_id)
    assert (entry.detail["factor"], entry.detail["reason"]) == (2, "专项行动")
    assert reasons[-1] == "boost"


def test_it_answers_who_gives_way(office: Office) -> None:
    bank(office.world)
    weak = live(office, tier=5, target={"kind": "plays_per_hour", "value": 120})
    campaign_id = live(office, tier=1, target={"kind": "plays_per_hour", "value": 100})

    gave_way = boost(office, campaign_id, 2).json["gave_way"]

    # 240 plays of 15 s fill an hour; 200 leave 40.
    assert [(row["campaign_id"], row["asked"], row["given"]) for row in gave_way] == [
        (weak, 120, 40)
    ]


def test_one_that_doesnt_fit_changes_nothing(office: Office) -> None:
    bank(office.world)
    campaign_id = live(office)

    answer = boost(office, campaign_id, 100)

    assert (answer.status_code, answer.json["code"]) == (409, "does_not_fit")
    assert answer.json["refused"][0]["largest_factor"] == 0.2
    assert [one["detail"] for one in answer.json["errors"]] == [
        "加播后一小时要播 1200 次，最多放得下 240 次。"
    ]
    assert read(office.author, campaign_id)["boosts"] == []


def test_others_floors_are_kept_against_a_boost(office: Office) -> None:
    bank(office.world)
    live(office, floor=120, target={"kind": "plays_per_hour", "value": 120})
    campaign_id = live(office, target={"kind": "plays_per_hour", "value": 100})

    assert boost(office, campaign_id, 1.2).status_code == 200
    refused = boost(office, campaign_id, 1.1)
    assert refused.status_code == 409
    # 100 x 1.2 x 1.1; the other's 120 plays leave half an hour.
    assert refused.json["errors"][0]["detail"] == "加播后一小时要播 132 次，最多放得下 120 次。"


def test_a_longest_wait_that_no_clip_can_keep_is_refused(office: Office) -> None:
    bank(office.world)
    campaign_id = live(office, target={"kind": "longest_wait_s", "value": 60})

    answer = boost(office, campaign_id, 5)

    assert answer.json["code"] == "does_not_fit"


def test_boosts_in_the_same_hours_multiply_each_other(office: Office) -> None:
    bank(office.world)
    campaign_id = live(office, target={"kind": "plays_per_hour", "value": 100})

    assert boost(office, campaign_id, 2).status_code == 200
    assert boost(office, campaign_id, 2).status_code == 409
    later = {"from": "2026-11-26T10:00:00+08:00", "until": "2026-11-26T12:00:00+08:00"}
    assert boost(office, campaign_id, 2, **later).status_code == 200


def test_only_signed_off_campaigns_with_a_target_are_boosted(office: Office) -> None:
    filler = live(office, target={"kind": "filler"})

    assert boost(office, draft(office), 2).status_code == 409
    assert boost(office, filler, 2).status_code == 409


def test_wrong_times_and_factors_are_pointed_at(office: Office) -> None:
    campaign_id = live(office)

    def pointer(**changes: Any) -> str:
        answer = boost(office, campaign_id, **{"factor": 2, **changes})
        assert answer.status_code == 422
        return str(answer.json["errors"][0]["pointer"])

    assert pointer(factor=1) == "/factor"
    assert pointer(until=FROM) == "/until"
    assert pointer(**{"from": "2026-11-01T00:00:00Z"}, until="2026-11-02T00:00:00Z") == "/until"
    assert pointer(until="2026-11-25T00:00:00") == "/until"
    assert pointer(reason="") == "/reason"


def test_a_stranger_and_a_reviewer_cant_boost(office: Office) -> None:
    campaign_id = live(office)
    body = {"factor": 2, "from": FROM, "until": UNTIL, "reason": "x"}

    assert act(office.stranger, campaign_id, "boost", **body).status_code == 404
    assert act(office.reviewer, campaign_id, "boost", **body).status_code == 403
