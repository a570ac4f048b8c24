"""clang-format, clang-tidy and cppcheck over the C of the tree, each file a result.

What passed is remembered under build/lint-cache by all that the answer depends on: the preprocessed
file, its text, the configuration and the tool. Failures are never remembered.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
from pathlib import Path

from tally import Tally

CPPCHECK = ["cppcheck", "--std=c11", "--enable=warning,style,performance,portability",
            "--inline-suppr", "--suppressions-list=.cppcheck-suppressions", "--error-exitcode=1",
            "--quiet", "--template=gcc", "-D_GNU_SOURCE", "-DPC_FAULT_POINTS=1", "-DPC_BENCH=0",
            "-Isrc", "-Itests"]
CONFIGURATION = (".clang-format", ".clang-tidy", ".cppcheck-suppressions")


def run(command, cwd):
    """(exit status, all that it said)"""
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace")
    return done.returncode, done.stdout


class Analysis:
    """The tools over the files of @root; @build is a configured build directory of clang's."""

    def __init__(self, root, build):
        self.root = Path(root)
        self.cache = self.root / "build" / "lint-cache"
        self.cache.mkdir(parents=True, exist_ok=True)
        self.used = set()
        self.flags = self._read_flags(build)
        tools = [run([tool, "--version"], root)[1]
                 for tool in ("clang-format", "clang-tidy", "cppcheck")]
        texts = [(self.root / name).read_text() for name in CONFIGURATION]
        self.base = "\0".join(tools + texts + CPPCHECK)

    def _read_flags(self, build):
        """{file: (directory, flags)} of the compile commands; [None] for a file that has none."""
        flags = {}
        path = Path(build) / "compile_commands.json"
        for entry in json.loads(path.read_text()) if path.exists() else []:
            words = shlex.split(entry["command"])[1:]
            words = words[:words.index("-o")] if "-o" in words else words
            file = (Path(entry["directory"]) / entry["file"]).resolve()
            kept = [w for w in words if not w.startswith("-M") and not w.endswith((".d", ".o"))]
            flags.setdefault(file, (entry["directory"], kept))
            if "/src/" in str(file):
                flags.setdefault(None, (entry["directory"], kept))
        return flags

    def _flags_of(self, path):
        """A file that this build leaves out (of the benchmark, say) is seen with another's flags."""
        return self.flags.get(path.resolve()) or self.flags.get(None)

    def _is_known(self, key):
        name = hashlib.sha256("\0".join(key).encode(errors="replace")).hexdigest()
        self.used.add(name)
        return (self.cache / name).exists(), self.cache / name

    def _check(self, tool, path, seen, command, cwd, is_bad=None):
        name = path.relative_to(self.root).as_posix()
        known, remembered = self._is_known([self.base, tool, name, path.read_text(), seen])
        if known:
            return Tally(passed=1), ""
        status, said = run(command, cwd)
        if status != 0 or (is_bad and is_bad(said)):
            return Tally(failures=[f"{tool}: {name}"]), said
        remembered.touch()
        return Tally(passed=1), ""

    def format(self, path):
        return self._check("clang-format", path, "",
                           ["clang-format", "--dry-run", "-Werror", str(path)], self.root)

    def deep(self, path):
        """clang-tidy and cppcheck; both depend on what the file includes."""
        if not self._flags_of(path):
            return [(Tally(failures=[f"clang-tidy: {path.name}: there is no build"]), "")]
        directory, flags = self._flags_of(path)
        # -C: a comment may hold NOLINT.
        status, seen = run(["clang", *flags, "-E", "-C", str(path)], directory)
        if status != 0:
            seen += os.urandom(8).hex()
        includes = [f"-I{self.root}/build/clang/{d}" for d in ("src", "src/store")]
        relative = path.relative_to(self.root).as_posix()
        return [
            self._check("clang-tidy", path, seen,
                        ["clang-tidy", "--quiet", str(path), "--", *flags], directory,
                        lambda said: re.search(r": (error|warning): ", said)),
            self._check("cppcheck", path, seen, [*CPPCHECK, *includes, relative], self.root),
        ]

    def forget_unused(self):
        for path in self.cache.iterdir():
            if path.name not in self.used:
                path.unlink()


def sources(root, *suffixes, under):
    return sorted(path for folder in under for path in (Path(root) / folder).rglob("*")
                  if path.name.endswith(suffixes))


def analyse(root, build, jobs):
    """The tally and what the tools said about what failed."""
    analysis = Analysis(root, build)
    tally = Tally()
    reports = []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        formats = pool.map(analysis.format, sources(root, ".c", ".h", under=("src", "tests", "bench")))
        deep = pool.map(analysis.deep, sources(root, ".c", under=("src",)))
        for results in [[result] for result in formats] + list(deep):
            for result, said in results:
                tally.add(result)
                if said:
                    reports.append(said)
    analysis.forget_unused()
    return tally, "".join(reports)
