"""Converts uploads to safe pictures, clips and slides for screens; no web, no database."""
