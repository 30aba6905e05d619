"""Where messages arrive: a server for webhooks and one for mail, both real."""

from collections.abc import Iterator

import pytest

from tests.support.factories.notification_sinks import (
    MailSink,
    WebhookSink,
    mail_sink,
    webhook_sink,
)


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    with webhook_sink() as opened:
        yield opened


@pytest.fixture
def letters() -> Iterator[MailSink]:
    with mail_sink() as opened:
        yield opened
