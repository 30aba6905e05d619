"""Readings of contact and beats for other rooms: facts for uptime, on-air checks, sightings,
counters."""
