"""How high a sign has to be for people at a distance, on a screen of a known pixel pitch.

20 minutes of arc: ISO 9241-303 asks for 16 of Latin capitals and recommends 20 to 22; Chinese
signs have more strokes and take the upper end as their least.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST_ARC_MINUTES = 20


@dataclass(frozen=True, slots=True)
class Viewing:
    """Distance of the farthest viewers, and the screen's pixel pitch."""

    distance_m: float
    pitch_mm: float

    @property
    def least_px(self) -> int:
        """The least height of a sign in pixels of that screen, rounded up."""
        height_mm = self.distance_m * 1000 * math.tan(math.radians(LEAST_ARC_MINUTES / 60))
        return math.ceil(height_mm / self.pitch_mm)
