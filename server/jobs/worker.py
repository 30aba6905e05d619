"""The jobs process: `python -m server.jobs.worker`."""

from server.garbage import all_stays


def main() -> None:
    """Run until SIGINT or SIGTERM."""
    with all_stays():
        from server.jobs.consumer import main as consume
    consume()


if __name__ == "__main__":
    main()
