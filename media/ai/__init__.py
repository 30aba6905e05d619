"""AI-generated material (人工智能生成合成内容): its metadata label and its visible mark.

`label.py` reads and writes the AIGC field of GB 45438-2025, `mark.py` draws the words on pictures.
"""
