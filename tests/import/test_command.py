"""`interlock import` as a user runs it. INTERLOCK is the program."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from graphs import HERE

from job_import.graph import import_supervisor

INTERLOCK = os.environ["INTERLOCK"]


class CommandTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.output = self.folder / "out"

    def interlock(self, code: int, *arguments: object, **more: object) -> str:
        done = subprocess.run(
            [INTERLOCK, *map(str, arguments)],
            capture_output=True, text=True, check=False, timeout=120, **more,
        )
        text = done.stdout + done.stderr
        self.assertEqual(done.returncode, code, text)
        return text

    def scenarios(self) -> list[Path]:
        return sorted((self.output / "scenarios").glob("*.yaml"))

    def test_a_checkout(self) -> None:
        text = self.interlock(0, "import", "supervisor", HERE / "checkout", "--output", self.output)
        self.assertIn("25 jobs, 19 calls", text)
        self.assertIn("supervisor/unclear.py:37: self.helper.lonely", text)
        self.assertIn("cycle, is refused: group:kiosk_{slug} -> group:shop", text)
        graph = json.loads((self.output / "job-graph.json").read_text())
        self.assertEqual(graph["jobs"], import_supervisor(HERE / "checkout")["jobs"])
        checked = self.interlock(0, "check", self.output / "scenarios" / "cycle-1.yaml")
        # Each of the two jobs finds the other's lock taken: one waits, one is refused.
        self.assertIn("task_1.0=ran task_1.0.0=ran task_2.0=failed task_2.0.0=rejected", checked)

    def test_every_scenario_is_read(self) -> None:
        self.interlock(
            0, "import", "graph", HERE / "supervisor-jobs.json", "--output", self.output
        )
        self.assertGreater(len(self.scenarios()), 120)
        result = self.folder / "result.json"
        subprocess.run(
            [INTERLOCK, "gate", self.output / "scenarios", "--budget-executions", "1", f"--json={result}"],
            capture_output=True, check=False, timeout=120,
        )
        read = json.loads(result.read_text())["results"]
        self.assertEqual(len(read), len(self.scenarios()))

    def test_an_import_replaces_an_earlier_one_and_no_other_file(self) -> None:
        (self.output / "scenarios").mkdir(parents=True)
        for name in ("job-gone.yaml", "mine.yaml"):
            (self.output / "scenarios" / name).write_text("")
        self.interlock(0, "import", "supervisor", HERE / "checkout", "--output", self.output)
        self.assertEqual(
            [name.name for name in self.scenarios() if name.stat().st_size == 0], ["mine.yaml"]
        )

    def test_bad_input_is_said(self) -> None:
        text = self.interlock(3, "import", "supervisor", self.folder, "--output", self.output)
        self.assertIn("no package 'supervisor'", text)
        self.assertIn("not in", self.interlock(3, "import", "another", self.folder))
        text = self.interlock(3, "import", "graph", self.folder / "missing")
        self.assertIn("missing", text)

    def test_without_python_it_says_so(self) -> None:
        text = self.interlock(
            3, "import", "supervisor", HERE / "checkout", env={"PATH": str(self.folder)}
        )
        self.assertIn("python3 reads the code and cannot be started", text)


if __name__ == "__main__":
    unittest.main()
