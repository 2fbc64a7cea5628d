"""Searches in portions, as a user runs them: shards that are joined, and one that is killed."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

INTERLOCK = os.environ["INTERLOCK"]
SCENARIOS = Path("models/scenarios")

# 6,720 orders of four tasks on a mutex, and a task of three turns anywhere between their twelve.
LARGE = """interlock: 1
name: large
tasks:
  many: {steps: [{hold: m}, {unhold: m}], count: 4}
  other: [{work: 2}]
explore: {strategy: exhaustive, budget: {executions: 100000000, seconds: 600}}
"""
LARGE_EXECUTIONS = 3_057_600

# Two calls each of a throttled job, at any time.
TIMELY = """interlock: 1
name: timely
jobs:
  tick: {concurrency: queue, throttle: throttle, period: 1s}
tasks:
  many: {steps: [{call: tick, body: [work]}, {call: tick}], count: 4}
explore: {strategy: exhaustive, time: all, budget: {executions: 100000000, seconds: 600}}
"""

# Six calls of a queue: 12! / 7! classes (see optimal_test).
CLASSES = """interlock: 1
name: classes
jobs:
  j: {concurrency: queue}
tasks:
  many: {steps: [{call: j}], count: 6}
explore: {strategy: optimal, stop: never, budget: {executions: 100000000, seconds: 600}}
"""
CLASSES_COUNT = 95_040

# Two locks in opposite orders, with enough around them to have many deadlocks.
DEADLOCKS = """interlock: 1
name: deadlocks
tasks:
  a: [work, {hold: m}, {hold: n}, {unhold: n}, {unhold: m}]
  b: [work, {hold: n}, {hold: m}, {unhold: m}, {unhold: n}]
  c: [work, work]
