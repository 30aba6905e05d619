"""What is never run once more: a fault of the product, whatever the machine was busy with."""


class Defect(AssertionError):
    """A black picture, a play counted twice or not at all, a forged order obeyed, a policy broken.

    `tests.gate` runs a browser test that failed once more, alone; one that raised this it doesn't.
    """
