"""Limits of uploads, as one value passed in by the caller."""

from __future__ import annotations

from dataclasses import dataclass

from media.rejection_reasons import refusal

ANIMATION_AREAS = 10  # times the largest picture: the pixels of all frames together
END_TOLERANCE_S = 0.1  # sound is padded to whole frames, so a clip may seem this much longer


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of accepted uploads; the defaults are those of the settings page."""

    max_image_bytes: int = 50 * 1024 * 1024
    max_video_bytes: int = 4096 * 1024 * 1024
    max_video_s: float = 7200.0
    max_megapixels: float = 100.0
    max_fps: float = 60.0
    max_side_px: int = 8192

    def most_bytes(self, kind: str) -> int:
        """Return how many bytes an upload of this kind ('image', 'video', 'document') may have."""
        return self.max_video_bytes if kind == "video" else self.max_image_bytes

    def most_frames(self, width: int, height: int) -> int:
        """Return how many frames of that size an animated picture may have."""
        area = max(width * height, 1)
        return max(int(self.max_megapixels * 1_000_000 * ANIMATION_AREAS / area), 2)


def keep_size(width: int, height: int, limits: Limits) -> None:
    """Refuse a picture of more pixels, or longer sides, than allowed."""
    too_many = width * height > limits.max_megapixels * 1_000_000
    if too_many or max(width, height) > limits.max_side_px:
        raise refusal(
            "too_large_pixels",
            width=width,
            height=height,
            megapixels=round(limits.max_megapixels),
            side=limits.max_side_px,
        )


def keep_length(seconds: float, limits: Limits) -> None:
    """Refuse a clip longer than allowed; exactly the longest length is accepted."""
    if seconds > limits.max_video_s + END_TOLERANCE_S:
        raise refusal("too_long", seconds=round(seconds), limit=round(limits.max_video_s))
