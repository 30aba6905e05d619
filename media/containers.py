"""Which containers and codings ffmpeg may open: one list for every call of it."""

from __future__ import annotations

from pathlib import Path

# Without this list stock ffmpeg opens other local files through .m3u8, DASH and ffconcat.
CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"
MATROSKA_START = b"\x1aE\xdf\xa3"
PROTOCOLS = "file,pipe"
PICTURE_CODECS = frozenset(
    {"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mpeg2video", "mpeg1video", "prores", "mjpeg"}
)
DECODERS = (
    "h264,hevc,vp8,vp9,av1,libdav1d,mpeg4,mpeg2video,mpeg1video,prores,mjpeg,"
    "aac,aac_fixed,mp3,mp3float,mp2,mp2float,opus,vorbis,flac,alac,ac3,eac3,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_u8"
)


def safe_input(path: Path) -> dict[str, str]:
    """Return the options that must stand before every input of ffmpeg and ffprobe.

    The reader is named as well: left to choose, ffmpeg looks at the file's name too.
    """
    return {
        "protocol_whitelist": PROTOCOLS,
        "format_whitelist": CONTAINERS,
        "codec_whitelist": DECODERS,
        "f": _reader_for(path),
    }


def _reader_for(path: Path) -> str:
    with path.open("rb") as file:
        return "matroska" if file.read(4) == MATROSKA_START else "mov"


def file_url(path: Path) -> str:
    """Return the path as ffmpeg must be given it: absolute, and never read as an option or URL."""
    return f"file:{path.absolute()}"
