"""The job graph of the synthetic package: every construct that the importer knows."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

from graphs import HERE, calls, graph, job

from job_import.graph import import_supervisor
from job_import.graph_file import read_graph
from job_import.source import BadInput, parse

CHECKOUT = HERE / "checkout"
POLICY = ("concurrency", "throttle", "limit", "period_us", "max_calls")


class GraphTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.graph = import_supervisor(CHECKOUT)
        cls.jobs = {job["id"].removeprefix("supervisor."): job for job in cls.graph["jobs"]}

    def policy(self, name: str) -> dict:
        return {key: self.jobs[name][key] for key in POLICY if self.jobs[name][key] is not None}

    def called(self, name: str) -> set[tuple[str, str]]:
        return {
            (call["to"].removeprefix("supervisor."), call["kind"])
            for call in self.jobs[name]["calls"]
        }

    def test_policies(self) -> None:
        cases = {
            "ovens.Oven.heat": {"concurrency": "group_reject"},
            "ovens.Oven.clean": {"concurrency": "group_queue"},
            "ovens.OvenManager.heat_all": {"concurrency": "reject"},
            "ovens.OvenManager.clean_all": {
                "concurrency": "queue", "throttle": "throttle", "period_us": 30_000_000,
            },
            "ovens.Oven.glance": {
                "throttle": "group_rate_limit", "period_us": 90_000_000, "max_calls": 4,
            },
            "ovens.CakeOven.cool": {"throttle": "group_throttle", "period_us": 30_000_000},
            "shop.Shop.count": {
                "throttle": "rate_limit", "period_us": 3_600_000_000, "max_calls": 2,
            },
            "shop.Shop.dust": {"limit": "once"},
            "ovens.Oven.cool": {"limit": "group_wait"},
            "shop.Kiosk.open": {},
        }
        for name, policy in cases.items():
            with self.subTest(name):
                self.assertEqual(self.policy(name), policy)

    def test_names_conditions_errors_and_places(self) -> None:
        shop = self.jobs["shop.Shop.open"]
        self.assertEqual(shop["conditions"], ["running", "healthy"])
        self.assertEqual(shop["on_condition"], "ShopError")
        self.assertEqual(shop["at"], "supervisor/shop.py:27")
        self.assertEqual(self.jobs["shop.Shop.sell"]["name"], "shop_sell")  # a constant
        self.assertEqual(self.jobs["ovens.OvenManager.clean_all"]["name"], "ovens_clean")

    def test_groups(self) -> None:
        cases = {
            "ovens.Oven.heat": "oven_{name}",  # a constant, formatted
            "shop.Kiosk.close": "kiosk_{slug}",  # an f-string
            "shop.Shop.sell": "shop",  # of the second base
            "ovens.OvenManager.heat_all": None,
            "unclear.Nameless.run": None,
        }
        for name, group in cases.items():
            with self.subTest(name):
                self.assertEqual(self.jobs[name]["group"], group)

    def test_an_overridden_job_runs_where_super_reaches_it(self) -> None:
        self.assertEqual(self.jobs["ovens.Oven.clean"]["classes"], ["BreadOven", "CakeOven"])
        self.assertEqual(self.jobs["ovens.Oven.cool"]["classes"], ["BreadOven"])

    def test_calls(self) -> None:
        cases = {
            # Through self, by the class of the object.
            "ovens.Oven.heat": {("ovens.Oven.clean", "await"), ("ovens.CakeOven.clean", "await")},
            "ovens.CakeOven.clean": {("ovens.Oven.clean", "await")},
            # Through an annotated attribute, an assigned one, and a helper.
            "ovens.OvenManager.heat_all": {("ovens.Oven.heat", "await")},
            # Through a method of that object, which calls itself.
            "ovens.OvenManager.prepare_all": {("ovens.Oven.heat", "await")},
            # Over a list that a property declares.
            "ovens.OvenManager.clean_all": {
                ("ovens.Oven.clean", "await"), ("ovens.CakeOven.clean", "await"),
            },
            # gather of a call and of a comprehension, a helper that awaits what it is handed, and
            # an awaited value of a dictionary.
            "shop.Shop.open": {
                ("shop.Shop.dust", "gather"), ("ovens.Oven.glance", "gather"),
                ("shop.Kiosk.open", "gather"), ("shop.Kiosk.close", "await"),
            },
            # A task of a job, and of a local function.
            "shop.Shop.close": {
                ("shop.Shop.count", "task"), ("ovens.OvenManager.clean_all", "task"),
            },
            # gather of a list that is filled in a loop.
            "shop.Shop.count": {("shop.Kiosk.close", "gather")},
            # A task that a helper creates and hands back, and that is awaited then.
            "shop.Shop.stock": {
                ("shop.Shop.dust", "await"), ("shop.Shop.sell", "task"), ("shop.Shop.sell", "join"),
            },
            "shop.Kiosk.close": {("shop.Shop.sell", "await")},
        }
        for name, expected in cases.items():
            with self.subTest(name):
                self.assertEqual(self.called(name), expected)
        others = self.jobs.keys() - cases.keys()
        self.assertEqual({name for name in others if self.jobs[name]["calls"]}, {"ovens.Oven.cool"})

    def test_a_call_knows_the_classes_the_object_and_the_way(self) -> None:
        heat = {call["to"]: call for call in self.jobs["ovens.Oven.heat"]["calls"]}
        clean = heat["supervisor.ovens.CakeOven.clean"]
        self.assertEqual((clean["from_classes"], clean["to_classes"]), (["CakeOven"], ["CakeOven"]))
        self.assertTrue(clean["same_object"])
        (prepare,) = self.jobs["ovens.OvenManager.prepare_all"]["calls"]
        self.assertFalse(prepare["same_object"])
        self.assertEqual(
            prepare["path"],
            ["supervisor.ovens.OvenManager.prepare_all:93", "supervisor.ovens.CakeOven.prepare:67"],
        )
        (manager,) = self.jobs["ovens.OvenManager.heat_all"]["calls"]
        self.assertFalse(manager["same_object"])
        self.assertEqual(manager["to_classes"], ["BreadOven", "CakeOven"])
        self.assertEqual(manager["path"], ["supervisor.ovens.OvenManager.heat_all:86"])

    def test_what_cannot_be_resolved_is_listed_and_nothing_else(self) -> None:
        expected = [
            ("broken.py:1", "this Python cannot read it"),
            ("unclear.py:16", "the group's name is not written out"),
            ("unclear.py:19", "its group is not known"),
            ("unclear.py:27", "computed at run time"),
            ("unclear.py:28", "whose period is not known"),
            ("unclear.py:32", "its group is not known"),
            ("unclear.py:35", "is none of reject, queue"),
            ("unclear.py:36", "the name is that of supervisor.unclear.Unclear.lonely too"),
            ("unclear.py:37", "the type of the object is not known"),
            ("unclear.py:40", "where it is awaited is not known"),
            ("unclear.py:41", "handed to self.helper.every()"),
            ("unclear.py:44", "called in 'later', which is handed on"),
            ("unclear.py:51", "its classes are in several groups: left, right"),
            ("unclear.py:66", "where it is awaited is not known"),
            ("unclear.py:75", "the name is that of supervisor.unclear.Namesakes.first too"),
        ]
        found = [(u["at"].removeprefix("supervisor/"), u["why"]) for u in self.graph["unresolved"]]
        self.assertEqual([at for at, _ in found], [at for at, _ in expected])
        for (at, why), (_, part) in zip(found, expected):
            with self.subTest(at):
                self.assertIn(part, why)

    def test_a_job_that_is_not_wholly_understood_says_so(self) -> None:
        unclear = {name for name, job in self.jobs.items() if not job["is_clear"]}
        self.assertEqual(
            unclear,
            {"unclear.Nameless.run", "unclear.Unclear.refresh", "unclear.Unclear.lonely",
             "unclear.Unclear.picked", "unclear.Stand.move",
             "unclear.Namesakes.first", "unclear.Namesakes.second"},
        )

    def test_a_path_without_the_package_is_refused(self) -> None:
        with self.assertRaisesRegex(BadInput, "no package 'supervisor'"):
            import_supervisor(HERE)


class ParseTest(unittest.TestCase):
    def test_except_without_parentheses_is_read_by_an_older_python(self) -> None:
        text = "try:\n    pass\nexcept A.x, B[1, 2]: pass\nexcept (C, D) as e: pass\n"
        tree = parse(text, "file.py")
        first, second = tree.body[0].handlers
        self.assertEqual((first.lineno, len(first.type.elts)), (3, 2))
        self.assertEqual((second.name, len(second.type.elts)), ("e", 2))


class GraphFileTest(unittest.TestCase):
    def refused(self, value: object, why: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "graph.json"
            file.write_text(value if isinstance(value, str) else json.dumps(value))
            with self.assertRaisesRegex(BadInput, why):
                read_graph(file)

    def test_what_is_wrong_is_said(self) -> None:
        self.refused("{", "is not JSON")
        self.refused("[" * 100_000, "nests too deeply")
        self.refused({"interlock_job_graph": 2}, "not a job graph of version 1")
        self.refused({"interlock_job_graph": 1}, "no list 'jobs'")
        self.refused(graph({"id": "a"}), "job a: has no 'name'")
        self.refused(graph(job("a", "wait")), "'concurrency' is 'wait', not one of reject, queue")
        self.refused(graph(job("a", period_us="1s")), "'period_us' cannot be '1s'")
        self.refused(graph(job("a", calls=[calls("b")])), "a call of job a: there is no job 'b'")
        self.refused(graph(job("a", calls=[calls("a") | {"path": []}])), "begins with no place")

    def test_the_inventory_is_one(self) -> None:
        inventory = read_graph(HERE / "supervisor-jobs.json")
        self.assertEqual(len(inventory["jobs"]), 143)
        self.assertEqual(sum(len(job["calls"]) for job in inventory["jobs"]), 206)


if __name__ == "__main__":
    unittest.main()
