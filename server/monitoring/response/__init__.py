"""What people do about incidents: taken on, reported from the site, closed."""
