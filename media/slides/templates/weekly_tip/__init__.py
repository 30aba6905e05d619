"""The slide 每周提醒."""
