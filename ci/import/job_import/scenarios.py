"""Scenario files from the job graph: which jobs meet, and what they call meanwhile.

What a body decides at run time is not in the graph, so every call that may be made is made, in the
order of the source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from .lock_order import cycles_of, edges_of
from .locks import Locks, Node

_ALL = ("await", "gather", "task")
Step = Any  # what a step of a scenario is in YAML, as plain data


def scenarios_of(graph: dict[str, Any], with_pairs: bool = False) -> dict[str, str]:
    """File name -> text: each job that takes a lock, met by itself, and each suspected cycle;
    `with_pairs`: also every two jobs that can want the same lock."""
    writer = _Writer(graph)
    files: dict[str, str] = {}
    nodes = [node for node in writer.locks.nodes() if writer.is_runnable(node)]
    for node in nodes:
        if writer.locks.of(node) is not None:
            files[f"job-{writer.label(node)}.yaml"] = writer.meeting([node, node])
    edges = {(edge.held, edge.acquired): edge for edge in edges_of(graph)}
    for number, cycle in enumerate(cycles_of(list(edges)), start=1):
        ways = [edges[pair].witness for pair in zip(cycle, cycle[1:] + cycle[:1])]
        if all(writer.is_runnable(node) for way in ways for node in way):
            files[f"cycle-{number}.yaml"] = writer.cycle(number, ways)
    if with_pairs:
        for index, first in enumerate(nodes):
            for second in nodes[index + 1 :]:
                if writer.reach(first) & writer.reach(second):
                    name = f"pair-{writer.label(first)}-{writer.label(second)}.yaml"
                    files[name] = writer.meeting([first, second])
    return files


class _Writer:
    def __init__(self, graph: dict[str, Any]) -> None:
        self.locks = Locks(graph)
        self._reach: dict[Node, frozenset[str]] = {}

    # Questions.

    def is_runnable(self, node: Node) -> bool:
        """Is the whole policy known?"""
        return bool(self.locks.jobs[node.job]["is_clear"])

    def reach(self, node: Node) -> frozenset[str]:
        """The locks that `node` and all that it calls can ask for."""
        if node not in self._reach:
            seen, front = {node}, [node]
            while front:
                more = {callee for callee, _ in self.locks.callees(front.pop(), _ALL)} - seen
                seen |= more
                front += more
            found = (self.locks.of(one) for one in seen)
            self._reach[node] = frozenset(lock.name for lock in found if lock is not None)
        return self._reach[node]

    def label(self, node: Node) -> str:
        """The job's name; with the class if it runs on objects of several."""
        job = self.locks.jobs[node.job]
        name = _word(job["name"])
        return f"{name}-{node.cls}" if len(job["classes"]) > 1 else name

    # Scenarios.

    def meeting(self, nodes: list[Node]) -> str:
        tasks: dict[str, list[Step]] = {}
        used: set[Node] = set()
        shared = frozenset.intersection(*(self.reach(node) for node in nodes))
        for number, node in enumerate(nodes, start=1):
            tasks[f"task_{number}"] = [self._call(node, shared, set(), (), used)]
        labels = [self.label(node) for node in nodes]
        is_one = labels[0] == labels[-1]
        name = labels[0] if is_one else "-".join(labels)
        about = f"{labels[0]} meets {'itself' if is_one else labels[1]}."
        return self._text(name, about, tasks, used)

    def cycle(self, number: int, ways: Iterable[list[Node]]) -> str:
        tasks: dict[str, list[Step]] = {}
        used: set[Node] = set()
        for index, way in enumerate(ways, start=1):
            used |= set(way)
            step: Step = {"call": self._place(way[-1])}
            for node in reversed(way[:-1]):
                step = {"call": self._place(node), "body": ["work", step]}
            tasks[f"task_{index}"] = [step]
        about = "Each job of a cycle of locks holds one and asks for the next."
        return self._text(f"cycle-{number}", about, tasks, used)

    def _call(
        self,
        node: Node,
        wanted: frozenset[str],
        expanded: set[Node],
        above: tuple[Node, ...],
        used: set[Node],
    ) -> Step:
        used.add(node)
        step: Step = {"call": self._place(node)}
        if node in expanded:  # its calls are in the file once; again would multiply them
            return step
        expanded.add(node)
        body: list[Step] = []
        line_of_gather = -1
        callees = self.locks.callees(node, _ALL)
        for callee, call in sorted(callees, key=lambda pair: _line(pair[1])):
            if callee in above + (node,) or not self.is_runnable(callee):
                continue
            if call["kind"] == "join" or not self.reach(callee) & wanted:
                continue
            child = self._call(callee, wanted, expanded, above + (node,), used)
            if call["kind"] == "gather" and line_of_gather == _line(call):
                body[-1]["gather"].append(child)
            elif call["kind"] == "gather":
                body.append({"gather": [child]})
            else:
                body.append(child if call["kind"] == "await" else {"spawn": child})
            line_of_gather = _line(call) if call["kind"] == "gather" else -1
        if body:
            step["body"] = body
        return step

    def _place(self, node: Node) -> str:
        name = _word(self.locks.jobs[node.job]["name"])
        group = self.locks.group(node)
        return name if group is None else f"{name}@{_word(group)}"

    def _text(
        self, name: str, about: str, tasks: dict[str, list[Step]], used: set[Node]
    ) -> str:
        groups = {group for node in used if (group := self.locks.group(node)) is not None}
        lines = ["interlock: 1", f"name: {name}", f"about: {json.dumps(about)}"]
        if groups:
            lines.append(f"groups: [{', '.join(sorted(_word(group) for group in groups))}]")
        lines.append("jobs:")
        for job in sorted({node.job for node in used}):
            found = self.locks.jobs[job]
            lines.append(f"  # {found['at']}")
            lines.append(f"  {_word(found['name'])}: {_flow(_policy(found))}")
        lines.append("tasks:")
        for task, steps in tasks.items():
            lines.append(f"  {task}:")
            lines += [line for step in steps for line in _item(step, 4)]
        return "\n".join(lines) + "\n"


def _policy(job: dict[str, Any]) -> dict[str, Any]:
    policy = {
        key: job[key]
        for key in ("concurrency", "throttle", "limit", "max_calls")
        if job.get(key) is not None
    }
    if job["period_us"] is not None:
        policy["period"] = f"{job['period_us']}us"
    return policy


def _line(call: dict[str, Any]) -> int:
    return int(call["path"][0].rpartition(":")[2])


def _word(name: str) -> str:
    """`name` in the letters that scenario files allow: container_{name}<X> -> container_name-X."""
    return re.sub(r"[^A-Za-z0-9_-]", "", name.replace("<", "-").replace(".", "_"))


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    return str(value)


def _is_short(value: Any) -> bool:
    if isinstance(value, dict):
        return not any(isinstance(one, list) or not _is_short(one) for one in value.values())
    return not isinstance(value, list)


def _item(step: Step, indent: int) -> list[str]:
    """A step as an item of a list; what has steps inside goes over several lines."""
    if _is_short(step):
        return [f"{' ' * indent}- {_flow(step)}"]
    lines = _mapping(step, indent + 2)
    return [" " * indent + "- " + lines[0].lstrip()] + lines[1:]


def _mapping(step: dict[str, Any], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in step.items():
        if _is_short(value):
            lines.append(f"{' ' * indent}{key}: {_flow(value)}")
            continue
        lines.append(f"{' ' * indent}{key}:")
        if isinstance(value, dict):
            lines += _mapping(value, indent + 2)
        else:
            lines += [line for one in value for line in _item(one, indent + 2)]
    return lines
