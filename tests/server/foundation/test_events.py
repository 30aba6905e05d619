"""Notices after commit, and holding them back while hundreds of changes are made."""

from server.foundation.event_bus import Events


def test_muted_events_reach_no_subscriber_and_later_ones_do() -> None:
    events, received = Events(), list[str]()
    events.listen(str, received.append)

    with events.silence():
        events.publish("one of hundreds")
    events.publish("all done")

    assert received == ["all done"]
