"""What begins and ends incidents: rules over contact, sightings and losses of many at once."""
