"""The language of a page: the address, the setting, the cookie, the browser, the default."""

from pathlib import Path

import pytest

from server.foundation.rest.problems import DEFAULT, language
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world

ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


def language_of(person: Person, path: str = "/playlists", **headers: str) -> str:
    page = person.client.get(path, headers=headers).text
    return page.partition('<html lang="')[2].partition('"')[0]


def set_language(person: Person, tag: str | None) -> None:
    assert person.client.patch("/api/v1/me", json={"language": tag}).status_code == 200


def test_by_default_pages_are_chinese(world: World) -> None:
    assert language_of(sign_in(world)) == "zh-CN"


def test_the_browsers_language_counts_where_there_is_no_other(world: World) -> None:
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

    assert '<html lang="en"' in abroad.visitor().get("/login").text


def in_words(world: World, template: str, tag: str, **values: object) -> str:
    with world.app.test_request_context(f"/playlists?lang={tag}"):
        return world.app.jinja_env.from_string(template).render(**values)


def test_texts_are_searched_once_for_each_language(world: World) -> None:
    template, asked = "{{ _('点位') }} {{ _('{n} 块屏').format(n=1) }}", []
    before = [in_words(world, template, tag) for tag in ("zh", "en")]
    domain = world.app.extensions["babel"].instance.domain_instance
    found = type(domain).get_translations
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(domain), "get_translations", lambda self: asked.append(1) or found(self))
        after = [in_words(world, template, tag) for tag in ("zh", "en", "zh")]

    assert before == ["点位 1 块屏", "Venues 1 screen"]
    assert after == [*before, before[0]]
    assert asked == []


def test_values_put_into_a_text_are_formatted_each_time(world: World) -> None:
    template = "{{ gettext('%(name)s 上', name=name) }}"

    texts = [in_words(world, template, "zh", name=name) for name in ("<b>", "1 路")]

    assert texts == ["&lt;b&gt; 上", "1 路 上"]


def test_outside_of_a_request_the_language_is_the_districts(world: World) -> None:
    assert language() == DEFAULT
    with world.app.test_request_context("/playlists?lang=en"):
        assert (language(), language()) == ("en", "en")
    assert language() == DEFAULT
