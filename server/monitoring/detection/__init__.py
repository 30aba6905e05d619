"""Detection of incidents: rules over contact, sightings and mass outages."""
