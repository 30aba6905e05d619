"""Sends one message by Apprise: JSON with `url`, `title` and `text` on standard input.

Answers `sent`, `unknown` (no address that Apprise knows) or `refused`.
"""

import json
import logging
import sys


def main() -> None:
    """Send it."""
    from apprise import Apprise

    told = json.load(sys.stdin)
    # It would write addresses with their keys into the log.
    logging.disable(logging.CRITICAL)
    robot = Apprise.instantiate(told["url"], suppress_exceptions=True)
    if robot is None:
        answer = "unknown"
    else:
        answer = "sent" if robot.notify(body=told["text"], title=told["title"]) else "refused"
    sys.stdout.write(answer)


if __name__ == "__main__":
    main()
