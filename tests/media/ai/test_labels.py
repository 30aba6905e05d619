"""The label of AI-made material is found before metadata is dropped, kept, and written again."""

import io
import json
import subprocess
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from media.ai.label import (
    ELEMENTS,
    Declaration,
    as_json,
    as_xmp,
    label_in,
    of_info,
    of_tags,
)
from media.ai.mark import drawn, sign_px
from media.limits import Limits
from media.pipeline.led_panel import Panel, from_upload
from media.pipeline.renditions import Processed, process
from media.screen_classes import ScreenClass
from media.treatment import Treatment
from media.video.probe import probe
from tests.support.factories import sample_files

pytestmark = pytest.mark.slow

SMALL = (ScreenClass("small", 320, 180),)
OURS = ("江湾区宣传科", "a_7")
PRODUCED = {
    "Label": "1", "ContentProducer": "001191440300", "ProduceID": "3f2a", "ReservedCode1": "",
    "ContentPropagator": "", "PropagateID": "", "ReservedCode2": "",
}  # fmt: skip
PASSED_ON = {**PRODUCED, "ContentPropagator": "江湾区宣传科", "PropagateID": "a_7"}


def made(source: Path, folder: Path, declared: str | None = None) -> Processed:
    folder.mkdir(exist_ok=True)
    ai = Declaration(declared, None, *OURS)  # type: ignore[arg-type] # one of three words
    return process(source, folder, Limits(), lambda _share: None, SMALL, Treatment(ai=ai))


def picture(path: Path, **options: object) -> Path:
    Image.new("RGB", (640, 360), (90, 120, 150)).save(path, **options)  # type: ignore[arg-type] # Pillow's
    return path


def png_text() -> PngInfo:
    texts = PngInfo()
    texts.add_itxt("AIGC", json.dumps(PRODUCED))
    return texts


def late_png_text() -> PngInfo:
    """Behind the pixels, where programs add it without writing the picture again."""
    texts = PngInfo()
    texts.add(b"iTXt", b"AIGC\0\0\0\0\0" + json.dumps(PRODUCED).encode(), after_idat=True)
    return texts


def exif() -> Image.Exif:
    found = Image.Exif()
    found[0x010E] = json.dumps({"AIGC": PRODUCED})
    return found


def label_of(rendition: Path) -> dict[str, str] | None:
    with Image.open(rendition) as opened:
        return of_info(opened.info)


def lighter_corner(rendition: Path) -> bool:
    """Whether there is something white in the lower right corner of a grey picture."""
    with Image.open(rendition) as opened:
        corner = opened.convert("L").crop((opened.width // 2, opened.height // 2, *opened.size))
        return corner.getextrema()[1] > 230  # type: ignore[operator] # of one band


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("in.png", {"pnginfo": png_text()}),
        ("in.png", {"pnginfo": late_png_text()}),
        ("in.jpg", {"xmp": as_xmp(PRODUCED)}),
        ("in.jpg", {"exif": exif()}),
        ("in.webp", {"xmp": as_xmp(PRODUCED)}),
        ("in.jpg", {"comment": json.dumps({"AIGC": PRODUCED})}),
    ],
)
def test_a_pictures_own_label_is_passed_on_with_who_passed_it_on(
    tmp_path: Path, name: str, options: dict[str, object]
) -> None:
    done = made(picture(tmp_path / name, **options), tmp_path / "out")

    assert done.label == PRODUCED
    assert label_of(done.renditions[0].path) == PASSED_ON
    assert lighter_corner(done.renditions[0].path)
    assert lighter_corner(done.thumbnail.path)


def test_an_authors_word_alone_makes_label_and_mark(tmp_path: Path) -> None:
    done = made(picture(tmp_path / "in.jpg"), tmp_path / "out", "unmarked")

    assert done.label is None
    label = label_of(done.renditions[0].path)
    assert label == {
        **dict.fromkeys(ELEMENTS, ""), "Label": "1", "ContentPropagator": "江湾区宣传科",
        "PropagateID": "a_7",
    }  # fmt: skip
    assert lighter_corner(done.renditions[0].path)


def test_no_second_mark_is_drawn_over_the_authors(tmp_path: Path) -> None:
    done = made(picture(tmp_path / "in.jpg"), tmp_path / "out", "marked")

    assert label_of(done.renditions[0].path) is not None
    assert not lighter_corner(done.renditions[0].path)


def test_what_isnt_ai_made_has_neither(tmp_path: Path) -> None:
    for declared in ("none", None):
        done = made(picture(tmp_path / "in.jpg"), tmp_path / "out", declared)
        assert label_of(done.renditions[0].path) is None
        assert not lighter_corner(done.renditions[0].path)


