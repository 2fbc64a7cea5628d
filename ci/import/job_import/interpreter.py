"""Summaries of functions: each computed once for every class of `self`."""

from __future__ import annotations

import ast

from . import values as v
from .body import Body
from .source import Function, Module, Program
from .summary import Summary
from .values import NOTHING, Values


class Interpreter:
    def __init__(self, program: Program, jobs: set[str]) -> None:
        self.program = program
        self.jobs = jobs
        self._summaries: dict[v.Callee, Summary] = {}
        self._attributes: dict[tuple[str, str], Values] = {}

    def summary(self, callee: v.Callee) -> Summary:
        callee = v.Callee(callee.qualified, callee.cls)
        if callee not in self._summaries:
            self._summaries[callee] = Summary()  # what a recursive call sees
            function = self.program.functions[callee.qualified]
            self._summaries[callee] = Body(self, function, callee.cls).run()
        return self._summaries[callee]

    def starts_coroutine(self, qualified: str) -> bool:
        return self.program.functions[qualified].is_async or qualified in self.jobs

    def attribute(self, cls: str, name: str) -> Values:
        """What `object.name` may be for an object of exactly `cls`."""
        key = (cls, name)
        if key not in self._attributes:
            self._attributes[key] = NOTHING
            self._attributes[key] = self._find_attribute(cls, name)
        return self._attributes[key]

    def _find_attribute(self, cls: str, name: str) -> Values:
        program = self.program
        for owner_name in program.mro(cls):
            owner = program.classes[owner_name]
            function = owner.functions.get(name)
            if function is not None:
                if not function.is_property:
                    return frozenset([v.Callee(function.qualified, cls)])
                declared = v.of_return(program, function, cls)
                return declared or frozenset(
                    self.summary(v.Callee(function.qualified, cls)).returned
                )
            if name in owner.annotations:
                return v.of_annotation(program, owner.module, owner.annotations[name], cls)
            if name in owner.assigned:
                return frozenset().union(
                    *(Body(self, f, cls).eval(e) for f, e in owner.assigned[name])
                )
            if name in owner.constants:
                return self.module_value(owner.module, owner.constants[name])
        bases = {b for c in program.mro(cls) for b in program.classes[c].bases}
        outside = bases - program.classes.keys() - {"object", "abc.ABC", "ABC"}
        return frozenset(v.External(f"{base}.{name}") for base in outside)

    def module_value(self, module: Module, node: ast.expr) -> Values:
        """A constant of a module, such as an object made once for all."""
        holder = ast.parse("def constant(): pass").body[0]
        assert isinstance(holder, ast.FunctionDef)
        function = Function("constant", f"{module.name}.<module>", module, None, holder)
        return Body(self, function, None).eval(node)
