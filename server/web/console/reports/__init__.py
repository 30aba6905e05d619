"""Pages of figures: delivery, hours, uplift, coverage, packs, exports, the overview."""
