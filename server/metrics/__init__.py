"""Figures of a serving process for Prometheus: what an operator is to be woken for, and why."""
