"""From an upload to its renditions."""
