"""The slide 紧急提醒."""
