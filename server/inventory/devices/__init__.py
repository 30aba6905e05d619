"""The boxes that screens have and had, their serials, replacements, and those that aren't
placed."""
