"""Goals and floors held against what was played; those missed become incidents."""
