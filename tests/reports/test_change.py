"""A change of one line of a policy: the gate names what it does to behaviour, in every format."""

import html
import json
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

from run import FORMATS, INTERLOCK

SCENARIO = """\
interlock: 1
name: two-refreshes
jobs:
  refresh:
    concurrency: queue
    throttle: throttle
    period: 10s
tasks:
  one: [{call: refresh}, {sleep: 10s}, {call: refresh}]
  other: [{call: refresh}]
"""
# The call at the end of the period is throttled now.
POSSIBLE = {
    "one.0=ran one.1=throttled other.0=throttled",
    "one.0=throttled one.1=throttled other.0=ran",
}
IMPOSSIBLE = {
    "one.0=ran one.1=ran other.0=throttled",
    "one.0=throttled one.1=ran other.0=ran",
}


class Change(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        work = tempfile.TemporaryDirectory()
        cls.addClassCleanup(work.cleanup)
        cls.work = pathlib.Path(work.name)
        cls.file = cls.work / "two-refreshes.yaml"
        cls.file.write_text(SCENARIO)
        cls.run_("snapshot", cls.file.name, "--output", "approved")
        cls.file.write_text(SCENARIO.replace("period: 10s", "period: 11s"))
        reports = [f"--report={format}=report.{format}" for format in FORMATS]
        cls.gate = cls.run_("gate", cls.file.name, "--baseline", "approved", *reports)
        cls.reports = {
            format: (cls.work / f"report.{format}").read_text(encoding="utf-8") for format in FORMATS
        }
        changes = json.loads(cls.reports["json"])["results"][0]["changes"]
        cls.schedules = {change["what"]: change["schedule"] for change in changes if "what" in change}

    @classmethod
    def run_(cls, *arguments):
        return subprocess.run(
            [INTERLOCK, *arguments], cwd=cls.work, capture_output=True, text=True, check=False
        )

    def test_the_gate_fails_and_names_exactly_the_changed_outcomes(self):
        self.assertEqual(self.gate.returncode, 1, self.gate.stderr)
        found = {kind: set() for kind in ("possible", "impossible")}
        for kind, outcome in re.findall(r"became (\w+): (.*)", self.gate.stdout):
            found[kind].add(outcome)
        self.assertEqual(found, {"possible": POSSIBLE, "impossible": IMPOSSIBLE})
        self.assertIn("The baseline must be approved again", self.gate.stdout)

    def test_every_schedule_shows_its_outcome(self):
        self.assertEqual(set(self.schedules), POSSIBLE | IMPOSSIBLE)
        now = self.file.read_text()
        self.addCleanup(self.file.write_text, now)
        for outcome, schedule in self.schedules.items():
            self.file.write_text(SCENARIO if outcome in IMPOSSIBLE else now)
            run = self.run_("replay", self.file.name, "--schedule", schedule, "--json")
            self.assertEqual(run.returncode, 0, run.stderr)
            (calls,) = json.loads(run.stdout)["outcomes"]
            self.assertEqual(" ".join(f"{call}={calls[call]}" for call in sorted(calls)), outcome)

    def test_lists_name_every_outcome_with_its_schedule(self):
        for format in ("text", "json", "junit", "sarif", "markdown", "html"):
            text = self.reports[format]
            if format == "html":
                text = json.dumps(json.loads(re.search(r'"application/json">(.*?)</script>', text)[1]))
            text = html.unescape(text)
            for outcome, schedule in self.schedules.items():
                self.assertIn(outcome, text.replace("\\\\_", "_"), format)
                self.assertIn(schedule, text, format)

    def test_pictures_show_an_execution_with_a_new_outcome(self):
        for format in ("mermaid", "trace", "dot"):
            text = self.reports[format]
            self.assertTrue(any(f"became possible: {outcome}" in text for outcome in POSSIBLE), format)
        for format in ("mermaid", "trace"):
            self.assertIn("one.1 is throttled", self.reports[format], format)

    def test_the_command_to_approve_it_approves_it(self):
        command = re.search(r"If this is what was wanted:\n  (.*)", self.gate.stdout)[1]
        approve = shlex.split(command)
        self.assertEqual(self.run_(*approve[1:-1], "approved-again").returncode, 0)
        run = self.run_("gate", self.file.name, "--baseline", "approved-again")
        self.assertEqual(run.returncode, 0, run.stdout)


if __name__ == "__main__":
    unittest.main()
