"""Which jobs can meet, and what of each the others see."""

from __future__ import annotations

import unittest

from graphs import calls, graph, job

from job_import.meeting_scenario import scenario_of
from job_import.meetings import Meetings, Take, canonical


def take(lock: str, kind: str = "await", via: bool = False) -> Take:
    return Take(kind, via, "group_queue", "none", lock)


class MeetingsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.jobs = Meetings(graph(
            job("outer", "group_queue", "g", calls=[calls("plain")]),
            job("plain", calls=[calls("inner"), calls("other", "gather")]),
            job("inner", "group_queue", "g"),
            job("other", "group_queue", "h"),
        ))

    def test_what_takes_no_lock_is_one_other_job(self) -> None:
        self.assertIn((take("group:g"), take("group:g", via=True)), self.jobs.chains)
        self.assertEqual(
            self.jobs.jobs_of((take("group:g"), take("group:h", "gather", True))), ["outer"]
        )

    def test_a_lock_that_nobody_shares_is_not_seen(self) -> None:
        self.assertEqual(self.jobs.jobs_of((take("group:h", "gather"),)), ["outer", "plain"])

    def test_everybody_shares_every_lock(self) -> None:
        for tasks in (2, 3):
            for meetings in self.jobs.of(tasks).values():
                for meeting in meetings:
                    locks = [{one.lock for one in chain} for chain in meeting]
                    for index, own in enumerate(locks):
                        others = set().union(*(locks[:index] + locks[index + 1:]))
                        self.assertLessEqual(own, others)

    def test_who_gathers_the_first_is_seen_in_pairs(self) -> None:
        gathered = (take("group:h", "gather"),)
        self.assertEqual(self.jobs.jobs_of(gathered), ["outer", "plain"])
        firsts = {
            tasks: {chain[0].kind for reals in self.jobs.of(tasks).values() for real in reals for chain in real}
            for tasks in (2, 3)
        }
        self.assertEqual(firsts, {2: {"await", "gather"}, 3: {"await"}})
        self.assertIn(
            "  t1: [{call: other, body: [work, {gather: [{call: l0_group_queue_none@l0}, {call: other}]}]}]\n",
            scenario_of(((take("l0", "gather"),),), "n"),
        )

    def test_names_and_order_make_no_other_meeting(self) -> None:
        a, b = (take("x"), take("y")), (take("y"),)
        c, d = (take("y"), take("x")), (take("x"),)
        self.assertEqual(canonical((a, b))[0], canonical((d, c))[0])
        self.assertNotEqual(canonical((a, b))[0], canonical((a, (take("x"),)))[0])

    def test_scenario(self) -> None:
        meeting = ((take("l0"), take("l0", via=True)), (take("l0"),))
        self.assertEqual(
            scenario_of(meeting, "n"),
            """interlock: 1
name: 'n'
groups: [l0]
jobs:
  l0_group_queue_none: {concurrency: group_queue}
  other: {}
tasks:
  t1: [{call: l0_group_queue_none@l0, body: [work, {call: other, body: [{call: l0_group_queue_none@l0}]}]}]
  t2: [{call: l0_group_queue_none@l0}]
""",
        )


if __name__ == "__main__":
    unittest.main()
