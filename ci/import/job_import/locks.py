"""Which lock a job takes, and how: a pure function of the job graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .policies import MEANING_OF_LIMIT

Job = dict[str, Any]


@dataclass(frozen=True, order=True)
class Node:
    """A job on objects of one class."""

    job: str  # its id
    cls: str | None

    def __str__(self) -> str:
        return f"{self.job}<{self.cls}>" if self.cls else self.job


@dataclass(frozen=True)
class Lock:
    name: str  # 'group:NAME' or 'job:NAME'
    is_blocking: bool  # a job that finds it taken waits; otherwise it is refused


class Locks:
    def __init__(self, graph: dict[str, Any]) -> None:
        self.jobs: dict[str, Job] = {job["id"]: job for job in graph["jobs"]}
        classes: dict[str, set[str]] = {}
        for job in graph["jobs"]:
            if job["group"] is not None:
                classes.setdefault(job["group"], set()).update(job["classes"])
        # A name with a placeholder stands for several groups; objects of different classes are
        # never in one of them.
        self._shared = {
            group for group, names in classes.items() if len(names) < 2 or "{" not in group
        }

    def nodes(self) -> list[Node]:
        return [
            Node(job["id"], cls) for job in self.jobs.values() for cls in job["classes"] or [None]
        ]

    def policy(self, job: str) -> tuple[str | None, str | None]:
        """(concurrency, throttle), also of a deprecated limit."""
        found = self.jobs[job]
        if found.get("limit"):
            return MEANING_OF_LIMIT[found["limit"]]
        return found["concurrency"], found["throttle"]

    def group(self, node: Node) -> str | None:
        """The group of `node`: its name, and the class where that tells groups apart."""
        group: str | None = self.jobs[node.job]["group"]
        if group is None or group in self._shared:
            return group
        return f"{group}<{node.cls}>"

    def of(self, node: Node) -> Lock | None:
        concurrency, _ = self.policy(node.job)
        if concurrency is None:
            return None
        is_blocking = concurrency in ("queue", "group_queue")
        if concurrency.startswith("group_"):
            group = self.group(node)
            return None if group is None else Lock(f"group:{group}", is_blocking)
        return Lock(f"job:{self.jobs[node.job]['name']}", is_blocking)

    def callees(self, node: Node, kinds: tuple[str, ...]) -> list[tuple[Node, dict[str, Any]]]:
        """The jobs that `node` may call in these ways, each with its call."""
        found: list[tuple[Node, dict[str, Any]]] = []
        for call in self.jobs[node.job]["calls"]:
            if call["kind"] not in kinds or node.cls not in (call["from_classes"] or [None]):
                continue
            to_classes = call["to_classes"] or [None]
            if call["same_object"] and node.cls in to_classes:
                to_classes = [node.cls]
            found += [(Node(call["to"], cls), call) for cls in to_classes]
        return found
