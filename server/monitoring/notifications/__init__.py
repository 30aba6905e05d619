"""Notification targets and messages: delivery, retries, quiet hours, tests."""
