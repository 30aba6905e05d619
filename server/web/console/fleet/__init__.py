"""Pages of 运行监测: the fleet, its history, incidents, rosters, maintenance."""
