"""The static lock order: on small graphs, and on the facts of an independent inventory."""

from __future__ import annotations

import json
import unittest

from graphs import HERE, calls, graph, job

from job_import.graph_file import read_graph
from job_import.lock_order import cycles_of, lock_order


def order(*jobs: dict) -> dict:
    return lock_order(graph(*jobs))


def pairs(report: dict) -> list[tuple[str, str]]:
    return [(edge["held"], edge["acquired"]) for edge in report["edges"]]


class CyclesTest(unittest.TestCase):
    def test_no_edges_have_no_cycle(self) -> None:
        self.assertEqual(cycles_of([]), [])

    def test_a_lock_behind_itself_is_no_cycle_of_two(self) -> None:
        self.assertEqual(cycles_of([("a", "a")]), [])

    def test_a_cycle_is_found_once_from_its_first_name(self) -> None:
        self.assertEqual(cycles_of([("c", "a"), ("a", "b"), ("b", "c")]), [["a", "b", "c"]])

    def test_all_cycles_that_share_locks_are_found(self) -> None:
        # Of three locks that all lead to each other: three pairs, and both ways round.
        edges = [(a, b) for a in "abc" for b in "abc" if a != b]
        expected = [["a", "b"], ["a", "b", "c"], ["a", "c"], ["a", "c", "b"], ["b", "c"]]
        self.assertEqual(cycles_of(edges), expected)

    def test_a_way_without_return_is_no_cycle(self) -> None:
        self.assertEqual(cycles_of([("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")]), [])


class LockOrderTest(unittest.TestCase):
    def test_opposite_orders_that_block_are_a_blocking_cycle(self) -> None:
        report = order(
            job("a", "group_queue", "g", calls=[calls("b")]),
            job("b", "group_queue", "h", calls=[calls("a")]),
        )
        (cycle,) = report["cycles"]
        self.assertEqual(cycle["locks"], ["group:g", "group:h"])
        self.assertTrue(cycle["blocking"])
        self.assertEqual(cycle["witnesses"], [["a<Class>", "b<Class>"], ["b<Class>", "a<Class>"]])

    def test_one_refusal_in_a_cycle_makes_it_refusing(self) -> None:
        report = order(
            job("a", "group_queue", "g", calls=[calls("b")]),
            job("b", "group_reject", "h", calls=[calls("a")]),
        )
        self.assertEqual([cycle["blocking"] for cycle in report["cycles"]], [False])

    def test_a_job_without_a_lock_passes_on_what_its_caller_holds(self) -> None:
        report = order(
            job("a", "queue", calls=[calls("b")]),
            job("b", calls=[calls("c", "gather")]),
            job("c", "reject"),
        )
        self.assertEqual(pairs(report), [("job:a", "job:c")])
        self.assertEqual(report["edges"][0]["witness"], ["a<Class>", "b<Class>", "c<Class>"])
        self.assertFalse(report["edges"][0]["blocking"])

    def test_a_task_does_not_keep_its_creator_waiting(self) -> None:
        report = order(job("a", "queue", calls=[calls("b", "task")]), job("b", "queue"))
        self.assertEqual(report["edges"], [])

    def test_a_task_that_is_awaited_does(self) -> None:
        inner = [calls("b", "task"), calls("b", "join", same_object=True)]
        report = order(job("a", "group_queue", "g", calls=inner), job("b", "group_queue", "g"))
        self.assertEqual(pairs(report), [("group:g", "group:g")])
        # A suspicion: the task enters as a child of the holder, which may be done or lend its turn.
        self.assertEqual(len(report["asked_again"]), 1)

    def test_a_deprecated_limit_takes_the_lock_that_it_stands_for(self) -> None:
        report = order(
            job("a", limit="once", calls=[calls("b")]), job("b", limit="group_wait", group="g")
        )
        self.assertEqual(pairs(report), [("job:a", "group:g")])
        self.assertTrue(report["edges"][0]["blocking"])

    def test_a_throttle_alone_is_no_lock(self) -> None:
        report = order(job("a", "queue", calls=[calls("b")]), job("b", throttle="throttle"))
        self.assertEqual(report["edges"], [])

    def test_groups_of_one_template_are_told_apart_by_class(self) -> None:
        inner = calls("b") | {"to_classes": ["Left", "Right"], "from_classes": ["Left"]}
        report = order(
            job("a", "group_queue", "g_{name}", classes=["Left", "Right"], calls=[inner]),
            job("b", "group_queue", "g_{name}", classes=["Left", "Right"]),
        )
        self.assertEqual(
            pairs(report),
            [("group:g_{name}<Left>", "group:g_{name}<Left>"),
             ("group:g_{name}<Left>", "group:g_{name}<Right>")],
        )

    def test_a_holder_that_asks_again_itself_enters(self) -> None:
        report = order(
            job("a", "group_queue", "g", calls=[calls("b", same_object=True)]),
            job("b", "group_queue", "g"),
        )
        self.assertEqual(report["asked_again"], [])

    def test_a_lock_that_is_asked_for_through_another_job_is_reported(self) -> None:
        report = order(
            job("a", "group_queue", "g", calls=[calls("b", same_object=True)]),
            job("b", calls=[calls("c", same_object=True)], group="g"),
            job("c", "group_queue", "g"),
        )
        self.assertEqual(
            report["asked_again"],
            [{"lock": "group:g", "witness": ["a<Class>", "b<Class>", "c<Class>"]}],
        )

    def test_the_inventory_has_the_same_order_and_cycles(self) -> None:
        report = lock_order(read_graph(HERE / "supervisor-jobs.json"))
        inventory = json.loads((HERE / "supervisor-lock-order.json").read_text())
        keys = ("held", "acquired", "blocking", "refusing")
        self.assertEqual(
            [{key: edge[key] for key in keys} for edge in report["edges"]], inventory["edges"]
        )
        self.assertEqual([cycle["locks"] for cycle in report["cycles"]], inventory["cycles"])
        self.assertFalse(any(cycle["blocking"] for cycle in report["cycles"]))


if __name__ == "__main__":
    unittest.main()
