"""地图: venues as points over what the office itself put into the data folder, nothing else."""
