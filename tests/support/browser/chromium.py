"""Debian's Chromium, driven by Playwright; each context is a person or a screen of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, expect

from tests.support.browser.driver import playwright_driver
from tests.support.patience import PATIENCE_MS

FOUND = Path(__file__).parents[3] / ".setup/chromium"
"""Where setup wrote down which browser there is."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
OWN_PAGES = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
"""Pages that Chromium (156 does) opens in each window for what is typed into its address bar, by
the names of the features that do. They cost half a second of a processor and 60 MB, unseen."""
PLAYWRIGHT_DISABLES = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
    "msEdgeUpdateLaunchServicesPreferredVersion",
    "msForceBrowserSignIn",
)
"""Features that Playwright switches off: the last list on a command line is the one that counts."""
WAIT_MS = 30_000
"""How long a page may take to show what a test waits for, on a machine that does much else."""


def be_patient(browser: Browser) -> None:
    """Every context of it waits that long for elements to be clicked, opened or read."""

    def wait_longer(context: BrowserContext) -> None:
        context.set_default_timeout(PATIENCE_MS)

    browser.on("context", wait_longer)


def without(*features: str) -> str:
    """The flag that switches features off. A browser obeys only the last one that it is given."""
    return f"--disable-features={','.join(features)}"


def program() -> str:
    """The path of the browser that all tests use; CHROMIUM names another."""
    return os.environ.get("CHROMIUM") or FOUND.read_text(encoding="utf-8").strip()


@contextmanager
def chromium(*, language: str = "en-US") -> Iterator[Browser]:
    """One browser process with a fresh profile; its own words (dates, files) are in `language`."""
    expect.set_options(timeout=WAIT_MS)
    with playwright_driver() as driver:
        browser = driver.chromium.launch(
            executable_path=program(),
            headless=True,
            args=[
                *FLAGS,
                without(*PLAYWRIGHT_DISABLES, *OWN_PAGES),
                # What pulses or fades would be drawn sixty times a second.
                "--force-prefers-reduced-motion",
                f"--lang={language}",
            ],
            env={**os.environ, "LANGUAGE": language.replace("-", "_")},
        )
        be_patient(browser)
        try:
            yield browser
        finally:
            browser.close()
