"""The part of report pages above the tables: the tabs, the days, and a chart of each kind.

`frame` makes tabs and days, `delivery_charts` plays by day, `hour_heat_map` their rate by the hour
of the week, `ranking_charts` units and kinds, `burn_up` a campaign's plays against its pace;
`person_report` is the report that all of them ask for.
"""
