"""Documents become pictures, page by page; those that can't be read are refused in words."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PIL import Image

from media.documents.pages import draw_pages, office_is_there
from media.documents.pptx_worker import main as clean_package
from media.errors import MediaRefused
from media.inspection.file_type import sniff
from media.limits import Limits
from tests.support.factories import documents, sample_files

pytestmark = pytest.mark.slow


def refused(source: Path, folder: Path) -> MediaRefused:
    assert sniff(source) == "document"
    with pytest.raises(MediaRefused) as caught:
        draw_pages(source, folder, Limits())
    return caught.value


def test_each_page_becomes_a_picture_of_its_shape(tmp_path: Path) -> None:
    source = documents.pdf(tmp_path / "in.pdf", [(160, 90), (90, 160)])

    pages = draw_pages(source, tmp_path, Limits())

    sizes = []
    for page in pages:
        with Image.open(page) as picture:
            sizes.append(picture.size)
            assert picture.getpixel((5, 5)) == pytest.approx(sample_files.RED, abs=30)
    assert sizes == [(2560, 1440), (1440, 2560)]


def test_a_document_with_a_password_is_encrypted(tmp_path: Path) -> None:
    assert refused(documents.locked_pdf(tmp_path / "in.pdf"), tmp_path).code == "encrypted"


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_half_a_document_is_truncated(tmp_path: Path, share: float) -> None:
    whole = documents.pdf(tmp_path / "whole.pdf", [(160, 90)] * 3)
    source = sample_files.first_part(tmp_path / "in.pdf", whole, share)

    assert refused(source, tmp_path).code == "truncated"


def test_a_document_of_rubbish_is_damaged(tmp_path: Path) -> None:
    source = tmp_path / "in.pdf"
    source.write_bytes(b"%PDF-1.7\n" + b"rubbish " * 200 + b"\n%%EOF\n")

    assert refused(source, tmp_path).code == "damaged"


def test_a_document_of_too_many_pages_is_too_large(tmp_path: Path) -> None:
    refusal = refused(documents.pdf(tmp_path / "in.pdf", [(16, 9)] * 101), tmp_path)

    assert refusal.code == "too_large"
    assert "101" in refusal.detail_zh


def test_slides_are_refused_in_words_where_no_office_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = documents.pptx(tmp_path / "in.pptx", ["不轻信"])
    monkeypatch.setenv("PATH", "/nonexistent")

    refusal = refused(source, tmp_path)

    assert refusal.code == "unsupported"
    assert "PDF" in refusal.detail_zh
    assert "WITH_PPTX=1" in refusal.detail_en


@pytest.mark.skipif(not office_is_there(), reason="needs make setup WITH_PPTX=1")
def test_each_slide_becomes_a_picture(tmp_path: Path) -> None:
    source = documents.pptx(tmp_path / "in.pptx", ["不轻信", "不转账"])

    pages = draw_pages(source, tmp_path, Limits())

    assert len(pages) == 2
    for page in pages:
        with Image.open(page) as picture:
            assert picture.size == (2560, 1440)
            dark = sum(value < 128 for value in picture.convert("L").tobytes())
            assert dark > 1000, "the words are missing"


def test_links_to_the_outside_are_cut_off(tmp_path: Path) -> None:
    source = documents.pptx(tmp_path / "in.pptx", ["不轻信"], link="http://127.0.0.1:9/x.png")
    clean = tmp_path / "clean.pptx"

    clean_package({"source": str(source), "clean": str(clean)})

    with zipfile.ZipFile(clean) as package:
        links = package.read("ppt/slides/_rels/slide1.xml.rels").decode()
    assert "127.0.0.1" not in links
    assert "slideLayout1.xml" in links


def test_a_package_that_grows_without_end_is_too_large(tmp_path: Path) -> None:
    source = documents.pptx(tmp_path / "in.pptx", ["不轻信"])
    with zipfile.ZipFile(source, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("ppt/media/1.bin", bytes(1000))
        package.filelist[-1].file_size = 600 * 1024 * 1024

    with pytest.raises(MediaRefused) as caught:
        clean_package({"source": str(source), "clean": str(tmp_path / "clean.pptx")})

    assert caught.value.code == "too_large"
