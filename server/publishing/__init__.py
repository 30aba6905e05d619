"""From signed campaigns to a manifest and a signed assignment for each screen.

manifests: loops and manifests. assignments: signed assignments of manifests to screens. explain:
why something is or isn't on a screen. led_packages: files for LED controllers. file_api: access to
files. subscribers, tasks: when plans are rebuilt.
"""
