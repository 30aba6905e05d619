"""The slide 热线卡."""
