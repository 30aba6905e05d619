"""How alike two pictures are: our own slides and their screenshots, at every size and quality."""

import io

import pytest
from PIL import Image

from media.comparison.similarity import Likeness, likeness, photograph, within
from media.slides import engine
from media.starter.slides import starters

pytestmark = pytest.mark.slow

STAMP = 22
# What a canvas of the player is, from the first try to the third.
FORMS = (((960, 540), 70), ((768, 432), 63), ((614, 346), 57))


@pytest.fixture(scope="module")
def pictures() -> dict[str, Image.Image]:
    """Some slides of the starter pack; three are of one template."""
    wanted = {one.title: one for one in starters()}
    titles = [title for title in wanted if title.startswith("防骗提醒")][:3]
    titles += [title for title in wanted if not title.startswith("防骗提醒")][:2]
    return {
        title: within(
            engine.drawn(wanted[title].template, wanted[title].fields, 1280, 720).image.convert(
                "RGB"
            ),
            960,
            540,
        )
        for title in titles
    }


def shot(picture: Image.Image, size: tuple[int, int], quality: int) -> Image.Image:
    """As the player hands it over."""
    sink = io.BytesIO()
    stamped = picture.resize(size)
    stamped.paste("white", (0, size[1] - STAMP, size[0] // 2, size[1]))
    stamped.save(sink, "JPEG", quality=quality)
    return photograph(sink.getvalue())


def held(seen: Image.Image, expected: Image.Image) -> Likeness:
    return likeness(seen, within(expected, *seen.size), STAMP)


def test_the_same_slide_is_far_below_the_limit_and_its_sisters_far_above(
    pictures: dict[str, Image.Image],
) -> None:
    same = [held(shot(one, *form), one).worst for one in pictures.values() for form in FORMS]
    other = [
        held(shot(pictures[one], *FORMS[0]), pictures[two]).worst
        for one in pictures
        for two in pictures
        if one != two
    ]

    print(f"same at most {max(same):.1f}, other at least {min(other):.1f}")
    assert max(same) < 10
    assert min(other) > 28


def test_a_picture_is_framed_with_black_beside_it() -> None:
    framed = within(Image.new("RGB", (100, 100), "white"), 160, 90)

    assert framed.size == (160, 90)
    assert framed.getpixel((5, 45)) == (0, 0, 0)
    assert framed.getpixel((80, 45)) == (255, 255, 255)
