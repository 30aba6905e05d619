"""A campaign, or all that is live for a venue, as files that an LED controller takes."""

import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image

from server.publishing.led_packages.file_names import file_name
from server.publishing.led_packages.models import PACKS
from tests.support.app.campaigns import Office, act, draft, live, make_playlist, open_office
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.factories.sample_files import clip, photo
from tests.support.factories.uploads import upload

pytestmark = pytest.mark.slow

PANEL = {"width": 385, "height": 65, "pictures": "png"}
SLIDE = {"template": "slogan", "fields": {"lines": ["不轻信 不透露 不转账"]}}


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


def order(office: Office, path: str, **options: Any) -> Any:
    return office.author.client.post(f"/api/v1/{path}/led-packs", json={**PANEL, **options})


def made(office: Office, path: str, **options: Any) -> tuple[Any, zipfile.ZipFile]:
    """The pack as the API has it once its job has run, and its zip."""
    ordered = order(office, path, **options)
    assert ordered.status_code == 201, ordered.text
    run_jobs(office.world.core)
    pack = office.author.client.get(f"/api/v1/led-packs/{ordered.json['id']}").json
    assert pack["state"] == "ready", pack
    return pack, zipfile.ZipFile(io.BytesIO(content_of(office, pack["file"])))


def content_of(office: Office, address: str) -> bytes:
    with office.author.client.get(address) as answer:
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.data


def drawn(office: Office) -> str:
    """A slide of the author's, signed off."""
    slide = office.author.client.post("/api/v1/slides", json={**SLIDE, "duration_s": 10}).json
    run_jobs(office.world.core)
    signs(office, slide["id"])
    return str(slide["id"])


def sent(office: Office, path: Path) -> str:
    """An upload of the author's, signed off."""
    asset = upload(office.author, path).json["id"]
    run_jobs(office.world.core)
    signs(office, asset)
    return str(asset)


def signs(office: Office, asset: str) -> None:
    submitted = office.author.client.post(f"/api/v1/assets/{asset}/submit")
    assert submitted.status_code == 200, submitted.text
    approved = office.reviewer.client.post(f"/api/v1/assets/{asset}/approve")
    assert approved.status_code == 200, approved.text


def about(content: bytes, folder: Path) -> dict[str, Any]:
    """The picture of a clip by ffprobe, and the number of streams."""
    path = folder / "probed.mp4"
    path.write_bytes(content)
    probed = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(path)],
        capture_output=True,
        check=True,
    )
    streams = json.loads(probed.stdout)["streams"]
    return {**streams[0], "streams": len(streams)}


@pytest.mark.long
def test_a_campaign_becomes_numbered_files_at_the_panels_pixels(
    office: Office, tmp_path: Path
) -> None:
    slide = drawn(office)
    film = sent(office, clip(tmp_path / "刷单返利.mp4", seconds=2, size=(320, 180)))
    still = sent(office, photo(tmp_path / "现场 照片.jpg"))
    playlist = make_playlist(office, slide, film, still, slide, duration_s=8)
    campaign = live(office, playlist_id=playlist)

    pack, files = made(office, f"campaigns/{campaign}")

    names = [one.filename for one in files.infolist()]
    assert [name.split("_")[0] for name in names[:4]] == ["01", "02", "03", "04"]
    assert names[1] == "02_刷单返利.mp4"
    assert names[2] == "03_现场 照片.png"
    assert names[4:] == ["播放清单.xlsx", "播放清单.txt", "填报二维码.png"]
    assert all(one.flag_bits & 0x800 for one in files.infolist()), "names are UTF-8"
    for name in (names[0], names[2], names[3]):
        shown = Image.open(io.BytesIO(files.read(name)))
        assert (shown.format, shown.size, shown.mode) == ("PNG", (385, 65), "RGB")
    moving = about(files.read(names[1]), tmp_path)
    assert (moving["codec_name"], moving["profile"]) == ("h264", "Constrained Baseline")
    assert (moving["width"], moving["height"], moving["pix_fmt"]) == (384, 64, "yuv420p")
    assert (moving["has_b_frames"], moving["streams"]) == (0, 1)
    assert (pack["files"], pack["progress"]) == (4, 1.0)
    assert pack["bytes"] == len(content_of(office, pack["file"]))


