"""Health answers without detail."""

from tests.support.app.world import World


def test_a_running_server_answers_ok_to_anyone(world: World) -> None:
    assert world.visitor().get("/healthz").data == b"ok\n"
    assert world.visitor().get("/readyz").status_code == 200


def test_an_unknown_address_under_the_api_is_a_problem_document(world: World) -> None:
    answer = world.visitor().get("/api/v1/nothing-here")

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "not_found"
