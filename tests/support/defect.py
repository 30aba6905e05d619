"""A fault of the product, independent of the machine's load: such a test is never retried."""


class Defect(AssertionError):
    """A black picture, a play counted twice or not at all, a forged order obeyed, a policy broken.

    `tests.gate` runs a browser test that failed once more, alone; one that raised this it doesn't.
    """
