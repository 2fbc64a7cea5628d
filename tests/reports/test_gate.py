"""What a CI asks of the gate: parts, changes since, a cache, a time."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from run import INTERLOCK, SCENARIOS, SOURCE, interlock

ALL = sorted(str(path.relative_to(SOURCE)) for path in (SOURCE / SCENARIOS).glob("*.yaml"))


def names(*arguments, **options):
    run = interlock("gate", *arguments, "--json", **options)
    return [one["scenario"] for one in json.loads(run.stdout)["results"]]


class Parts(unittest.TestCase):
    def test_each_scenario_is_in_exactly_one_part(self):
        parts = [names(SCENARIOS, "--shard", f"{i}/3") for i in (1, 2, 3)]
        self.assertEqual(sorted(sum(parts, [])), sorted(names(SCENARIOS)))
        self.assertEqual(len(sum(parts, [])), len(ALL))
        self.assertTrue(all(len(part) > len(ALL) / 6 for part in parts), [len(p) for p in parts])

    def test_the_part_does_not_depend_on_where_it_is_asked(self):
        here = names(SCENARIOS, "--shard", "2/5")
        there = names("scenarios", "--shard", "2/5", cwd=SOURCE / "models")
        self.assertEqual(here, there)
        self.assertEqual(names(*reversed(ALL), "--shard", "2/5"), list(reversed(here)))

    def test_what_is_no_part_is_refused(self):
        for text in ("0/3", "4/3", "1", "1/0", "a/b", "1/3/5", "-1/3", "/"):
            run = interlock("gate", SCENARIOS, "--shard", text)
            self.assertEqual((run.returncode, run.stderr.count("\n")), (3, 1), text)

    def test_what_another_part_has_is_not_gone(self):
        baseline = "models/approved.snapshot"
        run = interlock("gate", SCENARIOS, "--shard", "1/4", "--baseline", baseline)
        self.assertEqual(run.returncode, 0, run.stdout)


class Cache(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = pathlib.Path(work.name)
        self.cache = self.work / "made" / "cache"

    def gate(self, *arguments):
        run = interlock("gate", *arguments, "--cache", str(self.cache))
        known = run.stdout.rsplit("\n\n", 1)[-1].split(", ")
        known = [int(part.split()[0]) for part in known if "known from before" in part]
        return run.returncode, known[0] if known else 0

    def test_what_did_not_change_is_known(self):
        self.assertEqual(self.gate(SCENARIOS), (0, 0))
        self.assertEqual(self.gate(SCENARIOS), (0, len(ALL)))

    def test_other_options_and_other_text_are_not_known(self):
        scenario = self.work / "scenario.yaml"
        text = (SOURCE / SCENARIOS / "queue-raises.yaml").read_text()
        scenario.write_text(text)
        self.assertEqual(self.gate(str(scenario)), (0, 0))
        self.assertEqual(self.gate(str(scenario)), (0, 1))
        for other in (["--strategy", "exhaustive"], ["--budget-executions", "9999"], ["--stop", "never"]):
            self.assertEqual(self.gate(str(scenario), *other), (0, 0), other)
            self.assertEqual(self.gate(str(scenario), *other), (0, 1), other)
        scenario.write_text(text + "# a comment\n")
        self.assertEqual(self.gate(str(scenario)), (0, 0))
        scenario.write_text(text)
        self.assertEqual(self.gate(str(scenario)), (0, 1))

    def test_another_program_knows_nothing(self):
        self.assertEqual(self.gate(ALL[0]), (0, 0))
        other = self.work / "interlock"
        shutil.copy(INTERLOCK, other)
        with other.open("ab") as program:
            program.write(b"another core")
        run = subprocess.run(
            [other, "gate", ALL[0], "--cache", self.cache], cwd=SOURCE, capture_output=True, text=True
        )
        self.assertEqual((run.returncode, "known" in run.stdout), (0, False))

    def test_what_is_not_as_expected_is_run_again(self):
        scenario = self.work / "scenario.yaml"
        text = (SOURCE / SCENARIOS / "mutex-left-held.yaml").read_text()
        scenario.write_text(text.replace("property: deadlock", "property: fifo"))
        self.assertEqual(self.gate(str(scenario)), (1, 0))
        self.assertEqual(self.gate(str(scenario)), (1, 0))
        scenario.write_text(text)
        self.assertEqual(self.gate(str(scenario), "--budget-executions", "1"), (0, 0))

    def test_reports_and_the_baseline_are_as_if_it_were_run(self):
        baseline = "models/approved.snapshot"
        reports = []
        for _ in range(2):
            run = interlock(
                "gate", SCENARIOS, "--baseline", baseline, "--cache", str(self.cache), "--json"
            )
            self.assertEqual(run.returncode, 0, run.stderr)
            report = json.loads(run.stdout)
            for one in report["results"]:
                one["wall_s"] = 0
            reports.append(report)
        self.assertEqual(*reports)

    def test_a_damaged_cache_is_not_believed(self):
        self.assertEqual(self.gate(ALL[0]), (0, 0))
        (entry,) = self.cache.iterdir()
        good = entry.read_text()
        for bad in ("", "{", "[]", '{"version": 1}', good.replace('"found"', '"lost"'), good[:-40]):
            entry.write_text(bad)
            self.assertEqual(self.gate(ALL[0]), (0, 0), bad)
            self.assertEqual(entry.read_text(), good)

    def test_a_cache_that_cannot_be_made_is_refused(self):
        run = interlock("gate", ALL[0], "--cache", f"{ALL[0]}/cache")
        self.assertEqual(run.returncode, 3)
        self.assertIn("cannot be made", run.stderr)


@unittest.skipUnless(shutil.which("git"), "install git")
class Since(unittest.TestCase):
    def test_only_what_changed_is_run(self):
        with tempfile.TemporaryDirectory() as name:
            work = pathlib.Path(name)
            run = lambda *words: subprocess.run(  # noqa: E731
                ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words],
                cwd=work,
                check=True,
                capture_output=True,
            )
            folder = work / "some folder"
            folder.mkdir()
            for file in ALL[:4]:
                shutil.copy(SOURCE / file, folder)
            run("init", "-q", "-b", "main")
            run("add", ".")
            run("commit", "-q", "-m", "first")
            expected = [pathlib.Path(file).stem for file in ALL[:4]]
            changed = folder / pathlib.Path(ALL[1]).name
            changed.write_text(changed.read_text() + "# changed\n")
            (folder / "new.yaml").write_text("interlock: 1\nname: new\ntasks: {a: [work]}\n")
            self.assertEqual(names("some folder", "--since", "HEAD", cwd=work), [expected[1], "new"])
            self.assertEqual(names(".", "--since", "main", cwd=folder), [expected[1], "new"])
            run("add", ".")
            run("commit", "-q", "-m", "second")
            self.assertEqual(names("some folder", "--since", "HEAD", cwd=work), [])
            self.assertEqual(names(str(folder), "--since", "HEAD~1", cwd=work), [expected[1], "new"])
            for wrong in ("nonsense", "--output=x"):
                refused = interlock("gate", "some folder", f"--since={wrong}", cwd=work)
                self.assertEqual(refused.returncode, 3, wrong)
                self.assertFalse((work / "x").exists())


class Time(unittest.TestCase):
    def test_what_is_not_begun_in_time_is_given_up(self):
        run = interlock("gate", SCENARIOS, "--time-budget", "0")
        self.assertEqual(run.returncode, 2)
        self.assertIn("the time of 0 s for all is over", run.stdout)
        self.assertIn(f"0 of {len(ALL)} scenarios as expected", run.stdout)

    def test_the_number_at_once_changes_nothing_but_the_time(self):
        reports = []
        for jobs in ("1", "4"):
            report = json.loads(interlock("gate", "-j", jobs, "--json").stdout)
            for one in report["results"]:
                one["wall_s"] = 0
            reports.append(report)
        self.assertEqual(*reports)


if __name__ == "__main__":
    unittest.main()
