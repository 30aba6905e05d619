"""Of connections whose senders aren't known so many wait; who was shown in is never among them."""

from server.foundation.rest.limits.unproven_connections import YOUNG_S, Stranger, Strangers

MOST = 4


class Hall:
    """Strangers of networks named by a letter, with a clock set by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.gone: list[str] = []
        self.all = Strangers(lambda: self.now_s, MOST)

    def enter(self, name: str) -> Stranger:
        """One of the network of its first letter, a second after the last."""
        self.now_s += 1.0
        return self.all.enter(name[0], lambda: self.gone.append(name))


def test_the_oldest_of_the_network_that_has_most_goes() -> None:
    hall = Hall()
    for name in ("a1", "b1", "b2", "b3"):
        hall.enter(name)
    hall.now_s += YOUNG_S

    hall.enter("c1")

    assert (hall.gone, len(hall.all)) == (["b1"], MOST)


def test_who_is_authenticated_counts_no_more_and_is_not_shut() -> None:
    hall = Hall()
    authenticated = [hall.enter(f"b{number}") for number in range(3)]
    for one in authenticated:
        one.know()
        one.know()
    hall.now_s += YOUNG_S

    for name in ("a1", "b7", "b8", "b9"):
        hall.enter(name)

    assert (hall.gone, len(hall.all)) == ([], MOST)


def test_what_the_server_is_busy_with_stays() -> None:
    hall = Hall()
    served = hall.enter("b1")
    served.waits = False
    for name in ("b2", "b3", "b4"):
        hall.enter(name)
    hall.now_s += YOUNG_S

    hall.enter("a1")

    assert hall.gone == ["b2"]


def test_of_many_that_come_at_once_behind_one_router_none_goes() -> None:
    hall = Hall()
    for number in range(100):
        hall.all.enter("b", lambda number=number: hall.gone.append(str(number)))  # type: ignore[misc] # mypy can't infer a lambda with a default

    assert (hall.gone, len(hall.all)) == ([], 100)
