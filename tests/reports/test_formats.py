"""Each format of a report, by its schema and by what must be in it."""

import json
import os
import pathlib
import re
import stat
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as xml

from run import FORMATS, INTERLOCK, SCENARIOS, SOURCE, interlock, reports_of_a_bad_gate
from schema import problems

SCHEMA = json.loads((SOURCE / "docs/report.schema.json").read_text())
HERE = pathlib.Path(__file__).parent
CHANGE = "became possible: a.0=ran a.1=throttled b.0=throttled b.1=ran"


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gate, cls.reports = reports_of_a_bad_gate()

    def test_the_gate_says_what_is_wrong(self):
        self.assertEqual(self.gate.returncode, 3, self.gate.stderr)
        self.assertIn("unreadable.yaml:", self.gate.stderr)
        self.assertIn("2 of 4 scenarios as expected, 1 could not be run", self.gate.stdout)

    def test_text(self):
        self.assertIn(CHANGE, self.reports["text"])
        self.assertIn("one.0 takes the lock of group core", self.reports["text"])

    def test_json_is_as_its_schema_says(self):
        gate = json.loads(self.reports["json"])
        self.assertEqual(problems(gate, SCHEMA), [])
        self.assertTrue(gate["baseline"]["must_be_approved"])
        # What cannot be read may be what is gone.
        self.assertEqual(gate["baseline"]["removed"], [])
        changes = [change["change"] for one in gate["results"] for change in one.get("changes", [])]
        self.assertEqual(sorted(changes), ["became impossible", "became possible"])

    def test_json_of_one_scenario_is_as_its_schema_says(self):
        for name in ("group-queue-throttle", "refused-early", "cancelled-waiter-disturbs-nobody"):
            one = json.loads(interlock("check", f"{SCENARIOS}/{name}.yaml", "--json").stdout)
            self.assertEqual(problems(one, SCHEMA), [], name)

    def test_the_schema_refuses_what_is_wrong(self):
        one = json.loads(interlock("check", f"{SCENARIOS}/queue-raises.yaml", "--json").stdout)
        self.assertNotEqual(problems({**one, "verdict": "fine"}, SCHEMA), [])
        self.assertNotEqual(problems({**one, "executions": -1}, SCHEMA), [])
        self.assertNotEqual(problems({**one, "outcomes": [{"a.0": "done"}]}, SCHEMA), [])
        del one["guarantee"]
        self.assertNotEqual(problems(one, SCHEMA), [])

    def test_junit_counts_what_it_has(self):
        root = xml.fromstring(self.reports["junit"])
        self.assertEqual(root.tag, "testsuites")
        for suite in [root, *root.findall("testsuite")]:
            cases = suite.findall(".//testcase")
            self.assertEqual(int(suite.get("tests")), len(cases))
            self.assertEqual(int(suite.get("failures")), len(suite.findall(".//failure")))
            self.assertEqual(int(suite.get("errors")), len(suite.findall(".//error")))
        failures = {f.get("type"): f for f in root.iter("failure")}
        self.assertIn(CHANGE, failures["behaviour"].get("message") + root.find(
            "testsuite[@name='interlock baseline']/testcase[@name='throttle-spacing']/failure"
        ).get("message"))
        self.assertIn("Run it again:", failures["violated"].text)

    def test_sarif_points_at_the_scenarios_lines(self):
        log = json.loads(self.reports["sarif"])
        schema = json.loads((HERE / "sarif.schema.json").read_text())
        self.assertEqual(problems(log, schema), [])
        run = log["runs"][0]
        rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
        self.assertTrue({result["ruleId"] for result in run["results"]} <= rules)
        deadlock = next(r for r in run["results"] if r["ruleId"] == "deadlock")
        place = deadlock["locations"][0]["physicalLocation"]
        self.assertTrue(place["artifactLocation"]["uri"].endswith("/hostile.yaml"))
        self.assertIn(place["region"]["startLine"], (8, 9))
        self.assertGreater(len(deadlock["codeFlows"][0]["threadFlows"][0]["locations"]), 6)
        changed = [r for r in run["results"] if r["ruleId"] == "behaviour_changed"]
        self.assertIn("throttle-spacing: " + CHANGE, [r["message"]["text"] for r in changed])

    def test_markdown_has_no_markup_of_the_scenario(self):
        text = self.reports["markdown"]
        self.assertIn(CHANGE.replace("=", "="), text)
        self.assertIn("```mermaid\nsequenceDiagram\n", text)
        outside = re.sub(r"(`{3,})\w*\n.*?\n\1\n", "", text, flags=re.S)
        self.assertNotIn("<script", outside)
        self.assertEqual(outside.count("<details>"), outside.count("</details>"))

    def test_markdown_and_text_say_what_a_verdict_rests_on(self):
        failing = f"{SCENARIOS}/group-queue-throttle.yaml"
        for format in ("markdown", "text"):
            text = interlock("check", failing, "--minimise", "--report", format).stdout
            self.assertIn("The smallest scenario that shows it (15 were tried", text, format)
            self.assertIn("first: [{call: refresh@core}]\n", text, format)
        text = interlock("check", failing, "--minimise", "--report", "markdown").stdout
        self.assertIn("- guarantee: optimal, cooperative, not complete", text)
        vacuous = f"{SCENARIOS}/clock-that-steps-back.yaml"
        text = interlock("gate", vacuous, "--report", "markdown").stdout
        self.assertIn("| clock-that-steps-back | interlock | holds | 3 | 1 | refusal throttled |\n", text)
        sampled = ("--strategy", "random", "--budget-executions", "50")
        text = interlock("check", vacuous, *sampled, "--report", "markdown").stdout
        self.assertRegex(text, "- saturation: \\d+ classes, the last new one")

    def test_mermaid_is_a_sequence_of_known_lines(self):
        lines = self.reports["mermaid"].splitlines()
        self.assertEqual((lines[0], lines[2], lines[3]), ("---", "---", "sequenceDiagram"))
        known = re.compile(
            r"    (participant [tl]\d+ as [^#;]+|Note over t\d+: [^;]+|t\d+(->>|-->>|-x)l\d+: [^;]+)$"
        )
        for line in lines[4:]:
            self.assertRegex(re.sub(r"#\w+;", "", line), known)
        self.assertIn("(in a circle)", self.reports["mermaid"])

    def test_dot_marks_the_circle(self):
        edges = re.findall(r"t(\d) -> t(\d) \[.*color=red", self.reports["dot"])
        self.assertEqual(sorted(edges), [("0", "1"), ("1", "0")])

    def test_trace_slices_follow_each_other_on_their_tracks(self):
        events = json.loads(self.reports["trace"])["traceEvents"]
        named = {(e["pid"], e["tid"]) for e in events if e["name"] == "thread_name"}
        tracks = {}
        for event in events:
            self.assertIn(event["ph"], ("M", "X"))
            if event["ph"] == "X":
                self.assertGreater(event["dur"], 0)
                tracks.setdefault((event["pid"], event["tid"]), []).append(event)
        self.assertTrue(tracks)
        self.assertTrue(set(tracks) <= named)
        for slices in tracks.values():
            for before, after in zip(slices, slices[1:]):
                self.assertLessEqual(before["ts"] + before["dur"], after["ts"])

    def test_the_page_needs_nothing_and_runs_nothing_of_the_scenario(self):
        page = self.reports["html"]
        self.assertNotRegex(page, r"""(src|href)=["']?(https?:)?//""")
        self.assertNotIn("<script>alert", page)
        self.assertEqual(page.count("</script>"), 2)
        data = json.loads(re.search(r'type="application/json">(.*?)</script>', page, re.S)[1])
        self.assertEqual(len(data["scenarios"]), 3)
        hostile = next(s for s in data["scenarios"] if s["name"].startswith("a <b>"))
        self.assertTrue(hostile["shown"][0]["story"]["moments"][-1]["waits"][0]["cycle"])


