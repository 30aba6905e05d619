"""Daily rosters of vehicles, entered singly or by a table."""
