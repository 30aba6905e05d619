"""From signed campaigns to a manifest and a signed assignment on each screen.

Which loop an hour has, and its manifest: manifests. Which screen is to play which, signed:
assignments.
Why something is or isn't on a screen: explain. Files for LED controllers: led_packages.
Who may fetch a file: file_api. When plans are built anew: subscribers, tasks.
"""
