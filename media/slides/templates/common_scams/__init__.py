"""The slide 常见诈骗类型."""
