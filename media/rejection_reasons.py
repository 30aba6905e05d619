"""The catalogue of reasons for rejecting an upload, in Chinese and English."""

from __future__ import annotations

from media.errors import Code, MediaRefused

REASONS: dict[str, tuple[Code, str, str]] = {
    "empty": (
        "empty",
        "文件是空的（0 字节）。请检查原文件能否打开，然后重新上传。",
        "The file is empty (0 bytes). Check that the original opens, then upload it again.",
    ),
    "truncated": (
        "truncated",
        "文件不完整，后面的内容缺失，可能是拷贝或传输中断。请重新拷贝或导出完整的文件后再上传。",
        "The file is incomplete: its end is missing, perhaps a copy broke off. "
        "Copy or export the whole file and upload it again.",
    ),
    "damaged": (
        "damaged",
        "文件已损坏，无法完整解码。请用播放器或看图软件检查原文件，重新导出后再上传。",
        "The file is damaged and can't be decoded to its end. "
        "Check the original in a player or viewer, export it again and upload that.",
    ),
    "unsupported": (
        "unsupported",
        "不支持这种文件。请上传 JPEG、PNG、GIF、WebP、HEIC 图片，MP4、MOV、MKV 视频，或 PDF 文档。",
        "This kind of file isn't supported. Upload a JPEG, PNG, GIF, WebP or HEIC picture, "
        "an MP4, MOV or MKV video, or a PDF document.",
    ),
    "unsupported_picture": (
        "unsupported",
        "不支持这种图片格式。请用看图软件另存为 JPEG 或 PNG 后上传。",
        "This picture format isn't supported. Save it as JPEG or PNG and upload that.",
    ),
    "unsupported_svg": (
        "unsupported",
        "不接收 SVG 矢量图。请在设计软件中导出为 PNG 后上传。",
        "SVG drawings aren't accepted. Export the drawing as PNG and upload that.",
    ),
    "unsupported_page": (
        "unsupported",
        "不接收网页或文本文件。请把要展示的内容做成图片或视频后上传，也可以用“图文制作”。",
        "Web pages and text files aren't accepted. "
        "Make a picture or a video of the content, or use the slide editor.",
    ),
    "unsupported_playlist": (
        "unsupported",
        "这是播放列表（如 m3u8、DASH、ffconcat），不含画面本身。请上传视频文件。",
        "This is a playlist (such as m3u8, DASH or ffconcat) without pictures of its own. "
        "Upload the video file itself.",
    ),
    "unsupported_archive": (
        "unsupported",
        "不接收压缩包。请解压后逐个上传图片或视频。",
        "Archives aren't accepted. Unpack it and upload the pictures or videos one by one.",
    ),
    "unsupported_document": (
        "unsupported",
        "不支持这种文档。请另存为 PDF 后上传，每一页会成为一张图片。",
        "This kind of document isn't supported. "
        "Save it as PDF and upload that: each page becomes a picture.",
    ),
    "unsupported_slides": (
        "unsupported",
        "这台服务器没有安装 PPTX 支持。请在 PowerPoint 或 WPS 中另存为 PDF 后上传，"
        "或请管理员执行 make setup WITH_PPTX=1。",
        "This server can't read PPTX. Save it as PDF in PowerPoint and upload that, "
        "or ask an administrator to run make setup WITH_PPTX=1.",
    ),
    "unsupported_here": (
        "unsupported",
        "文档会变成多张图片，不能放在这里。请在“素材”页上传文档，或选择一张图片、一段视频。",
        "A document becomes several pictures, so it doesn't fit here. "
        "Upload it on the media page, or choose one picture or video.",
    ),
    "unsupported_codec": (
        "unsupported",
        "不支持这段视频的编码（{codec}）。请用视频软件导出为 H.264 编码的 MP4 后上传。",
        "The video's coding ({codec}) isn't supported. Export it as MP4 with H.264.",
    ),
    "too_large_bytes": (
        "too_large",
        "文件超过 {limit} MB 的上限。请压缩或降低分辨率后再上传。",
        "The file is larger than the limit of {limit} MB. "
        "Compress it or lower its resolution, then upload it again.",
    ),
    "too_large_pixels": (
        "too_large",
        "画面尺寸 {width}×{height} 超过上限（{megapixels} 百万像素，每边 {side} 像素）。"
        "请缩小后再上传。",
        "The picture of {width}x{height} is larger than the limit ({megapixels} megapixels, "
        "{side} pixels a side). Make it smaller, then upload it again.",
    ),
    "too_large_frames": (
        "too_large",
        "动图太大：{width}×{height} 像素的动图最多 {limit} 帧。请缩小、减少帧数，"
        "或导出为 MP4 视频后上传。",
        "The animation is too large: at {width}x{height} pixels it may have {limit} frames. "
        "Make it smaller or shorter, or export it as an MP4 video.",
    ),
    "too_large_pages": (
        "too_large",
        "文档有 {pages} 页，最多 {limit} 页。请只导出需要的页面后再上传。",
        "The document has {pages} pages, the limit is {limit}. "
        "Export only the pages you need and upload them.",
    ),
    "too_large_fps": (
        "too_large",
        "视频帧率 {fps} 超过每秒 {limit} 帧的上限。请导出为 25 或 30 帧后再上传。",
        "The video has {fps} frames a second, the limit is {limit}. "
        "Export it at 25 or 30 frames a second.",
    ),
    "too_large_work": (
        "too_large",
        "处理这个文件需要的时间或内存超过上限。请降低分辨率或缩短后再上传。",
        "Processing this file takes more time or memory than allowed. "
        "Lower its resolution or shorten it, then upload it again.",
    ),
    "too_long": (
        "too_long",
        "视频时长 {seconds} 秒，超过 {limit} 秒的上限。请剪短后再上传。",
        "The video lasts {seconds} s, the limit is {limit} s. Cut it shorter and upload it again.",
    ),
    "no_picture": (
        "no_picture",
        "文件里没有画面（可能只有声音）。请上传带画面的视频或图片。",
        "The file has no picture (perhaps only sound). Upload a video or a picture.",
    ),
    "encrypted": (
        "encrypted",
        "文件已加密，无法播放。请上传没有密码和版权保护的文件。",
        "The file is encrypted and can't be shown. "
        "Upload a file without password or copy protection.",
    ),
}


def refusal(reason: str, **facts: object) -> MediaRefused:
    """Return the rejection for a reason of the catalogue, its sentences filled with facts."""
    code, detail_zh, detail_en = REASONS[reason]
    return MediaRefused(code, detail_zh.format(**facts), detail_en.format(**facts))
