"""Daily rosters of vehicles, by hand and by table."""
