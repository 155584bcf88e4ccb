"""Where in a form an expression stands, as far as that decides what its names mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from flows.expressions.tables import Table


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What surrounds an expression.

    Attributes:
        repeats: the repeats around it, outermost first.
        around: all that holds it, repeats and groups, innermost first.
        chains: path → the repeats around that item, where there are any.
        containers: path of each group and repeat → whether it is a repeat.
        tables: what `instance()` and `pulldata()` may look into, by name.
        table: the list being filtered; bare words are its columns.
        own: the path of the item being judged: what it names then is `.`.
        located: where XPaths to other items lead, for authors who may write them.
    """

    repeats: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    chains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    containers: Mapping[str, bool] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    table: Table | None = None
    own: str = ""
    located: Callable[[str], str | None] | None = field(default=None, compare=False)

    def shared(self, path: str) -> int:
        """Return how many of the repeats around us are around `path` too."""
        pairs = zip(self.repeats, self.chains.get(path, ()), strict=False)
        return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))

    def is_many(self, path: str) -> bool:
        """Whether `path` has one value a repetition here, and not one."""
        return len(self.chains.get(path, ())) > self.shared(path)

    def is_container(self, path: str) -> bool:
        """Whether `path` holds items and no value of its own."""
        return path in self.containers

    def depth_of(self, path: str) -> int:
        """Return which of the repeats around us `path` is, from 1; 0 when it is none of them."""
        return self.repeats.index(path) + 1 if path in self.repeats else 0


NOWHERE = Standpoint()
