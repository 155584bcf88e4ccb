"""What the names in a form's expressions mean, and what they may look things up in."""

from collections.abc import Mapping

from flows.expressions import Ambiguous, Standpoint, Table
from flows.xlsform.definition import Definition, Questionnaire, Rows


class Names:
    """Every name of a form: its items, groups and repeats."""

    def __init__(self, written: Questionnaire) -> None:
        self._follows_paths = written.follows_paths
        self.paths: dict[str, str] = {}
        self.items: dict[str, Definition] = {one.path: one for one in written.definitions}
        self.containers: dict[str, bool] = {}
        self._ambiguous: set[str] = set()
        self._chains: dict[str, tuple[str, ...]] = {}
        for one in written.definitions:
            for group in one.within:
                if group.path not in self.containers:
                    self.containers[group.path] = group.kind == "repeat"
                    self._add(group)
            if one.kind == "repeat":
                self.containers[one.path] = True
            self._add(one)
        self.tables = _tables(written)

    def resolve(self, name: str) -> str:
        """Return the path of `${name}`; raises LookupError as `flows.expressions.compile` asks."""
        if name in self._ambiguous:
            raise Ambiguous(name)
        return self.paths[name]

    def short(self, path: str) -> str:
        """Return what a column of answers is called: the name where only one item bears it."""
        name = path.rpartition("/")[2]
        return path if name in self._ambiguous else name

    def standpoint(
        self, one: Definition, table: Table | None = None, *, judges: bool = False
    ) -> Standpoint:
        """Return where an expression of a row stands. `judges`: it is the item's constraint."""
        within = one.within
        return Standpoint(
            repeats=tuple(one.path for one in within if one.kind == "repeat"),
            around=tuple(one.path for one in reversed(within)),
            chains=self._chains,
            containers=self.containers,
            tables=self.tables,
            table=table,
            own=one.path if judges else "",
            located=(lambda text: self._locate(text, one)) if self._follows_paths else None,
        )

    def _locate(self, text: str, one: Definition) -> str | None:
        """Return the item that an XPath of a row leads to, if it leads to one."""
        steps = text.removeprefix("current()/").split("/")
        here = one.path.split("/")
        if steps[0] == "":
            here, steps = [], steps[2:]  # the first is the form itself, whatever it is called
        for step in steps:
            if step == "..":
                here = here[:-1]
            elif step not in (".", ""):
                here = [*here, step]
        path = "/".join(here)
        return path if path in self.items else None

    def _add(self, one: Definition) -> None:
        if self.paths.setdefault(one.name, one.path) != one.path:
            self._ambiguous.add(one.name)
        if one.repeats:
            self._chains[one.path] = one.repeats


def table_of(name: str, rows: Rows) -> Table:
    """Return a list as a table: its columns are those of any row, without their languages."""
    columns = frozenset(column for row in rows for column in row)
    translated = {column.partition("::")[0] for column in columns if not column.startswith("chat")}
    if "label" not in columns and "label" in translated:
        first = next(column for row in rows for column in row if column.startswith("label::"))
        rows = tuple({**row, "label": row.get(first, "")} for row in rows)
    return Table(name, columns | translated, rows)


def _tables(written: Questionnaire) -> Mapping[str, Table]:
    lists = {name: table_of(name, rows) for name, rows in written.choices.items()}
    return {**lists, **{name: table_of(name, rows) for name, rows in written.files.items()}}
