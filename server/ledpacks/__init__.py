"""LED 素材包: what a campaign shows as files for the controllers of venues that report by hand."""
