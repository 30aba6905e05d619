"""Promises about attacks and faults, row by row, and the tests that show them."""
