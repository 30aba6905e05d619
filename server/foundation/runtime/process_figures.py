"""Metrics of the process rather than of an app."""

from prometheus_client import CollectorRegistry

registry = CollectorRegistry()
