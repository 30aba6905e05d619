"""The slide 数据播报."""
