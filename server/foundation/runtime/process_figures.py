"""The figures that belong to a process and not to an app."""

from prometheus_client import CollectorRegistry

registry = CollectorRegistry()
