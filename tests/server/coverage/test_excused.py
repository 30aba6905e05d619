"""Excused plays aren't owed."""

from tests.support.coverage import Town, states
from tests.support.on_air import keep_house
from tests.support.people import sign_in


def test_it(town: Town) -> None:
    screen = town.opens()[0]
    town.becomes(2)
    town.plays(screen, 5, 10)
    town.tells(screen)
    before = states(town.ledger(0, 0))
    body = {
        "selector": {"screen_ids": [screen.public_id]},
        "code": "power_cut",
        "from": "2026-11-24T12:00:00+08:00",
        "until": "2026-11-25T00:00:00+08:00",
    }
    chen = sign_in(town.world, "publicity").client
    asked = chen.post("/api/v1/exemptions", json=body)
    assert asked.status_code == 201, asked.json
    lin = sign_in(town.world, "reviewer").client
    assert lin.post(f"/api/v1/exemptions/{asked.json['id']}/approve").status_code == 200
    open_ = states(town.ledger(0, 0)), states(town.ledger(0, 1))
    keep_house(town.world)
    assert (before, open_) == ({"not_reached": 1}, ({"reached": 1}, {"reached": 1}))
    assert states(town.ledger(0, 0)) == {"reached": 1}
