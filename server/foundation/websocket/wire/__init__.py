"""RFC 6455 and RFC 7692 as pure functions and readers: handshake, frames sent, messages received,
compression."""
