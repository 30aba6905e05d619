"""Handling of incidents by people: acknowledge, report from the site, close."""
