"""What makes the command line comfortable: completions, the manual, explanations, suggestions."""

import os
import pathlib
import re
import select
import shutil
import subprocess
import tempfile
import time
import unittest

from run import INTERLOCK, SOURCE, interlock

HELP = interlock("--help").stdout
COMMANDS = sorted(re.findall(r"^  ([a-z]+) {2,}", HELP.split("Subcommands:")[1], re.M))


def bash(script, *arguments):
    return subprocess.run(
        ["bash", "-c", script, "-", *arguments], capture_output=True, text=True, check=True
    ).stdout.split()


def zsh_completes(prepared, lines, work):
    """What becomes of each line when the tabulator key is pressed after it."""
    leading, following = os.openpty()
    shell = subprocess.Popen(
        ["zsh", "-f", "-i"],
        stdin=following,
        stdout=following,
        stderr=following,
        cwd=work,
        env={"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": work},
        start_new_session=True,
    )
    os.close(following)
    typed = pathlib.Path(work) / "typed"
    typed.write_text("")
    show = f"show() {{ print -r -- \"$BUFFER\" >> {typed}; BUFFER= }}; zle -N show; bindkey ^X show\n"
    os.write(leading, (prepared + show).encode())
    try:
        for count, line in enumerate(lines, 1):
            os.write(leading, line.encode() + b"\t\x18")
            end = time.monotonic() + 60
            while len(typed.read_text().splitlines()) < count and time.monotonic() < end:
                if select.select([leading], [], [], 0.05)[0]:
                    os.read(leading, 10_000)
    finally:
        shell.kill()
        shell.wait()
        os.close(leading)
    return typed.read_text().splitlines()


class Completion(unittest.TestCase):
    def complete(self, *words):
        """What bash offers for the last of the words."""
        script = (
            'source "$1"; shift; COMP_WORDS=(interlock "$@"); COMP_CWORD=$#; _interlock; '
            'printf "%s\\n" "${COMPREPLY[@]}"'
        )
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(interlock("completion", "bash").stdout)
            file.flush()
            return bash(script, file.name, *words)

    def test_bash_knows_every_command_and_option(self):
        self.assertEqual(sorted(self.complete("")), sorted([*COMMANDS, "--help"]))
        self.assertEqual(self.complete("repr"), ["reproduce"])
        self.assertIn("--baseline", self.complete("gate", "--"))
        self.assertEqual(self.complete("gate", "--stop", ""), ["first", "never"])
        self.assertEqual(self.complete("matrix", "--format", "m"), ["markdown"])
        for command in COMMANDS:
            help_text = interlock(command, "--help").stdout
            for option in re.findall(r"^  (?:-\w,)?(--[\w-]+)", help_text, re.M):
                self.assertIn(option, self.complete(command, "--"), command)

    TYPED = {
        "interlock repr": "interlock reproduce ",
        "interlock gate --basel": "interlock gate --baseline ",
        "interlock gate --stop f": "interlock gate --stop first ",
        "interlock matrix --format m": "interlock matrix --format markdown ",
        "interlock check --budget-s": "interlock check --budget-seconds ",
    }

    @unittest.skipUnless(shutil.which("zsh"), "install zsh")
    def test_zsh_completes_what_is_typed(self):
        with tempfile.TemporaryDirectory() as work:
            completion = pathlib.Path(work) / "_interlock"
            completion.write_text(interlock("completion", "zsh").stdout)
            loaded = f"fpath=({work} $fpath); autoload -Uz compinit; compinit -u -D\n"
            sourced = f"autoload -Uz compinit; compinit -u -D; source {completion}\n"
            for prepared in (loaded, sourced):
                self.assertEqual(zsh_completes(prepared, self.TYPED, work), list(self.TYPED.values()))

    @unittest.skipUnless(shutil.which("fish"), "install fish")
    def test_fish_completes_what_is_typed(self):
        for typed, completed in self.TYPED.items():
            run = subprocess.run(
                ["fish", "--no-config", "-c", f"source -; complete --do-complete '{typed}'"],
                input=interlock("completion", "fish").stdout,
                capture_output=True,
                text=True,
                check=True,
            )
            self.assertEqual(run.stderr, "")
            offered = [line.split("\t")[0] for line in run.stdout.splitlines()]
            self.assertEqual(offered, [completed.split()[-1]], typed)

    def test_the_others_name_every_command(self):
        for shell in ("zsh", "fish"):
            text = interlock("completion", shell).stdout
            for command in COMMANDS:
                self.assertRegex(text, rf"\b{command}\b")
        self.assertEqual(interlock("completion", "csh").returncode, 3)


class Manual(unittest.TestCase):
    def test_it_has_every_command_and_option(self):
        page = interlock("man").stdout.replace("\\-", "-")
        for command in COMMANDS:
            self.assertIn(f".SS interlock {command}", page)
        self.assertIn("--time-budget", page)
        for line in page.splitlines():
            self.assertNotRegex(line, r"^\.(?!TH|SH|SS|TP|B |I |nf|fi|PP)")

    @unittest.skipUnless(shutil.which("man"), "install man-db")
    def test_man_shows_it(self):
        with tempfile.TemporaryDirectory() as work:
            path = pathlib.Path(work) / "interlock.1"
            path.write_text(interlock("man").stdout)
            run = subprocess.run(
                ["man", "--warnings", "-l", path], capture_output=True, text=True, check=False
            )
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            self.assertIn("interlock reproduce", run.stdout)


class Words(unittest.TestCase):
    def complaint(self, *arguments):
        run = interlock(*arguments)
        self.assertEqual(run.returncode, 3, arguments)
        self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
        return run.stderr

    def test_what_is_nearly_right_is_suggested(self):
        self.assertIn("no command 'chek'; did you mean 'check'?", self.complaint("chek"))
        self.assertIn("did you mean '--baseline'?", self.complaint("gate", "--baselin=x"))
        self.assertIn("did you mean 'deadlock'?", self.complaint("explain", "deadlok"))
        self.assertIn("there is check", self.complaint("nonsense").replace("there is completion", "there is check"))

    def test_every_property_is_explained_and_its_example_shows_it(self):
        properties = [line.split()[0] for line in interlock("explain").stdout.splitlines()]
        self.assertEqual(len(properties), 16)
        shown = 0
        for name in properties:
            text = interlock("explain", name).stdout
            self.assertTrue(text.startswith(name + "\n  "), text)
            for example in re.findall(r"reproduce (\S+)", text):
                shown += 1
                self.assertIn(f"What is wrong ({name}):", interlock("reproduce", example).stdout)
        self.assertGreaterEqual(shown, 7)

    def test_a_new_scenario_holds_and_is_not_written_over(self):
        with tempfile.TemporaryDirectory() as work:
            run = interlock("new", "mine", cwd=work)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            self.assertEqual(interlock("check", "mine.yaml", cwd=work).returncode, 0)
            self.assertIn("is there already", interlock("new", "mine", cwd=work).stderr)
            for name in ("a: b", "", "[", "x\ny"):
                self.assertEqual(interlock("new", name, "-o", "-", cwd=work).returncode, 3, name)
            # What it has in comments is right too.
            text = pathlib.Path(work, "mine.yaml").read_text()
            text = re.sub(r"^( *)# (explore:|- |period:|max_calls)", r"\1\2", text, flags=re.M)
            pathlib.Path(work, "all.yaml").write_text(text.replace("throttle: none", "throttle: throttle"))
            run = interlock("check", "all.yaml", "--strategy", "exhaustive", cwd=work)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)


if __name__ == "__main__":
    unittest.main()
