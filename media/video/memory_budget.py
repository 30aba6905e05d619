"""Estimates the memory of decoding and encoding, so that no run of ffmpeg takes too much.

The figures were measured with ffmpeg 7.1 on clips of full HD.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from media.sandbox.subprocess_limits import MIB
from media.video.picture_filters import Target
from media.video.probe import Clip

PROGRAM_BYTES = 40 * MIB
DECODED_FRAMES = 14  # that decoder, filters and queues hold at once
ENCODER_BYTES = 85  # for each pixel of a rendition
TONING_BYTES = 48  # beside that, where HDR is toned in floating point
AT_ONCE_BYTES = 270 * MIB  # one rendition of full HD: two jobs run at a time
MAPPED_BYTES = 240 * MIB  # that stacks and libraries map and hardly touch
LEAST_BYTES = 512 * MIB


def decoding_bytes(clip: Clip) -> int:
    """Return the approximate bytes of a run before it encodes anything."""
    return PROGRAM_BYTES + DECODED_FRAMES * clip.frame_bytes


def encoding_bytes(clip: Clip, target: Target) -> int:
    """Return the approximate bytes of one more rendition in the same run."""
    each = ENCODER_BYTES + (TONING_BYTES if clip.hdr else 0)
    return target.width * target.height * each


def groups(clip: Clip, targets: Sequence[Target]) -> Iterator[list[Target]]:
    """Yield the targets in groups that one run can make; each run decodes the clip again."""
    group: list[Target] = []
    taken = decoding_bytes(clip)
    for target in targets:
        more = encoding_bytes(clip, target)
        if group and taken + more > AT_ONCE_BYTES:
            yield group
            group, taken = [], decoding_bytes(clip)
        group.append(target)
        taken += more
    if group:
        yield group


def needed_bytes(clip: Clip, group: Sequence[Target]) -> int:
    """Return the approximate bytes of a run that makes a group."""
    return decoding_bytes(clip) + sum(encoding_bytes(clip, target) for target in group)


def most_bytes(clip: Clip, group: Sequence[Target]) -> int:
    """Return the memory limit in bytes for a run that makes a group."""
    return max(needed_bytes(clip, group) + MAPPED_BYTES, LEAST_BYTES)
