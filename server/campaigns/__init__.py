"""What is shown, where and when, and who signed it off.

From draft to live: workflow. What a change would do: changes, forecast. Takeovers and stops:
overrides.
Which screens: targeting. What a campaign asks of an hour: planning. Lists: playlists. Days off:
holidays.
"""
