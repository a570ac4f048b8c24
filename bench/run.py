"""Runs the benchmark's rows and prints the table. Called by script/bench."""
import argparse
import os
import platform
import shutil
import subprocess
import sys
import time

from rows import ROWS, Plan
from server import ROOT, STATE


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    name = models[0] if models else platform.machine()
    disk = subprocess.run(["stat", "-f", "-c", "%T", STATE], check=True, capture_output=True,
                          text=True).stdout.strip()
    return name, os.cpu_count(), disk


def verdict(line):
    if line.is_met is None:
        return ""
    return "met" if line.is_met else "MISSED"


def print_table(lines):
    width = max(len(line.what) for line in lines)
    for line in lines:
        print(f"{line.what:<{width}}  {line.value:>18}  {line.bar:>9}  {verdict(line)}".rstrip())


def main():
    parser = argparse.ArgumentParser(prog="script/bench",
                                     description="Measures the server against its bars.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"one of {', '.join(ROWS)}; all")
    parser.add_argument("--quick", action="store_true", help="one short round of each")
    parser.add_argument("--binary", help="measure this bench build instead of build/bench's")
    arguments = parser.parse_args()
    unknown = [row for row in arguments.rows if row not in ROWS]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}")

    STATE.mkdir(parents=True, exist_ok=True)
    name, n_processors, disk = machine()
    if disk in ("tmpfs", "ramfs"):
        sys.exit(f"script/bench: {STATE} is on {disk}: nothing there is durable")
    binary = os.path.abspath(arguments.binary or ROOT / "build/bench/src/partner-connect")
    begin = time.monotonic()
    plan = Plan(binary, arguments.quick, lambda text: print(
        f"[{time.monotonic() - begin:4.0f} s] {text}", file=sys.stderr, flush=True))
    lines = []
    try:
        for row in arguments.rows or ROWS:
            lines += ROWS[row](plan)
    finally:
        shutil.rmtree(STATE, ignore_errors=True)

    print(f"{n_processors} x {name}, {platform.system()} {platform.release()}, state on {disk}; "
          f"wrk and the server share the processors")
    if plan.others:
        print(f"other processes used {max(plan.others):.2f} processors at most while measuring, "
              f"{sum(plan.others) / len(plan.others):.2f} on average")
    print()
    print_table(lines)
    n_missed = sum(line.is_met is False for line in lines)
    print(f"\n{sum(line.is_met is True for line in lines)} bars met, {n_missed} missed")
    sys.exit(1 if n_missed else 0)


if __name__ == "__main__":
    try:
        main()
    except (RuntimeError, subprocess.CalledProcessError) as error:
        sys.exit(f"script/bench: {error}")
