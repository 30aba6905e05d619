"""Assets: from the upload to sign-off and renditions.

uploads: receives files. assets: life cycle, renditions, slides. paths: folders of files. queries:
assets in a person's scope.
"""