def test_the_list_has_content_hours_frequency_end_and_contact(
    office: Office,
) -> None:
    office.author.client.patch("/api/v1/me", json={"name": "王芳", "phone": "0516-1"})
    slide = drawn(office)
    parts = [{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "18:00"}]
    playlist = make_playlist(office, slide, duration_s=8)
    campaign = live(office, playlist_id=playlist, dayparts=parts)

    _, files = made(office, f"campaigns/{campaign}")

    sheet = openpyxl.load_workbook(io.BytesIO(files.read("播放清单.xlsx"))).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    row = dict(zip(rows[1], rows[2], strict=True))
    assert row["文件"] == files.namelist()[0]
    assert (row["秒"], row["宣传任务"]) == (8, "年末防骗宣传")
    assert (row["从"], row["到（含）"]) == ("2026-11-24", "2026-12-31")
    assert row["时段"] == "周一至周五 08:00–18:00"
    assert (row["频次要求"], row["每小时约几次（该任务合计）"]) == ("每小时 12 次", 12)
    text = files.read("播放清单.txt").decode("utf-8-sig")
    assert "王芳 0516-1" in text
    assert "http://localhost/attestations/new" in text
    assert "384 × 64" in text
    assert Image.open(io.BytesIO(files.read("填报二维码.png"))).format == "PNG"


@pytest.mark.parametrize(("form", "kind"), [("jpg", "JPEG"), ("bmp", "BMP")])
def test_pictures_come_in_the_form_that_the_controller_takes(
    office: Office, form: str, kind: str
) -> None:
    campaign = live(office, playlist_id=make_playlist(office, drawn(office), duration_s=8))

    _, files = made(office, f"campaigns/{campaign}", pictures=form)

    shown = Image.open(io.BytesIO(files.read(files.namelist()[0])))
    assert (shown.format, shown.size) == (kind, (385, 65))


def test_a_venue_gets_all_that_is_live_for_it_at_the_size_of_its_screen(office: Office) -> None:
    mall = make_venue(office.world, kind="mall", name="万象商场", access="manual")
    make_screen(office.world, venue=mall, enrolled_at=None, width=400, height=160)
    slide = drawn(office)
    for name, kind in (("商场", "mall"), ("银行", "bank")):
        playlist = make_playlist(office, slide, duration_s=8)
        live(office, playlist_id=playlist, name=f"{name}任务", selector={"venue_kinds": [kind]})
    draft(office, playlist_id=make_playlist(office, slide, duration_s=8), name="草稿")

    pack, files = made(office, f"venues/v_{mall}", width=None, height=None)

    text = files.read("播放清单.txt").decode("utf-8-sig")
    assert (pack["width"], pack["height"], pack["files"]) == (400, 160, 1)
    assert "商场任务" in text
    assert "银行任务" not in text
    assert f"http://localhost/attestations/new?venue_id=v_{mall}" in text


@pytest.mark.long
def test_a_total_and_plays_a_day_are_given_by_the_hour(office: Office) -> None:
    hours = {str(day): [["08:00", "18:00"]] for day in range(1, 8)}
    mall = make_venue(office.world, kind="mall", access="manual", hours=hours)
    playlist = make_playlist(office, drawn(office), duration_s=8)
    live(office, playlist_id=playlist, target={"kind": "plays_per_day", "value": 120})

    _, files = made(office, f"venues/v_{mall}")

    text = files.read("播放清单.txt").decode("utf-8-sig")
    assert "每天 120 次" in text
    assert "每小时约几次（该任务合计）：12.0" in text


@pytest.mark.long
def test_what_expired_or_was_withdrawn_stays_out(office: Office) -> None:
    slide, other = drawn(office), drawn(office)
    playlist = make_playlist(office, slide, other, duration_s=8)
    campaign = live(office, playlist_id=playlist)
    office.author.client.post(f"/api/v1/assets/{other}/withdraw")

    pack, _ = made(office, f"campaigns/{campaign}")

    assert pack["files"] == 1


@pytest.mark.parametrize(
    "size", [{"width": 1}, {"height": 100_000}, {"width": 8000, "height": 8000}]
)
def test_a_panel_that_nobody_builds_is_refused_in_words(office: Office, size: Any) -> None:
    answer = order(office, f"campaigns/{live(office)}", **size)

    assert answer.status_code == 422
    assert "屏宽" in answer.json["detail"]
    assert answer.json["errors"][0]["pointer"] == "/width"


def test_a_venue_without_a_size_on_record_asks_for_it(office: Office) -> None:
    live(office)
    answer = order(office, f"venues/v_{make_venue(office.world)}", width=None, height=None)

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/width")


def test_only_signed_off_content_is_exported(office: Office) -> None:
    answer = order(office, f"campaigns/{draft(office)}")
    assert (answer.status_code, answer.json["code"]) == (409, "not_signed")

    alone = order(office, f"venues/v_{make_venue(office.world)}")
    assert (alone.status_code, alone.json["code"]) == (409, "nothing_to_export")

    over = live(office)
    act(office.author, over, "withdraw")
    assert order(office, f"campaigns/{over}").status_code == 409


@pytest.mark.long
def test_an_asset_that_fits_no_such_panel_is_named_with_the_reason(
    office: Office, tmp_path: Path
) -> None:
    long = {"template": "slogan", "fields": {"lines": ["未知链接不点击陌生来电不轻信"] * 4}}
    slide = office.author.client.post("/api/v1/slides", json={**long, "duration_s": 10})
    assert slide.status_code == 201, slide.text
    run_jobs(office.world.core)
    signs(office, slide.json["id"])
    still = sent(office, photo(tmp_path / "photo.jpg"))
    playlist = make_playlist(office, slide.json["id"], still, duration_s=8)
    campaign = live(office, playlist_id=playlist)

    pack, files = made(office, f"campaigns/{campaign}", width=64, height=16)

    assert pack["files"] == 1
    assert "做不了这个尺寸" in files.read("播放清单.txt").decode("utf-8-sig")


def test_nobody_else_sees_a_pack_and_it_goes_with_what_one_may_see(office: Office) -> None:
    campaign = live(office, playlist_id=make_playlist(office, drawn(office), duration_s=8))
    pack, _ = made(office, f"campaigns/{campaign}")
    admin = sign_in(office.world, "admin")

    path = f"/api/v1/led-packs/{pack['id']}"
    assert admin.client.get(path).status_code == 404
    assert admin.client.get(f"{path}/file").status_code == 404
    assert (
        office.stranger.client.post(
            f"/api/v1/campaigns/{campaign}/led-packs", json=PANEL
        ).status_code
        == 404
    )
    assert office.author.client.delete(path).status_code == 204
    assert office.author.client.get(f"{path}/file").status_code == 404


def test_a_pack_is_kept_for_three_days(office: Office) -> None:
    campaign = live(office, playlist_id=make_playlist(office, drawn(office), duration_s=8))
    pack, _ = made(office, f"campaigns/{campaign}")
    folder = office.world.core.settings.data / "led-packs"
    assert len(list(folder.iterdir())) == 1

    office.world.clock.forward(3 * DAY_MS + 1)
    PACKS.clear(office.world.core)

    sign_in_again(office.world, office.author)
    assert office.author.client.get(f"/api/v1/led-packs/{pack['id']}").status_code == 404
    assert list(folder.iterdir()) == []


def test_four_at_a_time_are_too_many_and_each_is_audited(office: Office) -> None:
    campaign = live(office)
    answers = [order(office, f"campaigns/{campaign}") for _ in range(4)]

    assert [one.status_code for one in answers] == [201, 201, 201, 429]
    trail = sign_in(office.world, "admin").client.get("/api/v1/audit").json["items"]
    assert sum(one["action"] == "led_pack.order" for one in trail) == 3


def test_the_audit_trail_calls_a_pack_by_its_campaign_or_venue(office: Office) -> None:
    mall = make_venue(office.world, kind="mall", name="万象商场", access="manual")
    campaign = live(office)
    order(office, f"campaigns/{campaign}")
    order(office, f"venues/v_{mall}", width=192, height=96)

    page = sign_in(office.world, "admin").client.get("/settings/audit").text
    assert all(name in page for name in ("年末防骗宣传 385×65", "万象商场 192×96"))

    office.author.client.delete("/api/v1/led-packs/lp_1")
    assert "lp_1" in sign_in(office.world, "admin").client.get("/settings/audit").text


def test_the_pages_lead_there(office: Office) -> None:
    campaign = live(office)
    mall = make_venue(office.world, kind="mall", name="万象商场", access="manual")
    make_screen(office.world, venue=mall, enrolled_at=None, width=400, height=160)

    page = office.author.client.get(f"/led-packs?venue_id=v_{mall}").text
    assert 'value="400"' in page
    assert f"POST /api/v1/venues/v_{mall}/led-packs" in page
    assert (
        f"/led-packs?campaign_id={campaign}"
        in office.author.client.get(f"/campaigns/{campaign}").text
    )
    assert f"/led-packs?venue_id=v_{mall}" in office.author.client.get(f"/venues/v_{mall}").text
    order(office, f"campaigns/{campaign}")
    assert "正在制作" in office.author.client.get(f"/led-packs?campaign_id={campaign}").text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("谨防刷单", "03_谨防刷单.jpg"),
        ('a<b>:"/\\|?*c', "03_a b c.jpg"),
        ("尾点. ", "03_尾点.jpg"),
        ("", "03_LED.jpg"),
        ("..", "03_LED.jpg"),
        ("宣传片.MP4", "03_宣传片.jpg"),
        ("长" * 90, f"03_{'长' * 40}.jpg"),
    ],
)
def test_names_are_such_that_windows_takes_them(name: str, expected: str) -> None:
    assert file_name(3, 12, name, ".jpg") == expected


def test_more_than_a_hundred_files_still_sort_by_name() -> None:
    assert file_name(3, 120, "素材", ".jpg") == "003_素材.jpg"
