"""Who reads badly has large text on every page of his browser, until he chooses otherwise."""

from tests.support.app.people import sign_in
from tests.support.app.world import World

LARGE = 'data-text="large"'


def test_a_size_is_chosen_in_the_settings_and_kept_on_all_pages(world: World) -> None:
    client = sign_in(world, "viewer").client
    assert LARGE not in client.get("/settings").text
    assert LARGE in client.get("/settings?text_size=large").text
    assert LARGE in client.get("/").text
    assert LARGE not in client.get("/settings?text_size=normal").text
    assert LARGE not in client.get("/").text


def test_a_size_that_there_is_not_changes_nothing(world: World) -> None:
    client = sign_in(world, "viewer").client
    client.get("/settings?text_size=large")
    answer = client.get("/settings?text_size=huge")
    assert LARGE in answer.text
    assert "anping_text_size" not in answer.headers.get("Set-Cookie", "")
