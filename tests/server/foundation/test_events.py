"""Notices after commit, and holding them back while hundreds of changes are made."""

from server.foundation.event_bus import Events


def test_what_is_published_in_silence_is_heard_by_nobody_and_what_follows_is() -> None:
    events, heard = Events(), list[str]()
    events.listen(str, heard.append)

    with events.silence():
        events.publish("one of hundreds")
    events.publish("all done")

    assert heard == ["all done"]
