"""POSTs that come twice with the same key are answered once."""