explore: {strategy: exhaustive, stop: never}
expect: {verdict: violated, property: deadlock}
"""


def interlock(*arguments, **options):
    return subprocess.run(
        [INTERLOCK, *map(str, arguments)], capture_output=True, text=True, check=False, **options
    )


def result_of(*arguments):
    ran = interlock(*arguments, "--json")
    assert ran.returncode in (0, 1, 2), ran.stderr  # complete or not
    result = json.loads(ran.stdout)
    del result["wall_s"]
    return result


class Portions(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.work = Path(self.directory.name)

    def scenario(self, text):
        file = self.work / "scenario.yaml"
        file.write_text(text)
        return file

    def assert_refused(self, expected, *arguments):
        ran = interlock(*arguments)
        self.assertEqual(ran.returncode, 3, ran.stdout)
        self.assertRegex(ran.stderr, expected)
        self.assertEqual(ran.stderr.count("\n"), 1, ran.stderr)


    def shards(self, scenario, of, *arguments):
        files = []
        for index in range(1, of + 1):
            files.append(self.work / f"{index}-of-{of}.json")
            ran = interlock(
                "check", scenario, "--shard", f"{index}/{of}", f"--json={files[-1]}", *arguments
            )
            self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        return files


class Shards(Portions):
    def test_come_to_the_same_as_one(self):
        exhaustive = ("--strategy", "exhaustive", "--stop", "never")
        for scenario in (
            self.scenario(DEADLOCKS),
            SCENARIOS / "mutex-given-back.yaml",
            SCENARIOS / "group-queue-throttle.yaml",
            SCENARIOS / "job-that-cannot-start-leaks.yaml",  # some shards find a leak, and no deadlock
        ):
            files = self.shards(scenario, 7, *exhaustive)
            self.assertEqual(result_of("merge", *files), result_of("check", scenario, *exhaustive))

    def test_of_searches_of_another_kind(self):
        for scenario, *kind in (
            (SCENARIOS / "any-timing-wait.yaml",),
            (SCENARIOS / "any-timing-group-throttle-is-not-shared.yaml",),
            (SCENARIOS / "mutex-given-back.yaml", "--time", "all"),
            (SCENARIOS / "mutex-given-back.yaml", "--discipline", "preemptive"),
        ):
            kind += ["--strategy", "exhaustive", "--stop", "never"]
            files = self.shards(scenario, 3, *kind)
            self.assertEqual(result_of("merge", *files), result_of("check", scenario, *kind))

    def test_are_refused_if_they_are_not_all_or_not_of_one(self):
        scenario = self.scenario(DEADLOCKS)
        files = self.shards(scenario, 3)
        self.assert_refused("missing: shard 2/3$", "merge", files[0], files[2])
        self.assert_refused("are both shard 1/3$", "merge", *files, files[0])
        other = self.shards(scenario, 2)
        self.assert_refused("they were not cut alike$", "merge", *files[:2], other[1])
        faults = self.shards(scenario, 3, "--faults-cancel", "1")
        more = self.work / "more.json"
        faults[0].rename(more)
        files = self.shards(scenario, 3)
        self.assert_refused("are of different searches$", "merge", more, files[1], files[2])
        whole = self.work / "whole.json"
        interlock("check", scenario, f"--json={whole}")
        self.assert_refused("not the result of a shard", "merge", whole)
        whole.write_text("{")
        self.assert_refused("cannot be read as JSON", "merge", whole)
        changed = files[0].read_text().replace('"executions ', '"executions 1')
        files[0].write_text(changed)
        self.assert_refused("its checksum is wrong", "merge", *files)

    def test_that_did_not_finish_prove_nothing(self):
        scenario = SCENARIOS / "mutex-given-back.yaml"
        files = self.shards(scenario, 2, "--strategy", "exhaustive")
        interlock(
            *("check", scenario, "--strategy", "exhaustive", "--shard", "2/2"),
            *("--budget-executions", "3", f"--json={files[1]}"),
        )
        ran = interlock("merge", *files)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("shard 2/2 was not explored to its end", ran.stdout)

    # Four tasks on a mutex: one order of them in the first shard may be in the second, too.
    def test_that_did_not_finish_say_how_much_new_they_found(self):
        scenario = SCENARIOS / "mutex-given-back.yaml"
        budget = ("--strategy", "exhaustive", "--stop", "never", "--budget-executions")
        whole = result_of("check", scenario, *budget, "1000000")
        self.assertNotIn("saturation", whole)
        files = [self.work / f"{index}.json" for index in (1, 2)]
        for index, file in enumerate(files, 1):
            shard = ("--shard", f"{index}/2", f"--json={file}")
            interlock("check", scenario, *budget, str(whole["executions"] // 4), *shard)
        merged = result_of("merge", *files)
        self.assertEqual(result_of("merge", *reversed(files)), merged)
        orders = merged["saturation"]["lock_orders"]
        parts = [json.loads(file.read_text())["saturation"]["lock_orders"] for file in files]
        self.assertGreaterEqual(orders["count"], max(part["count"] for part in parts))
        self.assertLess(orders["count"], sum(part["count"] for part in parts))
        self.assertLessEqual(orders["last_new"], merged["executions"])
        self.assertTrue(merged["saturation"]["joined"])
        words = interlock("merge", *files).stdout
        self.assertIn(
            f"saturation: {orders['count']} lock orders, the last new one in execution"
            f" {orders['last_new']} of {merged['executions']}; ",
            words,
        )
        self.assertIn("; executions count part by part, as parts were joined", words)

    def test_need_a_number_and_a_strategy(self):
        scenario = SCENARIOS / "mutex-given-back.yaml"
        for shard in ("0/2", "3/2", "1", "1/", "x"):
            ran = interlock("check", scenario, "--strategy", "exhaustive", "--shard", shard)
            self.assertEqual(ran.returncode, 3)
            self.assertIn("is not a shard", ran.stderr)
        self.assert_refused(
            "use --strategy optimal or exhaustive",
            *("check", scenario, "--strategy", "fifo", "--shard", "1/2"),
        )
        self.assert_refused("has no shards", "check", scenario, "--shard", "1/2")

    def test_as_kubernetes_runs_them(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("no PyYAML")
        job = yaml.safe_load(Path("ci/fleet/kubernetes.yaml").read_text())["spec"]
        pod = job["template"]["spec"]
        container = pod["containers"][0]
        volume = container["volumeMounts"][0]
        self.assertEqual(job["completionMode"], "Indexed")
        self.assertIn(volume["name"], [known["name"] for known in pod["volumes"]])
        self.work.joinpath("bin").mkdir()
        self.work.joinpath("bin/interlock").symlink_to(Path(INTERLOCK).absolute())
        scenario = self.scenario(DEADLOCKS)
        for index in range(job["completions"]):
            command = [word.replace(volume["mountPath"], str(self.work)) for word in
                       (*container["command"], *container["args"])]
            ran = subprocess.run(
                command, capture_output=True, text=True, check=False,
                env={**os.environ, "JOB_COMPLETION_INDEX": str(index),
                     "PATH": f"{self.work}/bin:{os.environ['PATH']}"},
            )
            self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(
            result_of("merge", *self.work.glob("*.json")), result_of("check", scenario)
        )


class Checkpoints(Portions):
    def test_of_a_run_that_is_killed_ten_times(self):
        self.kill_ten_times(LARGE, LARGE_EXECUTIONS, 15 * LARGE_EXECUTIONS)

    def test_at_any_time_of_a_run_that_is_killed_ten_times(self):
        whole = result_of("check", self.scenario(TIMELY), "--threads", "2")
        self.assertGreater(whole["executions"], 100_000)
        self.kill_ten_times(TIMELY, whole["executions"], whole["steps"])

    def test_of_optimal_that_is_killed_ten_times(self):
        whole = result_of("check", self.scenario(CLASSES))
        self.assertEqual(whole["executions"], CLASSES_COUNT)
        self.kill_ten_times(CLASSES, CLASSES_COUNT, whole["steps"])

    def kill_ten_times(self, text, all_executions, all_steps):
        seed = random.randrange(1 << 32)
        chance = random.Random(seed)
        scenario = self.scenario(text)
        checkpoint = self.work / "checkpoint"
        began = time.monotonic()
        result_of("check", scenario, "--threads", "2")
        most = (time.monotonic() - began) / 12  # that ten are over before it is, on any machine
        command = ("check", scenario, "--threads", "2", "--checkpoint", checkpoint)
        executions = 0
        for kill in range(10):
            running = subprocess.Popen(
                [INTERLOCK, *map(str, command), "--checkpoint-every", "0.005"],
                stdout=subprocess.DEVNULL,
            )
            while kill >= 5 and not checkpoint.exists() and running.poll() is None:
                time.sleep(0.001)  # on a machine that is slow today
            time.sleep(chance.uniform(0, most))
            running.send_signal(signal.SIGKILL)
            self.assertEqual(running.wait(), -signal.SIGKILL, f"it was not killed; seed {seed}")
            if checkpoint.exists():
                # So much is lost, and no more: the time since the last one.
                self.assertLess(time.time() - checkpoint.stat().st_mtime, 30, f"seed {seed}")
                before = executions
                executions = int(checkpoint.read_text().split("executions ")[1].split()[0])
                self.assertGreaterEqual(executions, before, f"seed {seed}")
        self.assertGreater(executions, 0, f"seed {seed}")
        result = result_of(*command)
        self.assertEqual(result["verdict"], "holds", f"seed {seed}")
        self.assertEqual(result["guarantee"]["ssb"], 0, f"seed {seed}")
        self.assertEqual(result["executions"], all_executions, f"seed {seed}")
        self.assertEqual(result["steps"], all_steps, f"seed {seed}")
        # What is done is done.
        self.assertEqual(result_of(*command), result)

    def test_go_on_after_an_interruption(self):
        scenario = self.scenario(LARGE)
        checkpoint = self.work / "checkpoint"
        command = (INTERLOCK, "check", scenario, "--threads", "2", "--checkpoint", checkpoint)
        running = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)
        time.sleep(0.2)
        running.send_signal(signal.SIGTERM)
        out, _ = running.communicate()
        self.assertEqual(running.returncode, 2, out)
        self.assertIn("interrupted", out)
        self.assertEqual(result_of(*command[1:])["executions"], LARGE_EXECUTIONS)

    def test_that_cannot_be_written_lose_nothing(self):
        def little_room():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        scenario = self.scenario(DEADLOCKS)
        checkpoint = self.work / "checkpoint"
        ran = interlock("check", scenario, "--checkpoint", checkpoint, preexec_fn=little_room)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("as expected", ran.stdout)
        self.assertRegex(ran.stderr, "cannot write the checkpoint .*: File too large")
        self.assertEqual([file.name for file in self.work.iterdir()], ["scenario.yaml"])

    def test_of_something_else_are_refused(self):
        scenario = self.scenario(DEADLOCKS)
        checkpoint = self.work / "checkpoint"
        command = ("check", scenario, "--checkpoint", checkpoint)
        self.assertEqual(interlock(*command).returncode, 0)
        self.assert_refused("is of another search", *command, "--faults-raise", "1")
        self.assert_refused("is of another search", *command, "--shard", "1/2")
        self.assert_refused(
            "is of another search",
            *("check", SCENARIOS / "mutex-given-back.yaml", "--strategy", "exhaustive"),
            *("--checkpoint", checkpoint),
        )
        checkpoint.write_text(checkpoint.read_text()[:-5])
        self.assert_refused("is no checkpoint: .*; remove it", *command)
        self.assert_refused(
            "there is no directory", "check", scenario, "--checkpoint", self.work / "no" / "file"
        )


IS_WITHOUT_MPI = "without MPI" in interlock("--version").stdout
HAS_MPI = shutil.which("mpirun") and not IS_WITHOUT_MPI
# Also as root, as in containers, and with more ranks than processors.
MPI = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def under_mpi(ranks, *arguments):
    return ["mpirun", "--oversubscribe", "-n", str(ranks), INTERLOCK, *map(str, arguments), "--mpi"]


# What does not depend on which of equivalent executions was run.
def essence_of(result):
    kept = ("verdict", "executions", "steps", "outcomes", "guarantee")
    return [result[key] for key in kept], [one["property"] for one in result["violations"]]


@unittest.skipUnless(os.environ.get("INTERLOCK_WHOLE_LIBRARY"), "takes minutes")
class Library(Portions):
    def test_comes_to_the_same_in_every_way(self):
        seed = int(os.environ.get("INTERLOCK_SEED", random.randrange(1 << 32)))
        chance = random.Random(seed)
        folder = Path(os.environ["INTERLOCK_WHOLE_LIBRARY"])
        ways = 0
        for number, scenario in enumerate(sorted(folder.glob("*.yaml"))):
            text = scenario.read_text()
            if "repeat: forever" in text or "retry: true" in text:
                continue  # stateful alone takes it, and in one piece
            for strategy in ("exhaustive", "optimal")[: 1 if "time: all" in text else 2]:
                command = ("check", scenario, "--strategy", strategy, "--stop", "never")
                whole = result_of(*command)
                if not whole["guarantee"]["complete"]:
                    print(f"{scenario} is too large for {strategy}")
                    continue
                with self.subTest(scenario=scenario, strategy=strategy, seed=seed):
                    for other in self.other_ways(command, whole, number, chance):
                        self.assertEqual(essence_of(other), essence_of(whole))
                        ways += 1
        print(f"{ways} ways, seed {seed}")

    def other_ways(self, command, whole, number, chance):
        yield result_of(*command, "--threads", "2")
        if "exhaustive" in command:
            yield result_of("merge", *self.shards(command[1], 7, *command[2:]))
        if HAS_MPI:
            ran = subprocess.run(
                under_mpi(2 + number % 7, *command, "--json"),
                capture_output=True, text=True, check=False, env=MPI, timeout=120,
            )
            yield json.loads(ran.stdout)
        checkpoint = self.work / f"{number}.{command[3]}"
        command += ("--checkpoint", checkpoint)
        for _ in range(10):
            running = subprocess.Popen(
                [INTERLOCK, *map(str, command), "--checkpoint-every", "0.001"],
                stdout=subprocess.DEVNULL,
            )
            time.sleep(chance.uniform(0.001, 0.02 + min(whole["executions"], 100_000) / 1e6))
            running.send_signal(signal.SIGKILL)
            running.wait()
        yield result_of(*command)


@unittest.skipUnless(IS_WITHOUT_MPI, "built with MPI")
class NoRanks(Portions):
    def test_are_refused(self):
        self.assert_refused(
            r"was built without MPI; install it \(ci/setup --mpi\) and build again",
            *("check", SCENARIOS / "mutex-given-back.yaml", "--mpi"),
        )


@unittest.skipUnless(HAS_MPI, "no MPI")
class Ranks(Portions):
    def result_by(self, ranks, *arguments):
        ran = subprocess.run(
            under_mpi(ranks, *arguments, "--json"),
            capture_output=True, text=True, check=False, env=MPI, timeout=120,
        )
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        result = json.loads(ran.stdout)
        del result["wall_s"]
        return result

    def test_come_to_the_same_as_one_process(self):
        scenario = self.scenario(DEADLOCKS)
        expected = result_of("check", scenario)
        for ranks in (1, 2, 5):
            self.assertEqual(self.result_by(ranks, "check", scenario), expected)

    def test_come_to_one_execution_a_class(self):
        scenario = self.scenario(CLASSES.replace("count: 6", "count: 5"))
        expected = result_of("check", scenario)
        self.assertEqual(expected["executions"], 5040)
        for ranks in range(2, 9):
            self.assertEqual(self.result_by(ranks, "check", scenario), expected)

    def test_come_to_the_same_at_any_time(self):
        scenario = self.scenario(TIMELY.replace("count: 4", "count: 3"))
        self.assertEqual(self.result_by(3, "check", scenario), result_of("check", scenario))

    def test_that_did_not_finish_say_what_all_saw(self):
        ran = subprocess.run(
            under_mpi(
                3, "check", self.scenario(LARGE), "--budget-executions", "200000", "--json"
            ),
            capture_output=True, text=True, check=False, env=MPI, timeout=120,
        )
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        result = json.loads(ran.stdout)
        self.assertEqual(result["executions"], 200_000)
        seen = result["saturation"]
        self.assertTrue(seen["joined"])
        self.assertEqual(seen["steps"], {"least": 15, "most": 15})
        self.assertLessEqual(seen["lock_orders"]["count"], 24)
        self.assertLessEqual(seen["lock_orders"]["count"], seen["lock_orders"]["last_new"])
        self.assertLessEqual(seen["lock_orders"]["last_new"], 200_000)

    # There is no Slurm here: `srun` is mpirun, without the options that only the former has.
    def test_as_slurm_runs_them(self):
        scenario = self.scenario(DEADLOCKS)
        self.work.joinpath("bin").mkdir()
        srun = self.work / "bin" / "srun"
        srun.write_text(
            "#!/bin/bash\nwhile [[ $1 == --* ]]; do shift; done\n"
            "exec mpirun --oversubscribe -n 3 \"$@\"\n"
        )
        srun.chmod(0o755)
        ran = subprocess.run(
            ["ci/fleet/slurm.sh", scenario], capture_output=True, text=True, check=False,
            env={**MPI, "PATH": f"{srun.parent}:{MPI['PATH']}"}, timeout=120,
        )
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        result = json.loads(Path(f"{scenario}.json").read_text())
        del result["wall_s"]
        self.assertEqual(result, result_of("check", scenario))
        self.assertTrue(Path(f"{scenario}.checkpoint").exists())

    def test_stop_at_the_first_violation(self):
        result = self.result_by(3, "check", self.scenario(DEADLOCKS), "--stop", "first")
        self.assertEqual(result["verdict"], "violated")

    def test_lose_nothing_when_one_is_killed(self):
        scenario = self.scenario(LARGE)
        checkpoint = self.work / "checkpoint"
        command = ("check", scenario, "--checkpoint", checkpoint, "--checkpoint-every", "0.05")
        running = subprocess.Popen(
            under_mpi(3, *command), env=MPI, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while not checkpoint.exists() and running.poll() is None:
            time.sleep(0.01)
        self.assertIsNone(running.poll())
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        os.kill(int(children[-1]), signal.SIGKILL)
        self.assertNotEqual(running.wait(timeout=60), 0)
        result = self.result_by(2, *command)
        self.assertEqual(result["executions"], LARGE_EXECUTIONS)
        self.assertEqual(result["verdict"], "holds")

    def test_say_once_what_is_wrong(self):
        ran = subprocess.run(
            under_mpi(3, "check", "missing.yaml"),
            capture_output=True, text=True, check=False, env=MPI, timeout=60,
        )
        self.assertEqual(ran.returncode, 3)
        self.assertEqual(ran.stderr.count("cannot read"), 1, ran.stderr)


if __name__ == "__main__":
    unittest.main()
