"""The scenario files that come from a job graph."""

from __future__ import annotations

import unittest

from graphs import HERE, calls, graph, job

from job_import.graph_file import read_graph
from job_import.scenarios import scenarios_of

CROSSING = graph(
    job("a", "group_queue", "left", at="a.py:7", calls=[calls("b")]),
    job("b", "group_queue", "right_{name}", calls=[calls("a")]),
)


class ScenariosTest(unittest.TestCase):
    def test_a_cycle_becomes_one_task_a_lock(self) -> None:
        self.assertEqual(
            scenarios_of(CROSSING)["cycle-1.yaml"],
            "interlock: 1\n"
            "name: cycle-1\n"
            'about: "Each job of a cycle of locks holds one and asks for the next."\n'
            "groups: [left, right_name]\n"
            "jobs:\n"
            "  # a.py:7\n"
            "  a: {concurrency: group_queue}\n"
            "  # file.py:1\n"
            "  b: {concurrency: group_queue}\n"
            "tasks:\n"
            "  task_1:\n"
            "    - call: a@left\n"
            "      body:\n"
            "        - work\n"
            "        - {call: b@right_name}\n"
            "  task_2:\n"
            "    - call: b@right_name\n"
            "      body:\n"
            "        - work\n"
            "        - {call: a@left}\n",
        )

    def test_each_job_with_a_lock_meets_itself(self) -> None:
        limited = job("c", limit="group_once", group="g")
        files = scenarios_of(graph(job("a", "queue"), job("b"), limited))
        self.assertEqual(sorted(files), ["job-a.yaml", "job-c.yaml"])
        self.assertIn("  c: {limit: group_once}\n", files["job-c.yaml"])
        tasks = "  task_1:\n    - {call: c@g}\n  task_2:\n    - {call: c@g}\n"
        self.assertIn(tasks, files["job-c.yaml"])

    def test_calls_are_in_the_order_of_the_source_and_keep_their_kind(self) -> None:
        inner = [
            calls("d", "task", line=9), calls("c", "gather", line=5), calls("b", "gather", line=5),
            calls("c", "await", line=2), calls("d", "join", line=11),
        ]
        files = scenarios_of(
            graph(job("a", "queue", calls=inner), *(job(name, "queue") for name in "bcd"))
        )
        # Those that reach no lock of both tasks would be left out; here all do.
        self.assertIn(
            "    - call: a\n"
            "      body:\n"
            "        - {call: c}\n"
            "        - gather:\n"
            "            - {call: c}\n"
            "            - {call: b}\n"
            "        - {spawn: {call: d}}\n"
            "  task_2:\n",
            files["job-a.yaml"],
        )

    def test_a_throttle_has_its_numbers(self) -> None:
        limited = job("a", "queue", throttle="rate_limit", period_us=1500, max_calls=3)
        self.assertIn(
            "  a: {concurrency: queue, throttle: rate_limit, max_calls: 3, period: 1500us}\n",
            scenarios_of(graph(limited))["job-a.yaml"],
        )

    def test_pairs_are_of_jobs_that_can_want_one_lock(self) -> None:
        files = scenarios_of(
            graph(job("a", calls=[calls("b")]), job("b", "queue"), job("c", "queue")),
            with_pairs=True,
        )
        self.assertEqual(sorted(files), ["job-b.yaml", "job-c.yaml", "pair-a-b.yaml"])

    def test_a_job_that_is_not_understood_is_in_no_scenario(self) -> None:
        unclear = job("b", "queue", is_clear=False)
        files = scenarios_of(graph(job("a", "queue", calls=[calls("b")]), unclear), with_pairs=True)
        self.assertEqual(sorted(files), ["job-a.yaml"])
        self.assertNotIn("call: b", files["job-a.yaml"])

    def test_what_a_job_calls_is_in_a_task_once(self) -> None:
        files = scenarios_of(
            graph(
                job("a", "queue", calls=[calls("b", line=1), calls("c", line=2)]),
                job("b", "queue", calls=[calls("d")]),
                job("c", "queue", calls=[calls("b")]),
                job("d", "queue"),
            )
        )
        text = files["job-a.yaml"]
        self.assertEqual((text.count("call: b"), text.count("call: d")), (4, 2))  # in two tasks

    def test_recursion_ends(self) -> None:
        text = scenarios_of(CROSSING)["job-a.yaml"]
        self.assertEqual(text.count("call: a@left"), 2)

    def test_classes_of_one_template_are_groups_of_their_own(self) -> None:
        files = scenarios_of(graph(job("a", "group_queue", "g_{name}", classes=["Left", "Right"])))
        self.assertEqual(sorted(files), ["job-a-Left.yaml", "job-a-Right.yaml"])
        self.assertIn("groups: [g_name-Left]", files["job-a-Left.yaml"])

    def test_every_job_of_the_inventory_that_takes_a_lock_has_a_scenario(self) -> None:
        inventory = read_graph(HERE / "supervisor-jobs.json")
        # 66 jobs take a lock; the eight classes of DockerInterface share twelve of them.
        locking = sum(
            len(job["classes"]) for job in inventory["jobs"] if job["concurrency"] is not None
        )
        self.assertEqual(len(scenarios_of(inventory)), locking + 1)  # and the cycle


if __name__ == "__main__":
    unittest.main()