def test_a_files_label_holds_against_its_authors_word(tmp_path: Path) -> None:
    done = made(picture(tmp_path / "in.jpg", xmp=as_xmp(PRODUCED)), tmp_path / "out", "none")

    assert label_of(done.renditions[0].path) == PASSED_ON
    assert lighter_corner(done.renditions[0].path)


def labelled_clip(path: Path) -> Path:
    source = sample_files.clip(path.with_name("plain.mp4"))
    tags = ["-metadata", f"AIGC={json.dumps(PRODUCED)}", "-movflags", "use_metadata_tags"]
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", source, "-c", "copy", *tags, "-y", path], check=True
    )
    return path


def test_a_clips_label_is_passed_on_and_its_pictures_are_marked(tmp_path: Path) -> None:
    source = labelled_clip(tmp_path / "in.mp4")
    assert probe(source, Limits()).label == PRODUCED
    done = made(source, tmp_path / "out")

    assert done.label == PRODUCED
    assert probe(done.renditions[0].path, Limits()).label == PASSED_ON
    plain = made(tmp_path / "plain.mp4", tmp_path / "plain")
    assert probe(plain.renditions[0].path, Limits()).label is None
    assert differs_at_the_corner(done.poster.path, plain.poster.path)  # type: ignore[union-attr] # of a clip


def differs_at_the_corner(one: Path, other: Path) -> bool:
    with Image.open(one) as first, Image.open(other) as second:
        box = (first.width * 2 // 3, first.height * 4 // 5, first.width * 29 // 30, first.height)
        return first.convert("L").crop(box).tobytes() != second.convert("L").crop(box).tobytes()


def test_an_animations_label_survives_its_way_through_a_film(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (64, 36), (shade, 0, 0)) for shade in (10, 90, 170)]
    source = tmp_path / "in.png"
    frames[0].save(
        source, save_all=True, append_images=frames[1:], duration=200, pnginfo=png_text()
    )
    done = made(source, tmp_path / "out")

    assert (done.kind, done.label) == ("video", PRODUCED)
    assert probe(done.renditions[0].path, Limits()).label == PASSED_ON


def test_an_led_controllers_files_are_marked_too(tmp_path: Path) -> None:
    source = picture(tmp_path / "in.jpg")
    treatment = Treatment(ai=Declaration("unmarked", None, *OURS))
    panel = Panel(384, 64, "png")
    file = from_upload(source, tmp_path, panel, treatment, Limits(), lambda _share: None)

    assert lighter_corner(file.path)
    assert label_of(file.path) is not None


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (384, 64), (3840, 2160), (64, 64)])
def test_a_marks_signs_are_at_least_a_twentieth_of_the_shorter_side(size: tuple[int, int]) -> None:
    mark = drawn(*size)
    signs = mark.convert("L").point(lambda value: 255 if value > 160 else 0).getbbox()

    assert signs is not None
    assert signs[3] - signs[1] >= 0.05 * min(size)
    assert sign_px(*size) >= 12
    assert mark.width <= size[0]


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "{}" * 5000, "[" * 4000, '{"AIGC": {"Label": "9"}}', '{"Label": null}',
        '{"AIGC": "{\\"Label\\": 4}"}', "AIGC", '{"a":' * 2000,
    ],
)  # fmt: skip
def test_whatever_else_is_written_there_is_no_label(text: str) -> None:
    assert label_in(text) is None


def test_only_the_standards_elements_are_kept_without_what_steers_a_terminal() -> None:
    strange = {**PRODUCED, "ContentProducer": "x\u202e\n" + "长" * 400, "Evil": "<script>"}
    label = label_in(json.dumps({"AIGC": strange}))

    assert label is not None
    assert sorted(label) == sorted(ELEMENTS)
    assert label["ContentProducer"] == "x" + "长" * 299


def test_tags_of_containers_come_in_any_case_and_xmp_escaped() -> None:
    assert of_tags({"aigc": as_json(PRODUCED)}) == PRODUCED
    assert of_tags({"comment": json.dumps({"AIGC": PRODUCED})}) == PRODUCED
    assert of_tags({"title": as_json(PRODUCED)}) is None
    attribute = as_json(PRODUCED).replace('"', "&quot;")
    assert label_in(f'<rdf:Description TC260:AIGC="{attribute}"/>') == PRODUCED
    assert of_info({"exif": b"\0\xff", "dpi": (72, 72)}) is None


def test_a_label_costs_few_bytes(tmp_path: Path) -> None:
    sink = io.BytesIO()
    Image.new("RGB", (8, 8)).save(sink, "JPEG", xmp=as_xmp(PASSED_ON))

    assert len(sink.getvalue()) < 2_500
