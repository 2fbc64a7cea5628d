"""Scenarios that are meant to hurt: a clear error at once, in little memory."""

import os
import pathlib
import resource
import subprocess
import tempfile
import unittest

from run import INTERLOCK, SOURCE

HEAD = "interlock: 1\nname: hostile\n"
JOB = HEAD + "groups: [g]\njobs: {j: {concurrency: group_queue}}\n"
SECONDS = 1  # of a processor, so that a busy machine makes no difference
BYTES = 400 << 20
BYTES_OF_LOGS = 900 << 20  # which may be a quarter of a gigabyte


def limited(count):
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (count, count))


def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def bomb(call, levels=12):
    """Bodies that have the one before ten times: 10^levels calls when unfolded."""
    steps = [f"&a0 {call}work]}}"]
    steps += [f"&a{i} {call}" + ", ".join([f"*a{i - 1}"] * 10) + "]}" for i in range(1, levels)]
    return ", ".join(steps)


REFUSED = {
    "a million tasks by count": HEAD + "tasks: {a: {steps: [work], count: 1000000}}\n",
    "more than can be counted": HEAD + "tasks: {a: {steps: [work], count: 99999999999999999999}}\n",
    "a hundred thousand tasks": HEAD + "tasks:\n" + "".join(f"  t{i}: [work]\n" for i in range(100_000)),
    "tens of thousands of tasks": HEAD + "tasks:\n" + "".join(f"  t{i}: [work]\n" for i in range(40_000)),
    "a million steps": HEAD + "tasks: {a: [" + "work, " * 1_000_000 + "work]}\n",
    "tens of thousands of steps": HEAD + "tasks: {a: [" + "work, " * 90_000 + "work]}\n",
    "deep bodies": JOB + "tasks: {a: [" + "{call: j@g, body: [" * 5_000 + "work" + "]}" * 5_000 + "]}\n",
    "deep brackets": HEAD + "tasks: {a: " + "[" * 100_000 + "]" * 100_000 + "}\n",
    "deep brackets without end": HEAD + "tasks: {a: " + "[" * 100_000,
    "aliases that unfold without end": JOB + f"tasks: {{a: [{bomb('{call: j@g, body: [')}]}}\n",
    "aliases of children": JOB + "tasks: {a: [" + bomb("{gather: [{call: j@g, body: [").replace("]}", "]}]}") + "]}\n",
    "an alias of itself": HEAD + "tasks: {a: &a [*a]}\n",
    "a period of for ever": HEAD + "jobs: {j: {throttle: throttle, period: 9999999999999h}}\ntasks: {a: [{call: j}]}\n",
    "a long name": HEAD + "jobs: {" + "j" * 1_000_000 + ": {}}\ntasks: {a: [{call: k}]}\n",
    "a name of megabytes": HEAD + "jobs: {" + "j" * 3_000_000 + ": {}}\ntasks: {a: [{call: k}]}\n",
    "no text at all": "\0" * 100_000,
    "documents without end": ",",
    "more values than anybody writes": HEAD + "tasks: {a: [" + "{call: {}}, " * 60_000 + "work]}\n",
}

LOG = "tests/fuzz/corpus/log/open.log"
SCENARIO_COMMANDS = [
    ["check"],
    ["gate"],
    ["gate", "--cache", "WORK"],
    ["snapshot", "--output", "WORK/snapshot"],
    ["history"],
    ["replay", "--schedule", "v1:7224c0ece74d4624:00"],
    ["reproduce", "--from-log", LOG, "--policies"],
]
READING_COMMANDS = [
    *[["check"], ["gate"], ["history"], ["replay", "--schedule", "v1:7224c0ece74d4624:00"]],
    ["check", "models/scenarios/queue-raises.yaml", "--strategy", "exhaustive", "--checkpoint"],
    ["gate", "models/scenarios/queue-raises.yaml", "--baseline"],
    ["diff", "models/approved.snapshot"],
    ["merge"],
    ["conformance", "--revision", "head"],
    ["reproduce", "--from-log"],
]

# Not refused: enormous, and right. The search may take its budget, but no more memory than another.
RUN = {
    "periods of centuries": HEAD
    + "jobs: {j: {throttle: rate_limit, period: 2000000h, max_calls: 4294967295}}\n"
    + "tasks: {a: [{call: j}, {sleep: 2000000h}, {call: j}], b: [{sleep: 2000000h}, {call: j}]}\n",
    "steps without end": HEAD + "tasks: {a: [{work: 4294967295}], b: [{work: 4294967295}]}\n",
    "a queue of billions": HEAD
    + "jobs: {j: {concurrency: queue, max_waiting: 4294967295}}\ntasks: {a: {steps: [{call: j}], count: 3}}\n",
    "a budget of billions": HEAD
    + "explore: {budget: {executions: 18446744073709551615, seconds: 1e300}}\ntasks: {a: [work]}\n",
}


class Hostile(unittest.TestCase):
    def check(self, text, *arguments, command=("check",), memory=BYTES):
        """Of a command with a file of that text; of what a path leads to, if it is a path."""
        with tempfile.TemporaryDirectory() as work:
            path = text if isinstance(text, pathlib.Path) else pathlib.Path(work) / "hostile.yaml"
            if path is not text:
                path.write_text(text)
            begin = spent()
            run = subprocess.run(
                [INTERLOCK, *command, path, *arguments],
                cwd=SOURCE,
                capture_output=True,
                text=True,
                preexec_fn=limited(memory),
                timeout=60,
                check=False,
            )
            return run, spent() - begin

    def test_it_is_refused_in_one_line_at_once(self):
        for what, text in REFUSED.items():
            with self.subTest(what):
                run, seconds = self.check(text)
                self.assert_refused(run, seconds)

    def assert_refused(self, run, seconds):
        self.assertEqual(run.returncode, 3, run.stdout[:500] + run.stderr[:500])
        self.assertEqual(run.stderr.count("\n"), 1, run.stderr[:500])
        self.assertLess(len(run.stderr), 1_000)
        self.assertLess(seconds, SECONDS)

    def test_every_command_that_reads_a_scenario_refuses_it_at_once(self):
        with tempfile.TemporaryDirectory() as work:
            for what in ("documents without end", "aliases that unfold without end", "tens of thousands of tasks"):
                for command in SCENARIO_COMMANDS:
                    command = [word.replace("WORK", work) for word in command]
                    with self.subTest(what, command=command[0]):
                        self.assert_refused(*self.check(REFUSED[what], command=command))
            self.assertEqual(os.listdir(work), [])

    def test_what_never_ends_is_not_read_to_its_end(self):
        endless = pathlib.Path("/dev/zero")
        for command in READING_COMMANDS:
            with self.subTest(command=command[0]):
                run, seconds = self.check(endless, command=command, memory=BYTES_OF_LOGS)
                self.assertEqual((run.returncode, run.stderr.count("\n")), (3, 1), run.stderr[:500])
                self.assertLess(seconds, 5 * SECONDS)

    def test_what_is_enormous_but_right_ends(self):
        budget = ("--budget-executions", "2000", "--budget-seconds", "1")
        for what, text in RUN.items():
            for command in (["check", "--minimise"], ["gate"], ["snapshot"]):
                with self.subTest(what, command=command[0]):
                    run, seconds = self.check(text, *budget, command=command)
                    self.assertIn(run.returncode, (0, 2), run.stdout[:500] + run.stderr[:500])
                    self.assertLess(seconds, SECONDS)


if __name__ == "__main__":
    unittest.main()
