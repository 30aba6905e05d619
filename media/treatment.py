"""How a material is made into renditions, beside the classes of screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from media.ai.label import UNDECLARED, Declaration
from media.screen_classes import Fit


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a picture of another shape is fitted, and the facts on AI-made content in it."""

    fit: Fit = "whole"
    ai: Declaration = UNDECLARED


WHOLE: Final = Treatment()
