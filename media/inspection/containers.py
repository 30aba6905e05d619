"""Which containers and codings ffmpeg may open: one list for every call of it."""

from __future__ import annotations

from pathlib import Path

from media.inspection.mp4_boxes import is_iso_media

HEAD_BYTES = 1024
# ffmpeg's names of the readers. Without this list stock ffmpeg opens other local files
# through .m3u8, DASH and ffconcat.
CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf"
MATROSKA_START = b"\x1aE\xdf\xa3"
FLV_START = b"FLV\x01"
ASF_START = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
PACK_START = b"\0\0\x01\xba"  # of a program stream
TS_PACKETS = ((188, 0), (192, 4), (204, 0))  # length, and the offset of the mark in it
TS_MARK = 0x47
TS_SEEN = 3
PROTOCOLS = "file,pipe"
PICTURE_CODECS = frozenset(
    {"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mpeg2video", "mpeg1video", "prores", "mjpeg"}
)
SOUND_CODECS = frozenset(
    {"aac", "mp3", "mp2", "opus", "vorbis", "flac", "alac", "ac3", "eac3", "dts"}
    | {"wmav1", "wmav2", "adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "amr_nb", "amr_wb"}
    | {"pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be"}
    | {"pcm_f32le", "pcm_f32be", "pcm_u8", "pcm_s8", "pcm_alaw", "pcm_mulaw", "pcm_bluray"}
)
# Decoders that are not named as what they decode.
OTHER_NAMES = ("libdav1d", "aac_fixed", "mp3float", "mp2float", "dca", "amrnb", "amrwb")
DECODERS = ",".join([*sorted(PICTURE_CODECS), *sorted(SOUND_CODECS), *OTHER_NAMES])


def safe_input(path: Path) -> dict[str, str]:
    """Return the options that must precede every input of ffmpeg and ffprobe.

    The reader is named explicitly, as ffmpeg would otherwise consider the file's name too.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return {
        "protocol_whitelist": PROTOCOLS,
        "format_whitelist": CONTAINERS,
        "codec_whitelist": DECODERS,
        "f": reader_for(head) or "mov",
    }


def reader_for(head: bytes) -> str | None:
    """Return ffmpeg's name of the reader for a file that begins so, if it is one let in."""
    if is_iso_media(head):
        return "mov"
    for start, reader in ((MATROSKA_START, "matroska"), (FLV_START, "flv"), (ASF_START, "asf")):
        if head.startswith(start):
            return reader
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "avi"
    if head.startswith(PACK_START):
        return "mpeg"
    return "mpegts" if ts_packet_bytes(head) else None


def ts_packet_bytes(head: bytes) -> int | None:
    """Return how long a transport stream's packets are, if the file begins as one."""
    for length, mark in TS_PACKETS:
        marks = head[mark : mark + length * TS_SEEN : length]
        if len(marks) == TS_SEEN and set(marks) == {TS_MARK}:
            return length
    return None


def file_url(path: Path) -> str:
    """Return the path as ffmpeg must be given it: absolute, and never read as an option or URL."""
    return f"file:{path.absolute()}"
