"""The order in which locks are taken while others are held, and its cycles.

A pure function of the job graph. A cycle is a suspicion and not a finding: whether its jobs can
meet, exploration has to say. In a cycle of locks that all block, jobs can wait for each other for
ever; where one of them refuses, a job is turned away instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .locks import Locks, Node

_WAITING = ("await", "gather", "join")  # the caller keeps its lock meanwhile
CYCLES_MAX = 10_000


@dataclass
class Edge:
    """While `held` is held, `acquired` may be asked for."""

    held: str
    acquired: str
    blocking: list[Node] = field(default_factory=list)  # the shortest way there, if one blocks
    refusing: list[Node] = field(default_factory=list)  # the same, if one refuses
    is_reentry: bool = True  # within one object, directly: the holder itself asks

    @property
    def witness(self) -> list[Node]:
        return self.blocking or self.refusing


def edges_of(graph: dict[str, Any]) -> list[Edge]:
    locks = Locks(graph)
    edges: dict[tuple[str, str], Edge] = {}
    for start in locks.nodes():
        held = locks.of(start)
        if held is not None:
            _add_edges(locks, held.name, start, edges)
    return [edges[key] for key in sorted(edges)]


def _add_edges(
    locks: Locks, held: str, start: Node, edges: dict[tuple[str, str], Edge]
) -> None:
    seen = {start}
    # Each with whether all calls so far stay on one object and take its lock again at once.
    front: list[tuple[list[Node], bool]] = [([start], True)]
    while front:
        following: list[tuple[list[Node], bool]] = []
        for path, was_direct in front:
            for node, call in locks.callees(path[-1], _WAITING):
                lock = locks.of(node)
                is_direct = was_direct and call["same_object"] and call["kind"] == "await"
                if lock is not None:
                    edge = edges.setdefault((held, lock.name), Edge(held, lock.name))
                    way = path + [node]
                    edge.is_reentry = edge.is_reentry and is_direct and lock.name == held
                    known = edge.blocking if lock.is_blocking else edge.refusing
                    if not known or len(way) < len(known):
                        known[:] = way
                if node not in seen:
                    seen.add(node)
                    keeps = is_direct and lock is not None and lock.name == held
                    following.append((path + [node], keeps))
        front = following


def cycles_of(edges: list[tuple[str, str]]) -> list[list[str]]:
    """All elementary cycles of two locks and more, each from its first name on, in order; no more
    than CYCLES_MAX of them."""
    after: dict[str, list[str]] = {}
    for held, acquired in sorted(set(edges)):
        if held != acquired:
            after.setdefault(held, []).append(acquired)
    cycles: list[list[str]] = []
    for first in sorted(after):
        back = _reaching(after, first)
        stack: list[tuple[str, int]] = [(first, 0)]
        path = [first]
        while stack and len(cycles) < CYCLES_MAX:
            lock, index = stack.pop()
            following = after.get(lock, [])
            if index == len(following):
                path.pop()
                continue
            stack.append((lock, index + 1))
            following_lock = following[index]
            if following_lock == first:
                cycles.append(list(path))
            elif following_lock in back and following_lock not in path:
                stack.append((following_lock, 0))
                path.append(following_lock)
    return cycles


def _reaching(after: dict[str, list[str]], target: str) -> set[str]:
    """The locks from which `target` is reached over names that come after it: a cycle is found
    from its first name only."""
    found = {target}
    while True:
        more = {
            lock
            for lock, following in after.items()
            if lock > target and lock not in found and any(f in found for f in following)
        }
        if not more:
            return found
        found |= more


def lock_order(graph: dict[str, Any]) -> dict[str, Any]:
    """The report: edges, cycles, and locks that are asked for again while they are held."""
    edges = edges_of(graph)
    by_ends = {(edge.held, edge.acquired): edge for edge in edges}
    found = cycles_of(list(by_ends))
    cycles = []
    for cycle in found:
        ways = [by_ends[pair] for pair in zip(cycle, cycle[1:] + cycle[:1])]
        cycles.append(
            {
                "locks": cycle,
                "blocking": all(edge.blocking for edge in ways),
                "witnesses": [[str(node) for node in edge.witness] for edge in ways],
            }
        )
    return {
        "edges": [
            {
                "held": edge.held,
                "acquired": edge.acquired,
                "blocking": bool(edge.blocking),
                "refusing": bool(edge.refusing),
                "witness": [str(node) for node in edge.witness],
            }
            for edge in edges
        ],
        "cycles": cycles,
        "all_cycles": len(found) < CYCLES_MAX,
        "asked_again": [
            {"lock": edge.held, "witness": [str(node) for node in edge.witness]}
            for edge in edges
            if edge.held == edge.acquired and not edge.is_reentry
        ],
    }
