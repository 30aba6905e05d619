"""How often becomes plays of an hour, and what of it fits.

What an office orders: orders. Plays an hour: targets. The demands of an hour: hours, and the loop
they ask for: request.
What fits and who gives way: admission. Where a total by a date stands: pacing.
"""
