"""The panel with the code to bind a screen, on glass of every usual shape."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

STYLES = Path(__file__).parents[4] / "player/player.css"
# As player/src/panels.js makes it; W is the widest sign of a code.
PANEL = """<div class="panel"><main class="pairing"><header><b class="brand">安屏</b>
<span>江湾区反诈宣传</span></header><div class="columns"><section class="steps">
<h1>绑定显示屏<small>Pair this screen</small></h1>
<p class="words"><b>扫描二维码，或打开下方地址输入绑定码</b>
<span>Scan the QR code, or open this address and enter the code</span></p>
<p class="address">192.168.1.20:8000/pair</p><p class="code"><span>WWWW-WWWW</span></p>
<p class="words"><b>绑定码十分钟内有效，到期自动更换</b>
<span>The code lasts ten minutes and renews itself</span></p>
<p class="link up">已连接服务器 · Connected</p></section>
<figure class="card"><img class="qr" alt=""></figure></div></main></div>"""
SHAPES = [(1920, 1080), (1440, 900), (1280, 800), (1366, 768), (1024, 768), (1280, 1024),
          (1740, 1000), (1600, 1000), (3840, 2160), (1080, 1920), (1080, 1080), (768, 768),
          (1200, 1000), (1000, 1100), (768, 1024), (800, 1280)]  # fmt: skip


@pytest.mark.parametrize(("width", "height"), SHAPES)
def test_the_code_is_placed_clear_of_the_card_and_within_the_glass(
    browser: Browser, width: int, height: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    styles = STYLES.read_text(encoding="utf-8")
    page.set_content(f"<html><style>{styles}</style><div id=stage>{PANEL}</div></html>")

    lines = page.locator("h1 small").evaluate(
        "(one) => { const text = document.createRange(); text.selectNodeContents(one);"
        " return text.getClientRects().length; }"
    )
    places = (".code span", ".card", ".steps", ".pairing header")
    code, card, steps, head = (page.locator(one).bounding_box() for one in places)

    assert lines == 1
    assert code is not None
    assert card is not None
    assert steps is not None
    assert head is not None
    beside = code["x"] + code["width"] <= card["x"]
    above = code["y"] + code["height"] <= card["y"]
    assert beside or above
    assert code["x"] >= 0
    assert card["x"] + card["width"] <= width
    assert card["y"] + card["height"] <= height
    assert steps["y"] >= head["y"] + head["height"]
    assert steps["y"] + steps["height"] <= height
    page.close()
