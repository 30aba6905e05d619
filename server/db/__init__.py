"""Databases: sessions, column conventions, migrations."""