class Baseline(unittest.TestCase):
    FILE = f"{SCENARIOS}/queue-raises.yaml"
    OTHER = f"{SCENARIOS}/throttle-spacing.yaml"

    def setUp(self):
        self.work = tempfile.TemporaryDirectory()
        self.addCleanup(self.work.cleanup)
        self.baseline = pathlib.Path(self.work.name) / "baseline"
        self.assertEqual(self.snapshot(self.FILE, self.OTHER).returncode, 0)

    def snapshot(self, *files):
        return interlock("snapshot", *files, "--output", str(self.baseline))

    def gate(self, *files):
        run = interlock("gate", *files, "--baseline", str(self.baseline), "--report", "json")
        return run.returncode, json.loads(run.stdout)

    def test_nothing_differs_from_itself(self):
        code, gate = self.gate(self.FILE, self.OTHER)
        self.assertEqual((code, gate["baseline"]["changed"]), (0, 0))
        self.assertEqual(interlock("diff", str(self.baseline), str(self.baseline)).returncode, 0)

    def test_it_does_not_depend_on_the_strategy_nor_on_how_many_run_at_once(self):
        text = self.baseline.read_text()
        for options in (["--strategy", "exhaustive"], ["-j", "1"], ["-j", "3"]):
            run = interlock("snapshot", self.OTHER, self.FILE, *options, "-o", str(self.baseline))
            self.assertEqual(run.returncode, 0)
            without = [re.sub(" by .*", "", t) for t in (text, self.baseline.read_text())]
            self.assertEqual(*without)

    def test_a_scenario_that_is_gone_or_new_must_be_approved(self):
        code, gate = self.gate(self.OTHER)
        self.assertEqual(code, 1)
        gone = [{"scenario": "queue-raises", "revision": "interlock"}]
        self.assertEqual(gate["baseline"]["removed"], gone)
        self.snapshot(self.OTHER)
        code, gate = self.gate(self.FILE, self.OTHER)
        changes = [c for r in gate["results"] for c in r.get("changes", [])]
        self.assertEqual((code, changes), (1, [{"change": "new scenario"}]))

    def test_a_scenario_that_was_rewritten_is_said_to_be(self):
        text = pathlib.Path(SOURCE / self.OTHER).read_text()
        other = pathlib.Path(self.work.name) / "other.yaml"
        other.write_text(text.replace("{sleep: 10s}", "{sleep: 11s}"))
        code, gate = self.gate(self.FILE, str(other))
        changes = [c["change"] for r in gate["results"] for c in r.get("changes", [])]
        self.assertEqual(code, 1)
        self.assertEqual(changes[0], "scenario rewritten")

    def test_a_property_that_is_violated_now_or_no_longer(self):
        file = f"{SCENARIOS}/group-queue-throttle.yaml"
        before, after = (pathlib.Path(self.work.name) / name for name in ("before", "after"))
        interlock("snapshot", file, "-o", str(before))
        interlock("snapshot", file, "--revision", "interlock", "-o", str(after))
        for path in (before, after):
            path.write_text(path.read_text().replace("revision interlock", "revision split"))
        run = interlock("diff", str(before), str(after))
        self.assertEqual(run.returncode, 1)
        self.assertIn("no longer violated: deadlock", run.stdout)
        self.assertIn("now violated: leak", interlock("diff", str(after), str(before)).stdout)

    def test_a_search_that_gave_up_proves_nothing(self):
        run = interlock("snapshot", self.OTHER, "--budget-executions", "1", "-o", str(self.baseline))
        self.assertEqual(run.returncode, 2)
        self.assertIn("is not in the snapshot", run.stderr)
        code, gate = self.gate(self.OTHER)
        changes = [c["change"] for r in gate["results"] for c in r["changes"]]
        self.assertEqual(changes, ["not compared in full: a search gave up"])
        self.assertEqual(code, 2)

    def test_what_is_no_snapshot_is_refused_with_its_line(self):
        for text, problem in (
            ("", "is empty"),
            ("{}", ":1: a snapshot begins with"),
            ("interlock-snapshot 2\n", ":1: a snapshot begins with"),
            ("interlock-snapshot 1\noutcome a=ran by 0\n", ":2: there is no 'scenario'"),
            ("interlock-snapshot 1\nscenario a\noutcome a=ran\n", ":3: 'a=ran' lacks its schedule"),
            ("interlock-snapshot 1\nscenario a\nspeed 3\n", ":3: 'speed' is not of a snapshot"),
            ("interlock-snapshot 1\nscenario a\nscenario a\n", "are called 'a'"),
        ):
            self.baseline.write_text(text)
            run = interlock("gate", self.FILE, "--baseline", str(self.baseline))
            self.assertEqual(run.returncode, 3, text)
            self.assertIn(problem, run.stderr)
            self.assertEqual(run.stderr.count("\n"), 1)


