"""The first person to open a page doesn't wait for its templates to be compiled."""

import pytest

from server.web.template_warm_up import compile_all
from tests.support.app.people import sign_in
from tests.support.app.world import World


def test_after_the_warm_up_no_page_has_a_template_to_load(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages, loaded = world.app.jinja_env, []
    loader = pages.loader
    assert loader is not None
    load = loader.load
    monkeypatch.setattr(loader, "load", lambda *words: (loaded.append(words[1]), load(*words))[1])

    compile_all(pages)
    assert {"overview.html", "login.html", "base.html"} <= set(loaded)
    loaded.clear()

    assert sign_in(world, "admin").client.get("/").status_code == 200
    assert loaded == []
