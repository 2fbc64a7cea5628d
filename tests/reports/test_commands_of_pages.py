"""The commands on the pages: each is run, or what it names is looked up where running takes too long."""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

from run import INTERLOCK, SOURCE

BIN = pathlib.Path(INTERLOCK).resolve().parent
# The tutorial's are run with what they print (test_docs.py), the reference's are generated.
PAGES = [
    page
    for page in sorted([*(SOURCE / "docs").glob("*.md"), SOURCE / "README.md", SOURCE / "CONTRIBUTING.md"])
    if page.name not in ("tutorial.md", "reference.md")
]
COMMAND = re.compile(
    r"(?:[A-Z_]+=(?:\"[^\"]*\"|\S+) )*(?:interlock|hang_on_fibers|ctest|cmake|mpirun|python3|mkdocs|doxygen"
    r"|build/release/bin/\w+|ci/\w[\w/]*|bench/\w+\.py)(?: .*)?"
)
# What stands for something of the reader's.
STANDS_FOR = {
    r" \[[^\]]*\]": "",
    r"\bFILE\b": "models/scenarios/mutex-given-back.yaml",
    r"\bOLD NEW\b": "models/approved.snapshot models/approved.snapshot",
    r"\bsupervisor PATH\b": f"supervisor {SOURCE}/tests/import/checkout",
    r"--revision …": "--revision head",
    r"^build/release/bin/": "",
}
GIVES_UP = "--strategy random"  # exit code 2: a sample proves nothing


def commands(page):
    """In the order of the page: of its shells and of its indented lines."""
    text = page.read_text()
    lines = []
    for part in re.split(r"(^```\w*\n.*?^```$)", text, flags=re.M | re.S):
        if part.startswith("```"):
            lines += re.findall(r"^\$ (.*)$", part, re.M)
            lines += part.splitlines()[1:-1] if part.startswith("```sh\n") else []
        else:
            lines += re.findall(r"^    (\S.*)$", part, re.M)
    for line in lines:
        line = re.split(r"  +", line)[0]  # what follows is about it
        if COMMAND.fullmatch(line):
            yield line


class Commands(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = pathlib.Path(work.name)
        (self.work / "models").mkdir()
        shutil.copytree(SOURCE / "models/scenarios", self.work / "models/scenarios")
        shutil.copy(SOURCE / "models/approved.snapshot", self.work / "models")
        self.environment = {
            **os.environ,
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(self.work / "cache"),
        }

    def shell(self, line, cwd=None):
        return subprocess.run(
            line,
            shell=True,
            cwd=cwd or self.work,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    def test_every_command_of_every_page(self):
        count = 0
        for page in PAGES:
            for line in commands(page):
                with self.subTest(page=page.name, line=line):
                    count += 1
                    words = [word for word in shlex.split(line) if not re.match(r"[A-Z_]+=", word)]
                    kind = re.split(r"/|_test|_bench", words[0])[0] if "/" in words[0] else words[0]
                    getattr(self, f"check_{kind}")(line, words)
        self.assertGreater(count, 40)

    def check_interlock(self, line, _):
        for pattern, text in STANDS_FOR.items():
            line = re.sub(pattern, text, line)
        lines = [line]
        if shard := re.search(r"--shard \d/(\d)", line):  # "each of seven"
            lines = [
                re.sub(r"\d(?=/\d|\.json)", str(i), line) for i in range(1, int(shard[1]) + 1)
            ]
        for one in lines:
            run = self.shell(one)
            self.assertEqual(run.returncode, 2 if GIVES_UP in one else 0, one + "\n" + run.stdout + run.stderr)

    check_hang_on_fibers = check_interlock

    def check_mpirun(self, line, _):
        if "without MPI" not in self.shell("interlock --version").stdout:  # as one rank
            self.check_interlock(line[line.index("build/") :], _)

    def check_build(self, line, words):
        program = BIN / pathlib.Path(words[0]).name
        if program.name == "interlock":
            self.check_interlock(line, words)
        elif program.exists():  # the quick builds of those who work on it have not all
            lists = "--benchmark_list_tests" if "bench" in program.name else "--gtest_list_tests"
            filters = [word for word in words[1:] if "filter" in word]
            run = subprocess.run([program, lists, *filters], capture_output=True, text=True, check=False)
            self.assertEqual(run.returncode, 0)
            self.assertGreaterEqual(len(run.stdout.splitlines()), 2 if "test" in program.name else 1)
        else:
            built = "".join(path.read_text() for path in SOURCE.glob("*/CMakeLists.txt"))
            self.assertRegex(built, rf"(interlock_test|add_executable)\(\s*{program.name}\b")

    def check_ctest(self, line, words):
        wanted = words[words.index("-R") + 1]
        files = (BIN.parent / "tests").rglob("CTestTestfile.cmake")
        names = [name for file in files for name in re.findall(r"add_test\(\[=\[(.*?)\]", file.read_text())]
        for file in [*SOURCE.glob("tests/**/*.cpp"), *SOURCE.glob("properties/*.cpp")]:  # found by GoogleTest
            cases = re.findall(r"^\w*TEST\w*\(\s*(\w+),\s*(\w+)", file.read_text(), re.M)
            names += [f"{suite}.{case}" for suite, case in cases]
        self.assertTrue(any(re.search(wanted, name) for name in names), line)

    def check_cmake(self, line, _):
        presets = json.loads((SOURCE / "CMakePresets.json").read_text())
        for kind, name in re.findall(r"cmake (--build |--workflow )?--preset (\S+)", line):
            kind = {"": "configure", "--build ": "build", "--workflow ": "workflow"}[kind]
            self.assertIn(name, [preset["name"] for preset in presets[f"{kind}Presets"]])

    def check_script(self, _, words):
        script = SOURCE / (words[1] if words[0] == "python3" else words[0])
        text = script.read_text()
        self.assertTrue(os.access(script, os.X_OK) or words[0] == "python3", script)
        if script.suffix == ".py":
            compile(text, script, "exec")
        else:
            run = self.shell(f"{script} --help", cwd=SOURCE)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            text = run.stdout
        for word in words[1:]:
            if word.startswith("--"):
                self.assertIn(word, text)

    check_ci = check_bench = check_python3 = check_script

    def test_every_test_that_a_page_names_is_there(self):
        count = 0
        for page in [*PAGES, SOURCE / "docs/tutorial.md"]:
            for line in re.findall(r"`(ctest [^`]*)`", page.read_text()):
                if not re.search(r"…|\bNAME\b", line):
                    count += 1
                    self.check_ctest(line, shlex.split(line))
        self.assertGreaterEqual(count, 3)

    def test_the_failure_of_the_first_page_is_what_is_printed(self):
        block = re.search(r"```\n\$ (.*?)\n(.*?)```", (SOURCE / "README.md").read_text(), re.S)
        run = self.shell(block[1].replace("build/release/bin/interlock", INTERLOCK), cwd=SOURCE)
        self.assertEqual(run.stdout.replace(INTERLOCK, "build/release/bin/interlock"), block[2])


if __name__ == "__main__":
    unittest.main()
