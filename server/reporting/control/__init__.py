"""Goals and floors compared with the plays; missed floors become incidents."""
