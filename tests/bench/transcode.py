"""How long a clip takes beside plain ffmpeg: `python -m tests.bench.transcode [ROUNDS] [SECONDS]`.

Plain ffmpeg makes the same two renditions by the same recipe in one run, without our checks,
pictures for pages, exact lengths or measured loudness. Both are run in turn; the ratio of the
medians is printed, of the clock and of processor time (which others on the machine disturb less).
The exit status is 1 above 1.2 of processor time.
"""

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from media.limits import Limits
from media.pipeline.renditions import process
from media.sandbox.subprocess_limits import MIB, Bounds, run
from media.screen_classes import CLASSES
from media.video import ffmpeg_commands
from tests.support.factories import sample_files

MOST = 1.2
BOUNDS = Bounds(3600, 4096 * MIB)
FPS = 25
COLOURS = "out_color_matrix=bt709:out_range=tv"
TAGS = "format=yuv420p,setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
GRAPH = (
    f"[0:v]fps={FPS},split=2[a][b];"
    f"[a]scale=1920:1080:flags=lanczos:{COLOURS},{TAGS}[v0];"
    f"[b]scale=1080:608:flags=lanczos:{COLOURS},format=yuv420p,split=2[c][d];"
    "[c]scale=90:160:flags=bilinear:force_original_aspect_ratio=increase,crop=90:160,"
    "gblur=sigma=6,lutyuv=y=16+(val-16)*0.6:u=128+(val-128)*0.7:v=128+(val-128)*0.7,"
    f"scale=1080:1920:flags=bicubic,setsar=1[e];[e][d]overlay=x=0:y=656,{TAGS}[v1];"
    "[0:a]aresample=48000,loudnorm=I=-16:TP=-2:LRA=20,aresample=48000,asplit=2[s0][s1]"
)


@dataclass(frozen=True)
class Cost:
    """What a run took, in seconds of the clock and of the processors."""

    clock_s: float
    processor_s: float


def plain(source: Path, folder: Path) -> None:
    """One ffmpeg, as an operator would type it."""
    argv = ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-threads", "2", "-i", str(source)]
    argv += ["-filter_complex", GRAPH]
    for number, one in enumerate(CLASSES):
        argv += ["-map", f"[v{number}]", "-map", f"[s{number}]", "-c:a", "aac"]
        for name, value in ffmpeg_commands.h264(FPS, one.width * one.height).items():
            argv += [f"-{name}", str(value)]
        argv += ["-b:a", "128k", f"{folder / one.name}.mp4"]
    finished = run(argv, BOUNDS)
    assert finished.returncode == 0, finished.stderr


def ours(source: Path, folder: Path) -> None:
    """All that an upload goes through."""
    process(source, folder, Limits(), lambda _fraction: None)


def cost_of(work: Callable[[Path, Path], None], source: Path) -> Cost:
    """Run it once in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        work(source, Path(folder))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.monotonic() - clock, processor_s)


def main(rounds: int, seconds: float) -> int:
    """Print each round and the ratios. The exit status."""
    with tempfile.TemporaryDirectory() as folder:
        sample = sample_files.ClipSample(seconds=seconds, size=(1920, 1080), picture="testsrc2")
        source = sample_files.clip(Path(folder) / "source.mp4", sample)
        plains, own = [], []
        for number in range(1, rounds + 1):
            plains.append(cost_of(plain, source))
            own.append(cost_of(ours, source))
            print(f"{number}: plain {_words(plains[-1])}, ours {_words(own[-1])}", flush=True)
    clock = _ratio([one.clock_s for one in own], [one.clock_s for one in plains])
    processor = _ratio([one.processor_s for one in own], [one.processor_s for one in plains])
    print(f"ours / plain: {clock:.2f} of the clock, {processor:.2f} of the processors")
    return int(processor > MOST)


def _ratio(own: list[float], plains: list[float]) -> float:
    return statistics.median(own) / statistics.median(plains)


def _words(cost: Cost) -> str:
    return f"{cost.clock_s:.1f} s ({cost.processor_s:.1f} s of processors)"


if __name__ == "__main__":
    wanted = [*sys.argv[1:], *("3", "10")[len(sys.argv) - 1 :]]
    sys.exit(main(int(wanted[0]), float(wanted[1])))
