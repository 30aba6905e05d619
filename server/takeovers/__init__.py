"""What people see of takeovers, urgent campaigns and stops: start, approve, follow, call."""
