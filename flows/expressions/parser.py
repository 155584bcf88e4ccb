"""Tokens as a tree: XPath 1.0 precedence, without paths."""

from collections.abc import Iterator

from flows.expressions.faults import ExpressionError, refusal
from flows.expressions.functions import NOT_YET
from flows.expressions.lexer import Mark, Token, reference_name, tokens
from flows.expressions.tree import Call, Chain, Dot, Literal, Negation, Node, Reference, Word

DEEPEST = 50
LONGEST = 8_000

_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_LEVEL = {operator: level for level, row in enumerate(_LEVELS) for operator in row}
_NO_OPERATOR = -1


def parse(source: str) -> Node:
    """The tree of `source`.

    Raises:
        ExpressionError: with one fault, where the text stops making sense.
    """
    if len(source) > LONGEST:
        raise refusal("too_long", LONGEST, length=len(source), limit=LONGEST)
    if not source.strip():
        raise refusal("empty_expression", 0)
    return _Parser(tokens(source)).whole()


class _Parser:
    def __init__(self, stream: Iterator[Token]) -> None:
        self._tokens = stream
        self._token = next(stream)
        self._brackets = 0
        self._chains = 0

    def whole(self) -> Node:
        tree = self._operation()
        if self._token.mark is not Mark.END:
            raise self._misplaced()
        return tree

    def _operation(self, floor: int = 0) -> Node:
        left = self._operand()
        while (level := self._level()) >= floor:
            left = self._chain(left, level)
        return left

    def _chain(self, first: Node, level: int) -> Chain:
        operators: list[str] = []
        operands = [first]
        self._chains = _deeper(self._chains, self._token.position)
        while self._level() == level:
            operators.append(self._take().text)
            operands.append(self._operation(level + 1))
        self._chains -= 1
        return Chain(tuple(operators), tuple(operands))

    def _operand(self) -> Node:
        token = self._take()
        match token.mark, token.text:
            case Mark.OPERATOR, "-":
                return self._negation(token)
            case Mark.NUMBER, text:
                return Literal(float(text), token.position)
            case Mark.TEXT, text:
                return Literal(text, token.position)
            case Mark.REFERENCE, name:
                return Reference(name, token.position)
            case Mark.PUNCTUATION, ".":
                return Dot(token.position)
            case Mark.PUNCTUATION, "(":
                return self._group(token)
            case Mark.WORD, name:
                return self._call(token) if self._is("(") else Word(name, token.position)
            case _:
                raise _no_operand(token)

    def _negation(self, sign: Token) -> Negation:
        self._brackets = _deeper(self._brackets, sign.position)
        operand = self._operand()
        self._brackets -= 1
        return Negation(operand)

    def _group(self, opening: Token) -> Node:
        self._brackets = _deeper(self._brackets, opening.position)
        inside = self._operation()
        self._close(opening)
        return inside

    def _call(self, name: Token) -> Call:
        if name.text in NOT_YET:  # before its arguments, which are mostly paths
            raise refusal("not_supported_yet", name.position, name=name.text)
        opening = self._take()
        self._brackets = _deeper(self._brackets, opening.position)
        arguments = self._arguments()
        self._close(opening)
        return Call(name.text, _read_names(name.text, arguments), name.position)

    def _arguments(self) -> list[Node]:
        if self._is(")"):
            return []
        arguments = [self._operation()]
        while self._is(","):
            self._take()
            arguments.append(self._operation())
        return arguments

    def _close(self, opening: Token) -> None:
        if self._token.mark is Mark.END:
            raise refusal("unbalanced_parenthesis", opening.position, text="(")
        if not self._is(")"):
            raise self._misplaced()
        self._take()
        self._brackets -= 1

    def _take(self) -> Token:
        token = self._token
        if token.mark is not Mark.END:
            self._token = next(self._tokens)
        return token

    def _is(self, punctuation: str) -> bool:
        return self._token.mark is Mark.PUNCTUATION and self._token.text == punctuation

    def _level(self) -> int:
        if self._token.mark not in (Mark.OPERATOR, Mark.WORD):
            return _NO_OPERATOR
        return _LEVEL.get(self._token.text, _NO_OPERATOR)

    def _misplaced(self) -> ExpressionError:
        token = self._token
        if token.mark is Mark.PATH:
            return refusal("path_not_supported", token.position, text=token.text)
        if self._is(")"):
            return refusal("unbalanced_parenthesis", token.position, text=")")
        meant = token.text.lower() if token.text.lower() in _LEVEL else None
        return refusal("unexpected_token", token.position, meant, text=token.text)


def _deeper(depth: int, position: int) -> int:
    if depth == DEEPEST:
        raise refusal("too_deep", position, limit=DEEPEST)
    return depth + 1


def _no_operand(token: Token) -> ExpressionError:
    if token.mark is Mark.END or token.text in (")", ","):
        return refusal("missing_operand", token.position)
    if token.mark is Mark.PATH or token.text == "*":
        return refusal("path_not_supported", token.position, text=token.text)
    return refusal("unexpected_token", token.position, text=token.text)


def _read_names(function: str, arguments: list[Node]) -> tuple[Node, ...]:
    """XLSForm quotes the question given to `jr:choice-name`: `'${kota}'` is a reference there."""
    if function == "jr:choice-name":
        return (*arguments[:1], *map(_unquoted, arguments[1:]))
    return tuple(arguments)


def _unquoted(argument: Node) -> Node:
    match argument:
        case Literal(str(text), position) if name := reference_name(text):
            return Reference(name, position + 1)
        case _:
            return argument
