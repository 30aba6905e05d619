"""Compiles the pages' templates ahead, as `compileall` does with modules.

For a service that can't write to its own folder: `.venv/bin/python -m deploy.compile_templates`, in
the folder of the release, by who owns it.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from server.app import create_app
from server.foundation.config import read_settings
from server.web.template_warm_up import compile_all


def main() -> None:
    """Make an application without data, and load all of its templates."""
    sys.dont_write_bytecode = False  # it is run for nothing else
    with TemporaryDirectory() as folder:
        compile_all(create_app(read_settings(data=Path(folder))).jinja_env)


if __name__ == "__main__":
    main()