class Colour(unittest.TestCase):
    def printed(self, **environment):
        """What a terminal gets."""
        leading, following = os.openpty()
        subprocess.run(
            [INTERLOCK, "gate", f"{SCENARIOS}/queue-raises.yaml"],
            cwd=SOURCE,
            stdout=following,
            env={**os.environ, "TERM": "xterm", **environment},
            check=True,
        )
        os.close(following)
        return os.read(leading, 10_000).decode()

    def test_a_terminal_gets_colour_unless_it_is_told_not_to(self):
        self.assertIn("\x1b[32mok", self.printed(NO_COLOR=""))
        self.assertNotIn("\x1b", self.printed(NO_COLOR="1"))
        self.assertNotIn("\x1b", self.printed(NO_COLOR="", TERM="dumb"))
        self.assertNotIn("\x1b", interlock("gate", f"{SCENARIOS}/queue-raises.yaml").stdout)


class Files(unittest.TestCase):
    FILE = f"{SCENARIOS}/queue-raises.yaml"

    def test_a_report_on_standard_output_is_all_there_is(self):
        run = interlock("check", self.FILE, "--report", "junit")
        self.assertEqual(run.returncode, 0)
        self.assertEqual(xml.fromstring(run.stdout).get("tests"), "1")

    def test_an_unknown_format_is_refused_with_a_suggestion(self):
        run = interlock("check", self.FILE, "--report", "jnit=x")
        self.assertEqual(run.returncode, 3)
        self.assertIn("did you mean 'junit'?", run.stderr + run.stdout)

    def test_a_full_disk_is_reported(self):
        for format in FORMATS:
            run = interlock("check", self.FILE, f"--report={format}=/dev/full")
            self.assertEqual(run.returncode, 3, format)
            self.assertIn("cannot write /dev/full: No space left", run.stderr)
        run = interlock("snapshot", self.FILE, "--output", "/dev/full")
        self.assertEqual(run.returncode, 3)

    def test_a_full_standard_output_is_reported(self):
        with open("/dev/full", "w", encoding="utf-8") as full:


            for arguments in (["check", self.FILE], ["check", self.FILE, "--report", "json"]):
                run = subprocess.run(
                    [INTERLOCK, *arguments], cwd=SOURCE, stdout=full, stderr=subprocess.PIPE, text=True
                )
                self.assertEqual(run.returncode, 3)
                self.assertIn("cannot write the output", run.stderr)

    def test_a_closed_pipe_is_reported(self):


        reading, writing = os.pipe()
        os.close(reading)
        run = subprocess.run(
            [INTERLOCK, "gate", self.FILE], cwd=SOURCE, stdout=writing, stderr=subprocess.PIPE, text=True
        )
        os.close(writing)
        self.assertEqual(run.returncode, 3)
        self.assertIn("cannot write the output", run.stderr)

    def test_what_was_there_stays_if_the_new_cannot_be_written(self):
        with tempfile.TemporaryDirectory() as work:
            path = pathlib.Path(work) / "missing" / "report.json"
            run = interlock("check", self.FILE, f"--report=json={path}")
            self.assertEqual(run.returncode, 3)
            self.assertIn("check that the directory exists", run.stderr)
            path = pathlib.Path(work) / "report.json"
            path.write_text("old")
            link = pathlib.Path(work) / "link"
            link.symlink_to(path)
            run = interlock("check", self.FILE, f"--report=json={link}")
            self.assertEqual(run.returncode, 0)
            self.assertTrue(stat.S_ISLNK(link.lstat().st_mode))
            self.assertIn('"version": 1', path.read_text())
            self.assertEqual(sorted(os.listdir(work)), ["link", "report.json"])


if __name__ == "__main__":
    unittest.main()
