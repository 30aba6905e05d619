"""Figures of hours and days: posted, closed, sealed, recounted, rebuilt, compared."""
