"""Fixtures of the media tests: samples that are made once, and a record of progress."""

from pathlib import Path

import pytest

from media.limits import Limits
from media.pipeline.renditions import Processed, process
from tests.support.factories import sample_files
from tests.support.factories.refused_code import SMALL


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of samples; no test changes them."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture(scope="session")
def clip(shelf: Path) -> Path:
    """Two seconds of H.264 with a tone, index in front."""
    return sample_files.clip(shelf / "clip.mp4", options={"movflags": "+faststart"})


@pytest.fixture(scope="session")
def processed_photo(tmp_path_factory: pytest.TempPathFactory) -> Processed:
    """A phone photo (portrait as seen) with all that is made of it."""
    folder = tmp_path_factory.mktemp("photo")
    source = sample_files.photo(folder / "IMG_0001.JPG", size=(480, 640))
    return process(source, folder, Limits(), lambda _fraction: None)


@pytest.fixture(scope="session")
def processed_clip(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Processed:
    """The clip with its renditions for one class of small screens."""
    folder = tmp_path_factory.mktemp("clip")
    return process(clip, folder, Limits(), lambda _fraction: None, SMALL)
