"""Cells of import tables: fields, hours, names."""
