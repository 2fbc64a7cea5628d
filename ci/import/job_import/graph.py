"""The job graph: the jobs with their policies, and which job may call which, as plain data."""

from __future__ import annotations

import ast
from pathlib import Path

from .graph_file import VERSION, Graph
from .interpreter import Interpreter
from .policies import MEANING_OF_LIMIT, Policy, PolicyReader
from .source import Function, Program, last_name
from .summary import KINDS, outweighing
from .values import Callee


def import_supervisor(checkout: Path) -> Graph:
    """Reads a checkout of the reference project. Raises BadInput if it is not one."""
    return _Builder(Program(checkout, "supervisor")).graph()


class _Builder:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.reader = PolicyReader(program)
        self.policies = self.reader.read()
        self.interpreter = Interpreter(program, set(self.policies))
        self.walked: set[Callee] = set()

    def graph(self) -> Graph:
        policies = sorted(self.policies.values(), key=lambda p: p.function.qualified)
        jobs = [self._job(policy) for policy in policies]
        self._list_unresolved_calls()
        return {
            "interlock_job_graph": VERSION,
            "jobs": jobs,
            "unresolved": [
                {"at": f"{u.file}:{u.line}", "what": u.what, "why": u.why}
                for u in sorted(self.program.unresolved)
            ],
        }

    def _job(self, policy: Policy) -> Graph:
        function = policy.function
        classes = self._classes_of(function)
        groups = {group for cls in classes if (group := self.reader.group_of(cls)) is not None}
        group = groups.pop() if len(groups) == 1 else None
        self._check(policy, group, groups)
        calls: dict[tuple[str, str], Graph] = {}
        for cls in classes or [None]:
            self._walk(Callee(function.qualified, cls), calls)
        for call in calls.values():
            call["from_classes"].sort()
            call["to_classes"].sort()
        return {
            "id": function.qualified,
            "name": policy.name,
            "at": f"{function.module.file}:{function.node.decorator_list[0].lineno}",
            "classes": sorted(_short(cls) for cls in classes),
            "group": group,
            "concurrency": policy.concurrency,
            "throttle": policy.throttle,
            "limit": policy.limit,
            "period_us": policy.period_us,
            "max_calls": policy.max_calls,
            "is_clear": policy.is_clear,
            "conditions": policy.conditions,
            "on_condition": policy.on_condition,
            "calls": [call for _, call in sorted(calls.items())],
        }

    def _check(self, policy: Policy, group: str | None, groups: set[str]) -> None:
        """What the decorator refuses at run time, or nothing here can say."""
        words = f"{policy.concurrency} {policy.throttle} {policy.limit}"
        throttle = MEANING_OF_LIMIT[policy.limit][1] if policy.limit else policy.throttle
        why = None
        if groups and group is None:
            why = f"its classes are in several groups: {', '.join(sorted(groups))}"
        elif "group" in words and group is None:
            why = "a group policy, and its group is not known"
        elif policy.limit and (policy.concurrency or policy.throttle):
            why = "both 'limit' and 'concurrency' or 'throttle'"
        elif throttle and policy.period_us is None:
            why = "a throttle whose period is not known"
        elif throttle and "rate_limit" in throttle and policy.max_calls is None:
            why = "a rate limit whose number of calls is not known"
        if why is not None:
            policy.is_clear = False
            function = policy.function
            self.reader.refuse(function.module, function.node, policy.name, why)

    def _classes_of(self, function: Function) -> list[str]:
        """The classes of the objects that `function` can run on."""
        if function.owner is None:
            return []
        owner = function.owner.qualified
        found = [c for c in self.program.concrete(owner) if self._runs_on(function, c)]
        return found or [owner]

    def _runs_on(self, function: Function, cls: str) -> bool:
        """Is it the method of `cls`, or reached from that through super()?"""
        for owner in self.program.mro(cls):
            method = self.program.classes[owner].functions.get(function.name)
            if method is function:
                return True
            if method is not None and not _calls_super(method):
                return False
        return False

    def _walk(self, start: Callee, calls: dict[tuple[str, str], Graph]) -> None:
        """Adds the jobs that `start` reaches without another job between, by the shortest path."""
        seen = {(start, KINDS[0])}
        front: list[tuple[Callee, str, bool, list[str]]] = [(start, KINDS[0], True, [])]
        while front:
            following: list[tuple[Callee, str, bool, list[str]]] = []
            for callee, kind, is_same_object, path in front:
                self.walked.add(callee)
                for site in sorted(self.interpreter.summary(callee).sites, key=str):
                    step = path + [f"{callee.qualified}:{site.line}"]
                    reached = outweighing(kind, site.kind)
                    is_same = is_same_object and site.callee.on_self
                    if site.callee.qualified in self.policies:
                        _add(calls, site.callee, start, reached, is_same, step)
                        continue
                    following_callee = Callee(site.callee.qualified, site.callee.cls)
                    if (following_callee, reached) not in seen:
                        seen.add((following_callee, reached))
                        following.append((following_callee, reached, is_same, step))
            front = following

    def _list_unresolved_calls(self) -> None:
        """Of the unknown calls that jobs reach: those named as a function that reaches a job."""
        reaching = self._reaching_jobs()
        names = self._names_of(reaching)
        for callee in self.walked:
            summary = self.interpreter.summary(callee)
            self.program.unresolved |= summary.unresolved
            self.program.unresolved |= {x.place for x in summary.lost if x.callee in reaching}
            for call in summary.unknown_calls:
                is_async = names.get(call.name)
                # Without an await, a coroutine function does not even start.
                if is_async is not None and (call.is_awaited or not is_async):
                    self.program.unresolved.add(call.place)

    def _reaching_jobs(self) -> set[str]:
        """The functions that are jobs or call one, directly or not."""
        reaching: set[str] = set(self.policies)
        callers: dict[str, set[str]] = {}
        for function in self.program.functions.values():
            for cls in self._classes_of(function) or [None]:
                for site in self.interpreter.summary(Callee(function.qualified, cls)).sites:
                    callers.setdefault(site.callee.qualified, set()).add(function.qualified)
        front = list(reaching)
        while front:
            found = callers.get(front.pop(), set()) - reaching
            reaching |= found
            front += found
        return reaching

    def _names_of(self, functions: set[str]) -> dict[str, bool]:
        """Their names, and whether all of that name must be awaited."""
        names: dict[str, bool] = {}
        for qualified in functions:
            name = qualified.rpartition(".")[2]
            is_async = self.interpreter.starts_coroutine(qualified)
            names[name] = names.get(name, True) and is_async
        return names


def _calls_super(method: Function) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == method.name
        and isinstance(node.value, ast.Call)
        and last_name(node.value) == "super"
        for node in ast.walk(method.node)
    )


def _short(qualified: str | None) -> str:
    return (qualified or "").split(".")[-1]


def _add(
    calls: dict[tuple[str, str], Graph],
    callee: Callee,
    start: Callee,
    kind: str,
    is_same_object: bool,
    path: list[str],
) -> None:
    call = calls.setdefault(
        (callee.qualified, kind),
        {
            "to": callee.qualified,
            "kind": kind,
            "same_object": is_same_object,
            "from_classes": [],
            "to_classes": [],
            "path": path,
        },
    )
    call["same_object"] = call["same_object"] and is_same_object
    for key, cls in (("from_classes", start.cls), ("to_classes", callee.cls)):
        if cls is not None and _short(cls) not in call[key]:
            call[key].append(_short(cls))
