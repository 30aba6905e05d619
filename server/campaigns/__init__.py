"""Campaigns: content, places and times, and their sign-off.

workflow: from draft to live. changes, forecast: effects of a change. overrides: takeovers and
stops. targeting: selection of screens. planning: demand of a campaign per hour. playlists: lists.
holidays: days off.
"""
