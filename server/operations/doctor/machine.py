"""Checks of the machine: clock, memory, fonts, ffmpeg."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from media.sandbox.subprocess_limits import Bounds, ProgramFailed, run
from media.slides.text.fonts import FontMissing, Fonts
from media.video.transcode import try_out
from server.operations.doctor.finding import Check, Finding

CLOCK: Final = Check("时钟", "clock")
MEMORY: Final = Check("内存", "memory")
FONTS: Final = Check("字体", "fonts")
VIDEO: Final = Check("视频处理", "video")
FIRST_YEAR, LAST_YEAR = 2026, 2100
WATCHED_S: Final = 0.2
STEP_S: Final = 0.05
LEAST_MB, LITTLE_MB = 200, 500
BOUNDS: Final = Bounds(seconds=20)


def clock(now_ms: int, newest_ms: int) -> Iterator[Finding]:
    """Whether the time is plausible; `newest_ms` is the latest instant in the databases."""
    year = datetime.fromtimestamp(now_ms / 1000, UTC).year
    if not FIRST_YEAR <= year < LAST_YEAR:
        yield CLOCK.bad(
            f"现在是 {year} 年？请校准：timedatectl set-ntp true。",
            f"it can't be {year}: set the time, timedatectl set-ntp true.",
        )
    elif now_ms < newest_ms:
        behind_s = (newest_ms - now_ms) // 1000
        yield CLOCK.bad(
            f"比库中最新记录落后 {behind_s} 秒：请校准，否则显示屏会拒绝下发。",
            f"{behind_s} s behind the newest record: set the time, or screens refuse orders.",
        )
    else:
        yield _steady()


def _steady() -> Finding:
    before = time.time() - time.monotonic()
    time.sleep(WATCHED_S)
    moved_s = time.time() - time.monotonic() - before
    if abs(moved_s) > STEP_S:
        return CLOCK.warn(
            f"时钟在跳动（{moved_s:.2f} 秒）：检查对时服务。",
            f"the clock jumps ({moved_s:.2f} s): look at what sets it.",
        )
    synced = _synchronised()
    if synced:
        return CLOCK.ok("年份合理、走时平稳、已对时。", "sane, steady and synchronised.")
    if synced is None:
        return CLOCK.ok(
            "年份合理、走时平稳（未发现 chrony 或 timesyncd，无法判断是否对时）。",
            "sane and steady (no chrony or timesyncd to ask whether it is synchronised).",
        )
    return CLOCK.warn(
        "没有对时：timedatectl set-ntp true，或安装 chrony。",
        "it isn't synchronised: timedatectl set-ntp true, or install chrony.",
    )


def _synchronised() -> bool | None:
    output = _output("timedatectl", "show", "-p", "NTPSynchronized", "--value")
    if output is not None and output.strip() in {"yes", "no"}:
        return output.strip() == "yes"
    tracking = _output("chronyc", "-n", "tracking")
    return None if tracking is None else "Not synchronised" not in tracking


def memory(meminfo: Path = Path("/proc/meminfo")) -> Iterator[Finding]:
    """Whether there is memory to render one more clip."""
    found = re.search(r"MemAvailable:\s+(\d+) kB", meminfo.read_text())
    if found is None:
        return
    free_mb = int(found[1]) // 1024
    if free_mb < LEAST_MB:
        yield MEMORY.bad(
            f"仅剩 {free_mb} MB：结束其他程序或增加内存。",
            f"only {free_mb} MB available: end other programs or add memory.",
        )
    elif free_mb < LITTLE_MB:
        yield MEMORY.warn(
            f"可用 {free_mb} MB，处理视频时可能不足。",
            f"{free_mb} MB available, which may not do for clips.",
        )
    else:
        yield MEMORY.ok(f"可用 {free_mb} MB。", f"{free_mb} MB available.")


def fonts() -> Iterator[Finding]:
    """Whether slides can be typeset in Chinese."""
    try:
        for weight in ("Regular", "Bold"):
            Fonts().at(weight, 32)
    except FontMissing:
        yield FONTS.bad(
            "缺少中文字体：apt install fonts-noto-cjk。",
            "the Chinese typeface is missing: apt install fonts-noto-cjk.",
        )
    else:
        yield FONTS.ok("思源黑体（Noto Sans CJK）可用。", "Noto Sans CJK is there.")


def video() -> Iterator[Finding]:
    """Whether clips can be rendered."""
    versions = [_version("ffmpeg"), _version("ffprobe")]
    if None in versions:
        yield VIDEO.bad(
            "缺少 ffmpeg 或 ffprobe：apt install ffmpeg。",
            "ffmpeg or ffprobe is missing: apt install ffmpeg.",
        )
        return
    try:
        try_out()
    except ProgramFailed:
        yield VIDEO.bad(
            "ffmpeg 不能制作 H.264/AAC 视频：安装发行版自带的完整 ffmpeg。",
            "ffmpeg can't make H.264 and AAC: install the distribution's full ffmpeg.",
        )
    else:
        text = f"ffmpeg {versions[0]}, ffprobe {versions[1]}"
        yield VIDEO.ok(f"{text}，可制作视频。", f"{text}; clips can be made.")


def _version(program: str) -> str | None:
    output = _output(program, "-hide_banner", "-version")
    found = re.search(r"version (\S+)", output or "")
    return found[1] if found else None


def _output(*argv: str) -> str | None:
    """A program's output; None if it is missing or fails."""
    try:
        done = run(argv, BOUNDS)
    except ProgramFailed:
        return None
    return done.stdout if done.returncode == 0 else None
