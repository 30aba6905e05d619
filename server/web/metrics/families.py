"""Builds families of Prometheus' client."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from server.foundation.histograms import Buckets

PREFIX: Final = "anping"
Labels = Sequence[str]


def gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    """One value of now."""
    return GaugeMetricFamily(f"{PREFIX}_{name}", text, value=float(value))


def gauges(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    """Values of now, by a label."""
    family = GaugeMetricFamily(f"{PREFIX}_{name}", text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], float(value))
    return family


def counter(name: str, text: str, value: float) -> CounterMetricFamily:
    """A counter; `_total` is appended to its name."""
    return CounterMetricFamily(f"{PREFIX}_{name}", text, value=float(value))


def counters(
    name: str, text: str, labels: Labels, values: Iterable[tuple[Labels, float]]
) -> CounterMetricFamily:
    """The same by labels."""
    family = CounterMetricFamily(f"{PREFIX}_{name}", text, labels=labels)
    for keys, value in values:
        family.add_metric(keys, float(value))
    return family


def histogram(name: str, text: str, found: Buckets) -> HistogramMetricFamily:
    """A histogram of durations or sizes."""
    return histograms(name, text, (), [((), found)])


def histograms(
    name: str, text: str, labels: Labels, found: Iterable[tuple[Labels, Buckets]]
) -> HistogramMetricFamily:
    """The same by labels."""
    family = HistogramMetricFamily(f"{PREFIX}_{name}", text, labels=labels)
    for keys, one in found:
        family.add_metric(keys, one.cumulative, one.sum)
    return family
