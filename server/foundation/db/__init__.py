"""Databases: sessions, columns, migrations, PostgreSQL beside SQLite, what a transaction has
written."""
