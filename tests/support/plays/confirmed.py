"""How many plays a server's own report calls confirmed, as a program asks for it."""

from datetime import UTC, datetime, timedelta

import requests


def confirmed(base: str, token: str, days: int) -> int:
    """Of the last so many days, and of the two around them: the district's days aren't UTC's."""
    today = datetime.now(UTC).date()
    answer = requests.get(
        f"{base}/api/v1/reports/plays",
        params={"from": str(today - timedelta(days + 1)), "to": str(today + timedelta(1))},
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    return int(answer.json()["totals"]["confirmed"])
