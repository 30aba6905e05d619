"""Monitoring of screens against their operating hours, and alarms.

heartbeats: contact with screens. duty, rosters, exemptions: the hours in which they must run.
availability: uptime by day. fleet: current status. detection, incidents: faults. alerting,
notifications, on_call: who is notified, and how. response: handling of incidents by people.
"""
