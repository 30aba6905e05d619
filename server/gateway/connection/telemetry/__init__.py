"""What is read out of contact and beats for rooms that judge: uptime's facts, what is on air,
sightings, figures."""
