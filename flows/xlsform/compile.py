"""From a questionnaire as written to a `Form` that runs, or every reason why not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flows import expressions
from flows.expressions import Compiled, ExpressionError
from flows.model import Form, Item, Kind, Template
from flows.xlsform.definition import Definition, Questionnaire
from flows.xlsform.faults import Code, Fault, FormFaults, Place, did_you_mean, fault
from flows.xlsform.read import Row

REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
READS = {
    "integer": "integer",
    "date": "date",
    "select_one": "choice",
    "select_multiple": "multi",
}
PRECISIONS = {"month-year": "month", "year": "year"}


def compile_form(
    written: Questionnaire, *, sha256: str = "", rows: Mapping[str, Row] | None = None
) -> Form:
    """Return the form; `rows` gives faults their lines.

    Raises:
        FormFaults: expressions, references or codes are wrong; all of them are named.
    """
    work = _Work(written, rows or {})
    items = tuple(work.item(index, one) for index, one in enumerate(written.definitions))
    work.check_order(items)
    work.check_cycles(items)
    settings = written.settings
    purpose = work.template(None, "chat::purpose", settings.get("chat::purpose", ""))
    closing = work.template(None, "chat::closing", settings.get("chat::closing", ""))
    if work.faults:
        raise FormFaults(work.faults)
    return Form(
        form_id=settings["form_id"],
        version=settings["version"],
        sha256=sha256,
        title=settings["form_title"],
        language=settings.get("default_language", ""),
        purpose=purpose,
        closing=closing,
        items=items,
        by_path={item.path: item for item in items},
        asked=tuple(item for item in items if item.is_asked),
    )


@dataclass(slots=True)
class _Work:
    written: Questionnaire
    rows: Mapping[str, Row]
    faults: list[Fault] = field(default_factory=list)
    paths: dict[str, str] = field(init=False)
    lists: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.paths = {one.path.split("/")[-1]: one.path for one in self.written.definitions}
        self.lists = {one.path: one.list_name for one in self.written.definitions if one.list_name}

    def item(self, index: int, one: Definition) -> Item:
        cells, kind = one.cells, one.kind
        conditions = [
            self.expression(part, "relevant", condition=True) for part in (*one.within, one)
        ]
        choices = self.written.choices.get(one.list_name, ())
        reads = cells.get("chat::read") or READS.get(kind, "text")
        if kind == "select_one" and {choice.code for choice in choices} == {"ya", "tidak"}:
            reads = "yesno"
        precision = next(
            (
                PRECISIONS[word]
                for word in cells.get("appearance", "").split()
                if word in PRECISIONS
            ),
            "day",
        )
        return Item(
            path=one.path,
            index=index,
            kind=Kind(kind) if kind in set(Kind) else Kind.TEXT,
            label=self.template(one, "label", cells.get("label", "")),
            hint=self.template(one, "hint", cells.get("hint", "")),
            reads=reads,
            choices=choices,
            list_name=one.list_name,
            relevant=tuple(condition for condition in conditions if condition),
            required=cells.get("required") == "yes",
            constraint=self.expression(one, "constraint", condition=True),
            constraint_message=self.template(
                one, "constraint_message", cells.get("constraint_message", "")
            ),
            calculation=self.expression(one, "calculation"),
            precision=precision,
            reask=int(cells.get("chat::reask") or 3),
            pii=cells.get("chat::pii") == "yes",
        )

    def expression(
        self, one: Definition, column: str, *, condition: bool = False
    ) -> Compiled | None:
        source = one.cells.get(column)
        if not source:
            return None
        try:
            compiled = expressions.compile(
                source, resolve=self.paths.__getitem__, names=self.paths, condition=condition
            )
        except ExpressionError as error:
            for found in error.faults:
                reason = f"{found.message} (huruf ke-{found.position + 1})"
                self.add(Code.FORM_16, one, column, reason=reason)
            return None
        self.check_codes(one, column, compiled)
        return compiled

    def check_codes(self, one: Definition, column: str, compiled: Compiled) -> None:
        for path, code in compiled.comparisons:
            listed = self.lists.get(path, "")
            codes = [choice.code for choice in self.written.choices.get(listed, ())]
            if codes and code and code not in codes:
                hint = did_you_mean(code, codes)
                self.add(Code.FORM_17, one, column, code=code, list=listed, hint=hint)

    def template(self, one: Definition | None, column: str, text: str) -> Template:
        parts = REFERENCE.split(text)
        for n, name in enumerate(parts):
            if n % 2 == 0:
                continue
            path = self.paths.get(name)
            if path is None:
                hint = did_you_mean(name, self.paths)
                self.add(Code.FORM_15, one, column, name=name, hint=hint)
            parts[n] = path or name
        return Template(tuple(parts))

    def check_order(self, items: tuple[Item, ...]) -> None:
        """A condition may only look at what was asked before: the chat cannot look ahead."""
        by_path = {item.path: item for item in items}
        for item in items:
            for path in sorted({path for part in item.relevant for path in part.references}):
                asked = by_path.get(path)
                if asked is not None and asked.is_asked and asked.index >= item.index:
                    one = self.written.definitions[item.index]
                    self.add(Code.FORM_21, one, "relevant", name=path.split("/")[-1])

    def check_cycles(self, items: tuple[Item, ...]) -> None:
        uses = {item.path: sorted(_uses(item)) for item in items}
        done: set[str] = set()
        for item in items:
            cycle = _cycle_from(item.path, uses, done)
            if cycle:
                one = self.written.definitions[item.index]
                self.add(Code.FORM_18, one, "calculation", cycle=" → ".join(cycle))

    def add(self, kind: Code, one: Definition | None, column: str, **facts: object) -> None:
        row = self.rows.get(one.path) if one else None
        sheet, item = ("survey", one.path) if one else ("settings", "")
        place = Place(row.line_of(column) if row else 0, sheet, column, item)
        self.faults.append(fault(kind, place, **facts))


def _uses(item: Item) -> Iterator[str]:
    for part in (*item.relevant, item.calculation):
        if part is not None:
            yield from part.references


def _cycle_from(start: str, uses: Mapping[str, list[str]], done: set[str]) -> list[str]:
    """Return the first cycle found from `start`, depth first without recursion, or nothing."""
    trail: list[str] = []
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        path, leaving = stack.pop()
        if leaving:
            done.add(trail.pop())
            continue
        if path in trail:
            done.update(trail)
            return [*trail[trail.index(path) :], path]
        if path in done:
            continue
        trail.append(path)
        stack.append((path, True))
        stack.extend((used, False) for used in uses.get(path, ()))
    return []
