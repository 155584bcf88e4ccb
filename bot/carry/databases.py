"""From one database into another, at once or not at all."""

from storage.carrying.keys import go_on, highest
from storage.carrying.rows import Told, check_empty, confirm, count, rows_in, rows_out
from storage.carrying.shapes import shapes
from storage.database import Database, upgrade


def size(source: Database) -> int:
    """Return how many rows an office has."""
    with source.snapshot() as out:
        return sum(count(out, shape) for shape in shapes())


def carry(source: Database, target: Database, told: Told) -> int:
    """Put everything of `source` into `target`, read it back, and return how many rows it was.

    One snapshot of the source, one transaction on the target, its tables included: whatever
    goes wrong, the target is as empty as it was.

    Raises:
        NotEmpty, RowRefused, NotTheSame: nothing was carried.
    """
    with source.snapshot() as out, target.write() as into:
        check_empty(into)
        upgrade(into)
        given = {shape: rows_in(into, shape, rows_out(out, shape), told) for shape in shapes()}
        for shape, tally in given.items():
            confirm(into, shape, tally)
        for shape in given:
            go_on(into, shape, highest(out, shape))
    return sum(tally.rows for tally in given.values())
