"""How often becomes plays of an hour, and which of them fit.

Orders of the office: orders. Plays an hour: targets. The demands of an hour: hours, and the loop
requested for them: request.
Admission and priorities: admission. Progress of a total by a date: pacing.
"""
