"""Expressions that only put values together or take them apart: containers, choices, loops."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod

from . import values as v
from .values import NOTHING, Values, items_of

_SAME_ITEMS = {"list", "set", "frozenset", "sorted", "reversed", "filter", "iter", "copy"}


class Shapes(ABC):
    """The part of the interpreter that knows neither functions nor classes."""

    @abstractmethod
    def eval(self, node: ast.expr) -> Values:
        """What `node` may be."""

    @abstractmethod
    def bind(self, target: ast.expr, value: Values) -> None:
        """Assigns."""

    @abstractmethod
    def bind_name(self, name: str, value: Values) -> None:
        """Adds to what a variable may be."""

    def _ifexp(self, node: ast.IfExp) -> Values:
        self.eval(node.test)
        return self.eval(node.body) | self.eval(node.orelse)

    def _boolop(self, node: ast.BoolOp) -> Values:
        return frozenset().union(*(self.eval(value) for value in node.values))

    def _binop(self, node: ast.BinOp) -> Values:
        return self.eval(node.left) | self.eval(node.right)

    def _namedexpr(self, node: ast.NamedExpr) -> Values:
        value = self.eval(node.value)
        self.bind(node.target, value)
        return value

    def _starred(self, node: ast.Starred) -> Values:
        return items_of(self.eval(node.value))

    def _elements(self, nodes: list[ast.expr]) -> Values:
        return frozenset([v.Sequence(frozenset().union(*(self.eval(n) for n in nodes)))])

    def _list(self, node: ast.List) -> Values:
        return self._elements(node.elts)

    def _set(self, node: ast.Set) -> Values:
        return self._elements(node.elts)

    def _tuple(self, node: ast.Tuple) -> Values:
        if any(isinstance(element, ast.Starred) for element in node.elts):
            return self._elements(node.elts)
        return frozenset([v.Row(tuple(self.eval(element) for element in node.elts))])

    def _dict(self, node: ast.Dict) -> Values:
        keys: Values = frozenset().union(*(self.eval(k) for k in node.keys if k is not None))
        return frozenset([v.Mapping(keys, frozenset().union(*(self.eval(x) for x in node.values)))])

    def _generators(self, generators: list[ast.comprehension]) -> None:
        for generator in generators:
            self.bind(generator.target, items_of(self.eval(generator.iter)))
            for condition in generator.ifs:
                self.eval(condition)

    def _listcomp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Values:
        self._generators(node.generators)
        return frozenset([v.Sequence(self.eval(node.elt))])

    _setcomp = _listcomp
    _generatorexp = _listcomp

    def _dictcomp(self, node: ast.DictComp) -> Values:
        self._generators(node.generators)
        return frozenset([v.Mapping(self.eval(node.key), self.eval(node.value))])

    def _lambda(self, node: ast.Lambda) -> Values:
        self.eval(node.body)
        return NOTHING

    def _constant(self, node: ast.Constant) -> Values:
        return NOTHING

    def of_container(self, node: ast.Call, arguments: list[Values]) -> Values:
        """The methods and functions of Python's own containers."""
        if isinstance(node.func, ast.Name):
            if node.func.id in _SAME_ITEMS and arguments:
                return frozenset([v.Sequence(items_of(arguments[-1]))])
            if node.func.id in ("next", "min", "max") and arguments:
                return items_of(arguments[0])
            if node.func.id == "enumerate" and arguments:
                row = v.Row((NOTHING, items_of(arguments[0])))
                return frozenset([v.Sequence(frozenset([row]))])
            if node.func.id == "zip":
                row = v.Row(tuple(items_of(a) for a in arguments))
                return frozenset([v.Sequence(frozenset([row]))])
            return NOTHING
        if not isinstance(node.func, ast.Attribute):
            return NOTHING
        result: set[v.Value] = set()
        given: Values = frozenset().union(*arguments)
        name = node.func.attr
        for value in self.eval(node.func.value):
            if isinstance(value, v.Mapping):
                if name in ("get", "pop", "setdefault"):
                    result |= value.items
                elif name == "values":
                    result.add(v.Sequence(value.items))
                elif name == "keys":
                    result.add(v.Sequence(value.keys))
                elif name == "items":
                    row = v.Row((value.keys, value.items))
                    result.add(v.Sequence(frozenset([row])))
                elif name == "copy":
                    result.add(value)
            elif isinstance(value, v.Sequence):
                if name in ("pop", "popleft"):
                    result |= value.items
                elif name in ("copy", "union", "difference", "intersection"):
                    result.add(value)
        if name in ("append", "add", "extend", "insert") and isinstance(node.func.value, ast.Name):
            added = items_of(given) if name == "extend" else given
            self.bind_name(node.func.value.id, frozenset([v.Sequence(added)]))
        return frozenset(result)
