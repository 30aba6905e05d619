"""Asks for the code with which an upload is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from media.errors import MediaRefused
from media.limits import Limits
from media.pipeline.renditions import process
from media.screen_classes import ScreenClass

SMALL = (ScreenClass("small", 320, 180),)


def refused_code(source: Path, workdir: Path, limits: Limits | None = None) -> str:
    """Process a file that must be refused, and return the code."""
    with pytest.raises(MediaRefused) as caught:
        process(source, workdir, limits or Limits(), lambda _fraction: None, SMALL)
    return caught.value.code
