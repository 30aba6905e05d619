"""The metrics that a server prints at `/metrics`, and those in docs/metrics.md."""

import re
from collections.abc import Iterator
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from tests.support.app.world import World
from tests.support.processes.server import ROOT

Figures = dict[str, float]
PAGE: Final = ROOT / "docs/metrics.md"
ROW: Final = re.compile(r"^\| `(anping_\w+)` \| (counter|gauge|histogram) \|", re.MULTILINE)
PARTS: Final = ("_bucket", "_count", "_sum")


def documented() -> dict[str, str]:
    """The kind of each figure on the page, by its name."""
    return dict(ROW.findall(PAGE.read_text(encoding="utf-8")))


def read(text: str) -> Figures:
    """All samples of a scrape, named as they are asked for: `anping_jobs{state="queued"}`."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def printed(text: str) -> dict[str, str]:
    """The kind of each figure of a scrape, by the name that the page has; without `_created`."""
    return {
        f"{family.name}_total" if family.type == "counter" else family.name: family.type
        for family in text_string_to_metric_families(text)
        if not family.name.endswith("_created")
    }


def of(figures: Figures, name: str) -> Figures:
    """The samples of one figure, whatever its labels."""
    return {key: value for key, value in figures.items() if name in _names(key)}


def _names(key: str) -> Iterator[str]:
    name = key.partition("{")[0]
    yield name
    for part in PARTS:
        yield name.removesuffix(part)


def figures(world: World) -> Figures:
    """What a test's own server prints."""
    answer = world.visitor().get("/metrics")
    assert answer.status_code == 200
    return read(answer.text)
