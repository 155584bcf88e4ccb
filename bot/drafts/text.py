"""A form in plain lines, for the terminal."""

from collections.abc import Iterable, Iterator

from flows.reading.branches import Branch, Branches
from flows.reading.outline import Entry

INDENT = "    "


def items(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the items of a form with their options and rules."""
    for entry in entries:
        pad = INDENT * entry.depth
        number = f"{entry.number}. " if entry.number else "-  "
        yield f"{pad}{number}{entry.text or f'[{entry.name}]'}  ({described(entry)})"
        for line in details(entry):
            yield f"{pad}{INDENT}{line}"


def described(entry: Entry) -> str:
    """Return the kind of an item and whether it must be answered."""
    words = [entry.kind]
    if entry.number:
        words.append("wajib" if entry.required else "boleh dilewati")
    if entry.private:
        words.append("data pribadi")
    return ", ".join(words)


def details(entry: Entry) -> Iterator[str]:
    """Yield what else there is to say of an item."""
    if entry.hint:
        yield entry.hint
    for code, label in entry.options:
        yield f"• {label}  [{code}]"
    if entry.when:
        yield f"ditanyakan bila {entry.when}" if entry.number else f"berlaku bila {entry.when}"
    if entry.rule:
        yield f"diterima bila {entry.rule}"
    if entry.calculation:
        yield f"= {entry.calculation}"
    yield from entry.more


def conversations(found: Branches) -> Iterator[str]:
    """Yield the conversations of a form, each under its name."""
    for branch in found.found:
        yield f"\n=== {title(branch)}"
        for said in branch.said:
            who = "Bot" if said.who == "bot" else "Kak"
            yield f"{who}: {said.text}"
            yield from (f"{INDENT} • {label}" for label in said.options)


def title(branch: Branch) -> str:
    """Return what a conversation is called: the answer by which it leaves the others."""
    if branch.turn is None:
        return "Percakapan"
    return f"{branch.turn.question} → {' / '.join(branch.turn.labels)}"
