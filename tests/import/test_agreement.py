"""The importer against the independent inventory, where a checkout of that commit is at hand:
INTERLOCK_SUPERVISOR is its path."""

from __future__ import annotations

import os
import unittest
from pathlib import Path

from graphs import HERE

from job_import.graph import import_supervisor
from job_import.graph_file import read_graph
from job_import.lock_order import lock_order

CHECKOUT = os.environ.get("INTERLOCK_SUPERVISOR")
FACTS = ("id", "name", "at", "group", "concurrency", "throttle", "period_us", "max_calls")


def is_possible(job: str, to: str) -> bool:
    """The inventory goes by declared types. A plugin's own class says which container it has,
    never an app's; and DockerApp overrides update() without calling the inherited one."""
    return not ((".Plugin" in job or job.endswith("DockerInterface.update")) and ".DockerApp." in to)


@unittest.skipIf(CHECKOUT is None, "needs a checkout: INTERLOCK_SUPERVISOR")
class AgreementTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.ours = import_supervisor(Path(CHECKOUT or ""))
        cls.inventory = read_graph(HERE / "supervisor-jobs.json")

    def test_the_jobs_and_their_policies_are_the_same(self) -> None:
        ours = [{key: job[key] for key in FACTS} for job in self.ours["jobs"]]
        theirs = [{key: job[key] for key in FACTS} for job in self.inventory["jobs"]]
        self.assertEqual(ours, theirs)
        for mine, other in zip(self.ours["jobs"], self.inventory["jobs"]):
            self.assertEqual(sorted(mine["conditions"]), sorted(other["conditions"]), mine["id"])

    def test_every_call_of_the_inventory_that_can_happen_is_found(self) -> None:
        def edges(graph: dict) -> set[tuple[str, str, str]]:
            return {(j["id"], c["to"], c["kind"]) for j in graph["jobs"] for c in j["calls"]}

        possible = {edge for edge in edges(self.inventory) if is_possible(edge[0], edge[1])}
        self.assertEqual(len(possible), 189)
        self.assertEqual(possible - edges(self.ours), set())

    def test_the_lock_order_is_found_and_has_the_same_cycles(self) -> None:
        ours, theirs = lock_order(self.ours), lock_order(self.inventory)

        def edges(report: dict) -> set[tuple[str, str]]:
            return {(edge["held"], edge["acquired"]) for edge in report["edges"]}

        self.assertEqual(edges(theirs) - edges(ours), set())
        self.assertEqual(
            [cycle["locks"] for cycle in ours["cycles"]],
            [cycle["locks"] for cycle in theirs["cycles"]],
        )


if __name__ == "__main__":
    unittest.main()
