"""Assets: what may be shown, from the upload to its renditions.

How a file comes in: uploads. What becomes of an asset, its sign-off and its renditions: assets.
Where files lie: paths. Which assets a person may see: queries.
"""
