"""Pages of settings: people, second factors, the trail, targets, the on-duty list."""
