"""Makes the sounds of the starter clips: a telephone, a message that comes in, two low notes."""

from __future__ import annotations

import math
import wave
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RATE = 48_000
LOUDEST = 0.35 * 32_767


@dataclass(frozen=True, slots=True)
class Tone:
    """Pitches (Hz) together from an instant on; `fall` is how fast they fade."""

    at_s: float
    seconds: float
    pitches: tuple[float, ...]
    fall: float = 0.0


def ring(at_s: float) -> list[Tone]:
    """A telephone: 450 Hz as in mainland China, three short bursts."""
    return [Tone(at_s + step * 0.5, 0.3, (450.0, 900.0)) for step in range(3)]


def message(at_s: float) -> list[Tone]:
    """A message that comes in."""
    return [Tone(at_s, 0.25, (1046.5,), 14), Tone(at_s + 0.09, 0.4, (1568.0,), 9)]


def verdict(at_s: float) -> list[Tone]:
    """Two low notes: here something is wrong."""
    return [Tone(at_s, 0.35, (220.0, 330.0), 6), Tone(at_s + 0.3, 0.9, (155.6, 233.1), 4)]


def write(tones: Sequence[Tone], seconds: float, target: Path) -> None:
    """Write the tones as a mono WAV file of that length; the same bytes each time."""
    samples = array("h", bytes(2 * round(seconds * RATE)))
    for tone in tones:
        _add(samples, tone)
    with wave.open(str(target), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        file.writeframes(samples.tobytes())


def _add(samples: array[int], tone: Tone) -> None:
    begin, count = round(tone.at_s * RATE), round(tone.seconds * RATE)
    for step in range(min(count, len(samples) - begin)):
        t = step / RATE
        edge = min(1.0, t / 0.005, (count - step) / RATE / 0.02)
        wave_form = sum(math.sin(2 * math.pi * pitch * t) for pitch in tone.pitches)
        value = LOUDEST / len(tone.pitches) * edge * math.exp(-tone.fall * t) * wave_form
        samples[begin + step] = max(-32_767, min(32_767, samples[begin + step] + round(value)))
