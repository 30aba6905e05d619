"""From orders to the loops of a screen for 30 days, and why it shows what it shows.

One loop: compiler, filling. A loop that names assets and campaigns: built_loops. Time cut where
anything changes: stretches.
One day: days, levelling. The whole plan: screen_plan. Why this is on: explain. As JSON for
commands: forms.
"""
