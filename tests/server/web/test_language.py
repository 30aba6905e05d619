"""The language of a page: the address, the setting, the cookie, the browser, the default."""

from pathlib import Path

from tests.support.people import Person, sign_in
from tests.support.world import World, make_world

ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


def language_of(person: Person, path: str = "/playlists", **headers: str) -> str:
    page = person.client.get(path, headers=headers).text
    return page.partition('<html lang="')[2].partition('"')[0]


def set_language(person: Person, tag: str | None) -> None:
    assert person.client.patch("/api/v1/me", json={"language": tag}).status_code == 200


def test_without_any_wish_pages_are_chinese(world: World) -> None:
    assert language_of(sign_in(world)) == "zh-CN"


def test_the_browsers_wish_counts_where_there_is_no_other(world: World) -> None:
    assert language_of(sign_in(world), **ENGLISH) == "en"


def test_the_control_is_remembered_for_the_next_pages(world: World) -> None:
    chen = sign_in(world)

    assert language_of(chen, "/playlists?lang=en") == "en"
    assert language_of(chen, "/campaigns") == "en"
    assert language_of(chen, "/campaigns?lang=zh", **ENGLISH) == "zh-CN"
    assert language_of(chen, "/playlists", **ENGLISH) == "zh-CN"


def test_a_persons_setting_goes_before_cookie_and_browser(world: World) -> None:
    chen = sign_in(world)
    language_of(chen, "/playlists?lang=zh")
    set_language(chen, "en")

    assert language_of(chen) == "en"


def test_the_control_changes_the_setting_of_who_has_one(world: World) -> None:
    chen = sign_in(world)
    set_language(chen, "zh_CN")

    language_of(chen, "/playlists?lang=en")

    assert language_of(chen) == "en"
    assert chen.client.get("/api/v1/me").json["language"] == "en"


def test_the_default_is_a_setting(tmp_path: Path) -> None:
    abroad = make_world(tmp_path, locale="en")

    assert '<html lang="en">' in abroad.visitor().get("/login").text
