"""The reading process: answers what people read, apart from the process with the sockets.

`routes` says what it answers, `asking` is the web worker's end, `answering` its own, `calls` what
they say to each other; `process` is the program (docs/decisions/0044).
"""
