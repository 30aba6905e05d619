"""The content-addressed stores: folders or a bucket."""
