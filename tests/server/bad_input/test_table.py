"""Every kind of bad input is answered in words, in both languages, and leaves nothing behind.

`pytest -s tests/server/bad_input` prints the table.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.bad_input import content, requests
from tests.server.bad_input.case import Case
from tests.server.bad_input.scene import Scene, make_scene
from tests.support.app.clock import MINUTE_MS
from tests.support.app.jobs import run_jobs
from tests.support.app.world import make_world

pytestmark = pytest.mark.slow

AREAS = {
    "files": content.files,
    "slides": content.slides,
    "campaigns": content.campaigns,
    "signing": content.signing,
    "exemptions": content.exemptions,
    "shapes": requests.shapes,
    "credentials": requests.credentials,
    "foreign": requests.foreign,
    "places": requests.places,
    "reports": requests.reports,
    "attestations": requests.attestations,
    "players": requests.players,
}
CHINESE = re.compile("[一-鿿]")
# Details of a failing server that must not leak.
INSIDE = re.compile(
    r"Traceback|File \"|/work/|/tmp/|\.py\b|SELECT |INSERT |sqlalchemy|pydantic", re.I
)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    world = make_world(tmp_path_factory.mktemp("bad"), max_image_mb=1)
    yield make_scene(world)
    world.close()


@pytest.mark.parametrize(
    "area",
    [pytest.param(area, marks=[pytest.mark.slow] if area == "files" else []) for area in AREAS],
)
def test_it_is_answered_in_words_and_nothing_is_half_saved(
    scene: Scene, area: str, tmp_path: Path
) -> None:
    wrong, rows = [], []
    for case in AREAS[area](scene, tmp_path):
        before = scene.dump()
        zh, en = (response_of(case, scene, language) for language in ("zh-CN", "en"))
        rows.append(f"{case.kind:44} {case.call[:44]:44} {case.expected:28} {zh.words}  {en.words}")
        wrong += [f"{case.kind}: {fault}" for fault in faults(case, zh, en)]
        if left(scene, case) != kept(before, case):
            wrong.append(f"{case.kind}: something was saved")
        if case.call.endswith("/screens/pair"):
            scene.world.clock.forward(MINUTE_MS)

    print("\n" + "\n".join(rows))
    assert wrong == [], "\n".join(wrong)


@pytest.mark.slow
def test_there_are_at_least_45_kinds_of_bad_input(scene: Scene, tmp_path: Path) -> None:
    kinds = [case.kind for make in AREAS.values() for case in make(scene, tmp_path)]

    assert len(kinds) == len(set(kinds))
    assert len(kinds) >= 45


def left(scene: Scene, case: Case) -> Any:
    return kept(scene.dump(), case)


def kept(dump: dict[str, Any], case: Case) -> Any:
    """What may not change; a file that was let in leaves rows of its way, but no files."""
    return dump["files"] if case.later else dump


class Response:
    """What came back, in one language."""

    def __init__(self, status: int, code: str, sentences: list[str], text: str) -> None:
        self.status, self.code, self.text = status, code, text
        self.sentences = sentences

    @property
    def words(self) -> str:
        """All texts of the answer."""
        return " ".join(dict.fromkeys(self.sentences))


def response_of(case: Case, scene: Scene, language: str) -> Response:
    answer = case.send(scene, language)
    document: dict[str, Any] = answer.get_json(silent=True, force=True) or {}
    if case.later:
        return later_response(scene, document["id"], answer.status_code, language)
    sentences = [document.get("detail", ""), *(one["detail"] for one in document.get("errors", []))]
    shape = {"type", "title", "status", "detail", "code", "errors"} <= set(document)
    shape = shape and answer.mimetype == "application/problem+json"
    code = document.get("code", "") if shape else f"not a problem: {answer.text[:200]}"
    return Response(answer.status_code, code, sentences, answer.text)


def later_response(scene: Scene, asset_id: str, status: int, language: str) -> Response:
    """Process the upload, read why it was refused, and take it away again."""
    run_jobs(scene.world.core)
    author = scene.client("author")
    address = f"/api/v1/assets/{asset_id}"
    answer = author.get(address, headers={"Accept-Language": language})
    asset = answer.get_json()
    assert (asset["state"], asset["renditions"]) == ("rejected", [])
    assert author.delete(address).status_code == 204
    run_jobs(scene.world.core)
    return Response(status, asset["code"] or "", [asset["reason"] or ""], answer.text)


def faults(case: Case, zh: Response, en: Response) -> Iterator[str]:
    for language, response in (("zh", zh), ("en", en)):
        if (response.status, response.code) != (case.status, case.code):
            yield f"{language}: {response.status} {response.code}: {response.words}"
        if not all(response.sentences):
            yield f"{language}: says nothing"
        if INSIDE.search(response.text):
            yield f"{language}: shows the inside: {response.text[:300]}"
    if not all(CHINESE.search(one) for one in zh.sentences):
        yield f"not Chinese: {zh.words}"
    if CHINESE.search(re.sub("“.*?”|`.*?`", "", en.words)):
        yield f"not English: {en.words}"
