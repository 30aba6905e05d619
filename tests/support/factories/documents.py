"""Makes documents for tests: PDFs of a few pages, and the smallest PPTX that opens."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.support.factories.sample_files import quadrants

MAIN = "http://schemas.openxmlformats.org"
OFFICE = f"{MAIN}/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.presentationml"
SPACES = (
    f'xmlns:a="{MAIN}/drawingml/2006/main" xmlns:r="{OFFICE}" '
    f'xmlns:p="{MAIN}/presentationml/2006/main"'
)
GROUP = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAPPING = (
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" '
    'accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" '
    'folHlink="folHlink"/>'
)


def pdf(path: Path, sizes: Sequence[tuple[int, int]]) -> Path:
    """A PDF with a page of four colours for each size."""
    first, *rest = [quadrants(size) for size in sizes]
    first.save(path, "PDF", save_all=True, append_images=rest)
    return path


def locked_pdf(path: Path) -> Path:
    """A PDF marked as encrypted, with keys that no password fits."""
    pdf(path, [(16, 9)])
    content = path.read_bytes()
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> /ID [<00><00>] " % (
        b"11" * 32,
        b"22" * 32,
    )
    place = content.rindex(b"trailer")
    place = content.index(b"<<", place) + 2
    path.write_bytes(content[:place] + b" " + lock + content[place:])
    return path


def pptx(path: Path, slides: Sequence[str], link: str | None = None) -> Path:
    """A PPTX of 16:9 slides with one line of text each; `link` is a picture it has elsewhere."""
    numbers = range(1, len(slides) + 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _types(numbers))
        package.writestr("_rels/.rels", _links([("officeDocument", "ppt/presentation.xml")]))
        package.writestr("ppt/presentation.xml", _presentation(numbers))
        parts = [("slideMaster", "slideMasters/slideMaster1.xml")]
        parts += [("slide", f"slides/slide{n}.xml") for n in numbers]
        package.writestr("ppt/_rels/presentation.xml.rels", _links(parts))
        layout = [("slideLayout", "../slideLayouts/slideLayout1.xml")]
        master = [*layout, ("theme", "../theme/theme1.xml")]
        package.writestr("ppt/slideMasters/slideMaster1.xml", _master())
        package.writestr("ppt/slideMasters/_rels/slideMaster1.xml.rels", _links(master))
        package.writestr("ppt/slideLayouts/slideLayout1.xml", _layout())
        above = [("slideMaster", "../slideMasters/slideMaster1.xml")]
        package.writestr("ppt/slideLayouts/_rels/slideLayout1.xml.rels", _links(above))
        package.writestr("ppt/theme/theme1.xml", _theme())
        for number, text in zip(numbers, slides, strict=True):
            package.writestr(f"ppt/slides/slide{number}.xml", _slide(text))
            package.writestr(f"ppt/slides/_rels/slide{number}.xml.rels", _links(layout, link))
    return path


def _types(numbers: Sequence[int]) -> str:
    parts = {f"slides/slide{n}": "slide" for n in numbers}
    parts |= {"presentation": "presentation.main", "slideMasters/slideMaster1": "slideMaster"}
    parts |= {"slideLayouts/slideLayout1": "slideLayout"}
    named = "".join(
        f'<Override PartName="/ppt/{part}.xml" ContentType="{TYPE}.{kind}+xml"/>'
        for part, kind in parts.items()
    )
    theme = "application/vnd.openxmlformats-officedocument.theme+xml"
    return (
        f'{HEAD}<Types xmlns="{MAIN}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}'
        f'<Override PartName="/ppt/theme/theme1.xml" ContentType="{theme}"/></Types>'
    )


def _links(parts: Sequence[tuple[str, str]], outside: str | None = None) -> str:
    inside = "".join(
        f'<Relationship Id="rId{place}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(parts, start=1)
    )
    if outside:
        inside += (
            f'<Relationship Id="rId99" Type="{OFFICE}/image" Target="{outside}" '
            'TargetMode="External"/>'
        )
    return (
        f'{HEAD}<Relationships xmlns="{MAIN}/package/2006/relationships">{inside}</Relationships>'
    )


def _presentation(numbers: Sequence[int]) -> str:
    slides = "".join(f'<p:sldId id="{255 + n}" r:id="rId{1 + n}"/>' for n in numbers)
    return (
        f"{HEAD}<p:presentation {SPACES}><p:sldMasterIdLst>"
        '<p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        f'<p:sldIdLst>{slides}</p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/>'
        '<p:notesSz cx="6858000" cy="9144000"/></p:presentation>'
    )


def _master() -> str:
    return (
        f"{HEAD}<p:sldMaster {SPACES}><p:cSld><p:spTree>{GROUP}</p:spTree></p:cSld>{MAPPING}"
        '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst>'
        "</p:sldMaster>"
    )


def _layout() -> str:
    return (
        f"{HEAD}<p:sldLayout {SPACES}><p:cSld><p:spTree>{GROUP}</p:spTree></p:cSld></p:sldLayout>"
    )


def _slide(text: str) -> str:
    return (
        f"{HEAD}<p:sld {SPACES}><p:cSld><p:spTree>{GROUP}<p:sp><p:nvSpPr>"
        '<p:cNvPr id="2" name="t"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
        '<a:off x="600000" y="600000"/><a:ext cx="9000000" cy="3000000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/>'
        f'<a:p><a:r><a:rPr lang="zh-CN" sz="9600"/><a:t>{text}</a:t></a:r></a:p></p:txBody>'
        "</p:sp></p:spTree></p:cSld></p:sld>"
    )


def _theme() -> str:
    colours = {"dk1": "000000", "lt1": "FFFFFF", "dk2": "222222", "lt2": "EEEEEE"}
    colours |= {f"accent{n}": "4472C4" for n in range(1, 7)}
    colours |= {"hlink": "0563C1", "folHlink": "954F72"}
    named = "".join(f'<a:{k}><a:srgbClr val="{v}"/></a:{k}>' for k, v in colours.items())
    font = '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>' * 3
    lines = f'<a:ln w="6350">{fill[: len(fill) // 3]}</a:ln>' * 3
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    return (
        f'{HEAD}<a:theme xmlns:a="{MAIN}/drawingml/2006/main" name="t"><a:themeElements>'
        f'<a:clrScheme name="t">{named}</a:clrScheme><a:fontScheme name="t">'
        f"<a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="t"><a:fillStyleLst>{fill}</a:fillStyleLst>'
        f"<a:lnStyleLst>{lines}</a:lnStyleLst><a:effectStyleLst>{effects}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )
