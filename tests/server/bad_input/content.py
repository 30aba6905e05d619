"""Bad files, slides, playlists, campaigns, takeovers and exemptions."""

from pathlib import Path
from typing import Any

from tests.server.bad_input.case import Case
from tests.server.bad_input.scene import POWER_CUT, Scene
from tests.support.app.campaigns import EVERYWHERE, campaign_body
from tests.support.factories.sample_files import clip, first_part, photo, png_bomb

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
M3U8 = b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


def files(scene: Scene, folder: Path) -> list[Case]:
    """Uploads."""
    whole, cut = photo(folder / "whole.jpg"), folder / "cut.jpg"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    half = first_part(folder / "half.mp4", clip(folder / "clip.mp4"))
    bomb = png_bomb(folder / "bomb.png", side=50_000)
    large = bytes(whole.read_bytes()) + b"\0" * (2 * 1024 * 1024)

    def sent(kind: str, expected: str, name: str, content: bytes, **more: Any) -> Case:
        return Case(kind, "author", "POST /assets", expected, file=(name, content), **more)

    return [
        sent("a text file named .mp4", "422 unsupported", "a.mp4", b"hello, this is text\n" * 99),
        sent("an empty file", "422 empty", "a.jpg", b""),
        sent("half a JPEG", "201 truncated", "a.jpg", cut.read_bytes(), later=True),
        sent("half a clip", "201 truncated", "a.mp4", half.read_bytes(), later=True),
        sent(
            "a picture of 50,000 x 50,000", "201 too_large", "a.png", bomb.read_bytes(), later=True
        ),
        sent("an SVG drawing", "422 unsupported", "a.svg", SVG),
        sent("an HTML page", "422 unsupported", "a.png", HTML),
        sent("an HLS list named .mp4", "422 unsupported", "a.mp4", M3U8),
        sent("a picture over the limit", "413 too_large", "a.jpg", large),
        Case(
            "a text as the photo of a spot check",
            "author",
            f"POST /spot-checks/{scene.ids['photo']}/photo",
            "422 unsupported",
            file=("a.jpg", b"hello, this is text\n" * 99),
        ),
        Case(
            "a photo that is a clip",
            "author",
            f"POST /spot-checks/{scene.ids['photo']}/photo",
            "422 unsupported",
            file=("a.jpg", clip(folder / "b.mp4").read_bytes()),
        ),
        Case(
            "half a photo",
            "author",
            f"POST /spot-checks/{scene.ids['photo']}/photo",
            "422 truncated",
            file=("a.jpg", cut.read_bytes()),
        ),
        Case(
            "a photo over the limit",
            "author",
            f"POST /spot-checks/{scene.ids['photo']}/photo",
            "413 too_large",
            file=("a.jpg", large),
        ),
        Case(
            "a photo nobody asked for",
            "author",
            f"POST /spot-checks/{scene.ids['check']}/photo",
            "409 no_photo_asked",
            file=("a.jpg", whole.read_bytes()),
        ),
        Case("a form without a file", "author", "POST /assets", "422 invalid", body={}),
    ]


def slides(scene: Scene, _folder: Path) -> list[Case]:
    """Slides and playlists."""
    long = {"template": "slogan", "fields": {"lines": ["很长的标语" * 40]}}
    call = "POST /playlists"
    return [
        Case("text that can't fit a slide", "author", "POST /slides", "422 slide_invalid", long),
        Case("an unknown template", "author", "POST /slides", "422 slide_invalid",
             {"template": "nothing", "fields": {}}),
        Case("a playlist with a foreign asset", "stranger", call, "422 invalid",
             {"items": [{"asset_id": scene.ids["asset"]}], "name": "表"}),
        Case("a playlist without a name", "author", call, "422 invalid", {"items": []}),
        Case("a negative duration", "author", call, "422 invalid",
             {"name": "表", "items": [{"asset_id": scene.ids["asset"], "duration_s": -1}]}),
    ]  # fmt: skip


def campaigns(scene: Scene, _folder: Path) -> list[Case]:
    """Campaigns."""

    def made(kind: str, expected: str, **changes: Any) -> Case:
        body = campaign_body(scene.ids["playlist"], **changes)
        return Case(kind, "author", "POST /campaigns", expected, body)

    def often(kind: str, value: Any, target: str = "plays_per_hour") -> Case:
        return made(kind, "422 invalid", target={"kind": target, "value": value})

    part = {"days": [1], "from": "08:00", "to": "25:00"}
    raw = b'{"name":"a","target":{"kind":"plays_per_hour","value":NaN}}'
    return [
        made("an end before the start", "422 invalid", ends_on="2026-11-01"),
        made("a date that doesn't exist", "422 invalid", ends_on="2026-02-30"),
        often("a negative frequency", -1),
        often("a frequency of zero", 0),
        often("a huge frequency", 1e12),
        often("a share of more than everything", 1.5, "share_of_voice"),
        often("an unknown kind of frequency", 1, "as_often_as_possible"),
        Case("NaN", "author", "POST /campaigns", "400 bad_json", raw=raw),
        made("a day part until 25:00", "422 invalid", dayparts=[part]),
        made("a tier of 9", "422 invalid", tier=9),
        made("an unknown venue kind", "422 invalid", selector={"venue_kinds": ["moon"]}),
    ]


def signing(scene: Scene, _folder: Path) -> list[Case]:
    """Sign-off, boosts, takeovers."""
    boost = {"from": "2026-11-25T00:00:00+08:00", "until": "2026-11-26T00:00:00+08:00"}
    live, draft = scene.ids["live"], scene.ids["draft"]
    long = {"asset_id": scene.ids["asset"], "selector": EVERYWHERE}
    return [
        Case("approval of one's own", "own", f"POST /campaigns/{scene.ids['own work']}/approve",
             "403 two_person", {}),
        Case("approval of a draft", "reviewer", f"POST /campaigns/{draft}/approve",
             "409 conflict", {}),
        Case("a change to what is live", "author", f"PATCH /campaigns/{live}", "409 revise",
             {"name": "新"}),
        Case("a boost that doesn't fit", "author", f"POST /campaigns/{live}/boost",
             "409 does_not_fit", {**boost, "factor": 900, "reason": "宣传周"}),
        Case("a boost that ends before it begins", "author", f"POST /campaigns/{live}/boost",
             "422 invalid", {"factor": 2, "from": boost["until"], "until": boost["from"],
                             "reason": "宣传周"}),
        Case("a boost without offset", "author", f"POST /campaigns/{live}/boost", "422 invalid",
             {"factor": 2, "from": "2026-11-25T00:00:00", "until": boost["until"], "reason": "周"}),
        Case("a takeover over 10 min without a reason", "author", "POST /takeovers", "422 invalid",
             {**long, "until": "2026-11-24T20:00:00+08:00"}),
        Case("a takeover that is over already", "author", "POST /takeovers", "422 invalid",
             {**long, "until": "2026-11-01T20:00:00+08:00", "reason": "演练"}),
        Case("an urgent campaign without anything", "author", "POST /campaigns/urgent",
             "422 invalid", {"selector": EVERYWHERE, "every_s": 60,
                             "until": "2026-11-25T00:00:00+08:00", "reason": "急"}),
        Case("deleting what is in use", "author", f"DELETE /playlists/{scene.ids['playlist']}",
             "409 conflict"),
        Case("deleting what was signed off", "author", f"DELETE /assets/{scene.ids['used asset']}",
             "409 withdraw"),
    ]  # fmt: skip


def exemptions(scene: Scene, _folder: Path) -> list[Case]:
    """What can't be excused."""
    asked, one = "POST /exemptions", f"/exemptions/{scene.ids['exemption']}"
    return [
        Case("an exemption that ends before it begins", "author", asked, "422 invalid",
             {**POWER_CUT, "until": "2026-11-24T07:00:00+08:00"}),
        Case("an exemption of two years", "author", asked, "422 invalid",
             {**POWER_CUT, "until": "2028-11-24T07:00:00+08:00"}),
        Case("an exemption without offset", "author", asked, "422 invalid",
             {**POWER_CUT, "from": "2026-11-24T08:00:00"}),
        Case("an exemption for the weather", "author", asked, "422 invalid",
             {**POWER_CUT, "code": "weather"}),
        Case("an exemption of no screen", "author", asked, "422 invalid",
             {**POWER_CUT, "selector": {"venue_kinds": ["taxi"]}}),
        Case("an exemption in a frozen month", "author", asked, "409 frozen",
             {**POWER_CUT, "from": "2026-08-24T08:00:00+08:00"}),
        Case("approval of an exemption without the role", "author", f"POST {one}/approve",
             "403 forbidden", {}),
        Case("an end of what isn't approved", "author", f"POST {one}/end", "409 conflict", {}),
        Case("a rejection without a reason", "reviewer", f"POST {one}/reject", "422 invalid",
             {"reason": ""}),
    ]  # fmt: skip
