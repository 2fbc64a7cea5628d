"""The script that GitHub's action and GitLab's template call, in the example repository."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as xml

from run import INTERLOCK, SOURCE

SCRIPT = SOURCE / "ci/integration/gate"
EXAMPLE = SOURCE / "docs/examples/repository"


class Integration(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = pathlib.Path(work.name) / "repository"
        shutil.copytree(EXAMPLE, self.work)
        self.summary = self.work / "summary of the job.md"
        self.output = self.work / "output"

    def gate(self, **settings):
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("INTERLOCK", "CI_", "GITHUB_"))
        }
        environment |= {
            "INTERLOCK_COMMAND": INTERLOCK,
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.output),
            **settings,
        }
        return subprocess.run(
            [SCRIPT], cwd=self.work, env=environment, capture_output=True, text=True, check=False
        )

    def junit(self):
        return xml.parse(self.work / "interlock-reports/junit.xml").getroot()

    def test_the_example_passes_with_its_baseline_and_leaves_every_report(self):
        run = self.gate(INTERLOCK_BASELINE="scenarios/approved.snapshot")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("2 of 2 scenarios as expected, behaviour as in the baseline", run.stdout)
        self.assertIn("## Interlock: 2 of 2", self.summary.read_text())
        self.assertIn("exit-code=0\nreports=interlock-reports\n", self.output.read_text())
        self.assertEqual(
            sorted(os.listdir(self.work / "interlock-reports")),
            ["interlock.html", "interlock.json", "interlock.sarif", "junit.xml", "summary.md", "trace.json"],
        )
        self.assertEqual(self.junit().get("tests"), "4")

    def test_a_changed_policy_fails_and_says_what_became_impossible(self):
        scenario = self.work / "scenarios/backup-refused.yaml"
        scenario.write_text(scenario.read_text().replace("reject", "queue"))
        run = self.gate(INTERLOCK_BASELINE="scenarios/approved.snapshot")
        self.assertEqual(run.returncode, 1)
        self.assertIn("became impossible: many\\#1.0=ran", self.summary.read_text())
        self.assertIn("exit-code=1", self.output.read_text())
        self.assertEqual(self.junit().get("failures"), "1")

    def test_parallel_jobs_have_each_scenario_once(self):
        cases = []
        for index in ("1", "2", "3"):
            run = self.gate(CI_NODE_INDEX=index, CI_NODE_TOTAL="3")
            self.assertEqual(run.returncode, 0)
            cases += [case.get("name") for case in self.junit().iter("testcase")]
        self.assertEqual(sorted(cases), ["backup-refused", "two-refreshes"])

    def test_settings_reach_the_gate(self):
        run = self.gate(
            INTERLOCK_SCENARIOS="scenarios/backup-refused.yaml\nscenarios/two-refreshes.yaml",
            INTERLOCK_CACHE="cache",
            INTERLOCK_ARGUMENTS="-j 1  --strategy exhaustive",
            INTERLOCK_REPORTS="some where",
        )
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(len(os.listdir(self.work / "cache")), 2)
        self.assertTrue((self.work / "some where/junit.xml").exists())

    def test_giving_up_fails_unless_it_may(self):
        self.assertEqual(self.gate(INTERLOCK_TIME_BUDGET="0").returncode, 2)
        run = self.gate(INTERLOCK_TIME_BUDGET="0", INTERLOCK_GAVE_UP="warn")
        self.assertEqual(run.returncode, 0)
        self.assertIn("proves nothing", run.stderr)
        self.assertEqual(self.gate(INTERLOCK_GAVE_UP="maybe").returncode, 3)

    def test_a_missing_program_is_said(self):
        run = self.gate(INTERLOCK_COMMAND="no-such-program")
        self.assertEqual((run.returncode, "install Interlock" in run.stderr), (3, True))

    def test_help_names_every_setting_that_the_action_makes(self):
        known = subprocess.run([SCRIPT, "--help"], capture_output=True, text=True, check=True).stdout
        action = (SOURCE / "ci/integration/action.yml").read_text()
        settings = re.findall(r"(INTERLOCK_\w+): \$\{\{ (?:inputs\.([\w-]+)|)", action)
        self.assertEqual(len(settings), 10)
        inputs = action.split("outputs:")[0]
        for setting, name in settings:
            self.assertIn(setting, known)
            self.assertIn(f"\n  {name}:\n", inputs)
        for setting in re.findall(r"INTERLOCK_\w+", (SOURCE / "ci/integration/gitlab.yml").read_text()):
            self.assertTrue(setting in known or setting == "INTERLOCK_SOURCE", setting)

    def test_the_page_shows_the_files_of_the_example(self):
        blocks = re.findall(
            r"```yaml\n# (\S+)\n(.*?)```", (SOURCE / "docs/ci.md").read_text(), re.S
        )
        self.assertEqual(len(blocks), 3)
        for name, text in blocks:
            self.assertEqual((EXAMPLE / name).read_text(), text, name)


if __name__ == "__main__":
    unittest.main()
