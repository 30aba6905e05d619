"""Databases: sessions, columns, migrations, SQLite and PostgreSQL, change tracking."""
