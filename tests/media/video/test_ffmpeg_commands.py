"""Every ffmpeg command is built by ffmpeg-python, hardened, and run by
media.sandbox.subprocess_limits alone."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path

import pytest

from media.video import ffmpeg_commands, loudness
from media.video.picture_filters import Target, inner_box
from media.video.probe import Clip

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SOURCES = [
    path for top in ("media", "server", "playlists") for path in sorted((ROOT / top).rglob("*.py"))
]
BUILDERS = {"media/video/ffmpeg_commands.py", "media/starter/ffmpeg_commands.py"}

CLIP = Clip(
    picture=0,
    codec="h264",
    width=1920,
    height=1440,
    fps=Fraction(25),
    seconds=2.0,
    picture_seconds=2.0,
    begins_s=0.0,
    has_sound=True,
    interlaced=True,
    hdr=False,
    has_colour_space=False,
    frame_bytes=1920 * 1080 * 3 // 2,
)
LEVEL = loudness.Level(4.0)


def commands(folder: Path) -> list[list[str]]:
    source = folder / "in.mp4"
    source.write_bytes(b"\0\0\0\x08ftyp")
    targets = [Target(folder / "out.mp4", 1920, 1080), Target(folder / "tall.mp4", 1080, 1920)]
    views = ffmpeg_commands.Views(
        inner_box(CLIP, targets[0]),
        folder / "poster.jpg",
        (1440, 1080),
        folder / "thumbnail.jpg",
        (480, 360),
        folder / "filmstrip.jpg",
        (160, 120),
        cells=2,
        cell_s=1,
    )
    return [
        ffmpeg_commands.transcoding(source, CLIP, targets, 10, listen=True),
        ffmpeg_commands.sounding(source, LEVEL, 2.0, folder / "sound.mp4"),
        ffmpeg_commands.metering(source),
        ffmpeg_commands.joining(source, source, folder / "joined.mp4"),
        ffmpeg_commands.picturing(source, views),
    ]


def test_every_input_is_opened_with_the_white_lists(tmp_path: Path) -> None:
    for command in commands(tmp_path):
        inputs = [place for place, word in enumerate(command) if word == "-i"]
        for begin, place in zip([0, *inputs], inputs, strict=False):
            before_input = command[begin:place]
            for option in ("-protocol_whitelist", "-format_whitelist", "-codec_whitelist", "-f"):
                assert option in before_input
            assert before_input[before_input.index("-protocol_whitelist") + 1] == "file,pipe"
            assert command[place + 1] == f"file:{tmp_path}/in.mp4"


def test_a_hostile_clip_is_decoded_strictly(tmp_path: Path) -> None:
    for command in commands(tmp_path)[:2]:  # the others read files of ours
        assert "-xerror" in command
        assert command[command.index("-err_detect") + 1] == "explode"


def test_no_ffmpeg_waits_for_a_keyboard(tmp_path: Path) -> None:
    for command in commands(tmp_path):
        assert "-nostdin" in command


def starts_with_ffmpeg(node: ast.AST) -> bool:
    """A list or tuple whose first element is the word itself, as an argv is written."""
    if not isinstance(node, ast.List | ast.Tuple) or not node.elts:
        return False
    first = node.elts[0]
    return isinstance(first, ast.Constant) and str(first.value).rsplit("/", 1)[-1] == "ffmpeg"


def imports(tree: ast.AST) -> set[str]:
    return {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }


@pytest.mark.long
def test_no_command_line_of_ffmpeg_is_written_by_hand() -> None:
    by_hand = [
        path.relative_to(ROOT)
        for path in SOURCES
        if any(starts_with_ffmpeg(node) for node in ast.walk(ast.parse(path.read_text())))
    ]

    assert by_hand == [], "build the command with ffmpeg-python in media/video/ffmpeg_commands.py"


@pytest.mark.long
def test_only_the_graphs_import_ffmpeg_python() -> None:
    importing = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "ffmpeg" in imports(ast.parse(path.read_text()))
    }

    assert importing == BUILDERS


def test_only_the_sandbox_starts_programs() -> None:
    for path in (ROOT / "media").rglob("*.py"):
        if path.name != "subprocess_limits.py":
            started = imports(ast.parse(path.read_text()))
            assert not started & {"subprocess", "multiprocessing", "posix", "pty"}, path.name
