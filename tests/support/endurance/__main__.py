"""`python -m tests.support.endurance FOLDER`: the virtual players, as a process of their own."""

from gevent import monkey

# Before anything is imported that might hold a socket or a lock of its own.
monkey.patch_all()

if __name__ == "__main__":
    import sys
    from pathlib import Path

    from tests.support.endurance.crowd import live

    live(Path(sys.argv[1]))
