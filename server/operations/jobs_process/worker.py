"""The jobs process: `python -m server.operations.jobs_process.worker`."""

from server.foundation.runtime.gc_tuning import all_stays


def main() -> None:
    """Run until SIGINT or SIGTERM."""
    with all_stays():
        from server.operations.jobs_process.consumer import main as consume
    consume()


if __name__ == "__main__":
    main()
