"""The device side: connections of players, commands, updates.

connection: sockets, presence and pushes. commands: commands to one screen and their outcomes; bulk:
to many. status: contact states. workers: several worker processes. rollouts: releases of the
player. takeovers: acknowledgements by screens. page_hints: change hints to open pages.
"""
