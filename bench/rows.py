"""The rows of the benchmark: what is done, and the bar it is held against (design section 8).

A row's function gives back lines: what was measured, the bar, whether it is met; ratios are of runs
that took turns, and medians where there are several. How a server is started and loaded is
server.py's.
"""
from contextlib import nullcontext
from statistics import median

from server import Hog, Server

CONNECT, CONSTANT = "/connect", "/bench/constant"
FEW = 1000
SOME = 10_000  # what is measured on top of few, and of many: enough for a clock of 10 ms
ONE_A_COMMIT = {"PARTNER_CONNECT_BENCH_BATCH": "1"}


class Line:
    def __init__(self, what, bar, value, is_met=None):
        self.what = what
        self.bar = bar
        self.value = value
        self.is_met = is_met  # None: there is no bar, the figure is for the reader


class Plan:
    """How long and how often: the whole, or the quick version."""

    def __init__(self, binary, is_quick, say):
        self.binary = binary
        self.say = say
        self.rounds = 1 if is_quick else 5
        self.seconds = 2 if is_quick else 5
        self.stall_seconds = 3 if is_quick else 20
        self.many = 50_000 if is_quick else 1_000_000
        self.others = []

    def server(self, name, **more):
        return Server(self.binary, name, **more)

    def load(self, server, path, connections, **more):
        load = server.load(path, connections, **{"seconds": self.seconds, **more})
        self.others.append(load.others)
        self.say(f"{path} at {connections}: {load.rate:.0f}/s, CPU {load.cpu_us:.1f} us, "
                 f"p50 {load.p50_ms:.2f} ms, p99 {load.p99_ms:.2f} ms, max {load.max_ms:.0f} ms, "
                 f"others {load.others:.2f} processors")
        return load

    def warm_up(self, server):
        server.load(CONNECT, 64, 1)


def turns(plan, *wanted):
    """Runs @wanted, each (name, path, connections, environment), in turns; lists by name."""
    loads = {name: [] for name, *_ in wanted}
    for number in range(plan.rounds):
        for environment in unique(one[3] for one in wanted):
            # A fresh database for each, so that no run pays for what another has stored.
            with plan.server(f"turn-{number}", environment=environment) as server:
                plan.warm_up(server)
                for name, path, connections, of in wanted:
                    if of == environment:
                        loads[name].append(plan.load(server, path, connections))
    return loads


def unique(items):
    found = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


DURABLE = ("durable", CONNECT, 64, None)
DURABLE_256 = ("durable_256", CONNECT, 256, None)
FIXED = ("constant", CONSTANT, 64, None)
SINGLE = ("single", CONNECT, 64, ONE_A_COMMIT)


def throughput(plan):
    loads = turns(plan, DURABLE, DURABLE_256, FIXED, SINGLE)
    rate = {name: median(load.rate for load in of) for name, of in loads.items()}
    cpu = {name: median(load.cpu_us for load in of) for name, of in loads.items()}
    to_constant = ratio(loads, "durable", "constant")
    to_single = ratio(loads, "durable", "single")
    tail = median(load.p99_ms / load.p50_ms for load in loads["durable"])
    tail_256 = median(load.p99_ms / load.p50_ms for load in loads["durable_256"])
    return [
        Line("durable connects at 64", "", f"{rate['durable']:.0f}/s"),
        Line("durable connects at 256", "", f"{rate['durable_256']:.0f}/s"),
        Line("constant answers at 64", "", f"{rate['constant']:.0f}/s"),
        Line("one commit a request at 64", "", f"{rate['single']:.0f}/s"),
        Line("CPU a constant answer", "", f"{cpu['constant']:.1f} us"),
        Line("p50, p99 at 64", "", latencies(loads["durable"])),
        Line("p50, p99 at 256", "", latencies(loads["durable_256"])),
        Line("CPU a durable connect at 64", "<= 80 us", f"{cpu['durable']:.1f} us",
             cpu["durable"] <= 80),
        Line("p99 / p50 at 64", "<= 5", f"{tail:.1f}", tail <= 5),
        Line("p99 / p50 at 256", "<= 4", f"{tail_256:.1f}", tail_256 <= 4),
        Line("durable / one commit a request", ">= 5", f"{to_single:.1f}", to_single >= 5),
        Line("durable / constant", ">= 25 %", f"{100 * to_constant:.0f} %", to_constant >= 0.25),
    ]


def ratio(loads, above, below):
    """The median over rounds, for what disturbs a round disturbs both of its runs."""
    return median(a.rate / b.rate for a, b in zip(loads[above], loads[below]))


def latencies(loads):
    return (f"{median(load.p50_ms for load in loads):.2f} ms, "
            f"{median(load.p99_ms for load in loads):.2f} ms")


def growth(plan):
    few, many = [], []
    with plan.server("many") as large:
        n = 0
        while n < plan.many:
            n += plan.load(large, CONNECT, 256, seconds=120, limit=plan.many - n).requests
        for number in range(plan.rounds):
            with plan.server(f"few-{number}") as small:
                small.load(CONNECT, 64, limit=FEW)
                few.append(plan.load(small, CONNECT, 64, seconds=60, limit=SOME))
            many.append(plan.load(large, CONNECT, 64, seconds=60, limit=SOME))
        resident = large.resident_mib()
        size = (large.directory / "state" / "partner.db").stat().st_size / 2**20
    times = median(m.cpu_us / f.cpu_us for m, f in zip(many, few))
    return [
        Line(f"database at {n:,} connections and more", "", f"{size:.0f} MiB"),
        Line("resident with it", "", f"{resident:.0f} MiB"),
        Line(f"CPU a request at {FEW:,} connections", "", f"{median(x.cpu_us for x in few):.1f} us"),
        Line(f"CPU a request at {n:,} and more", "", f"{median(x.cpu_us for x in many):.1f} us"),
        Line(f"CPU at {n:,} / at {FEW:,}", "<= 2.0", f"{times:.2f}", times <= 2),
    ]


def stalls(plan):
    lines = []
    for what, is_hogged in ("idle machine", False), ("one CPU hog", True):
        for connections in 64, 256, 512, 1000:
            with plan.server("stalls") as server:
                with Hog() if is_hogged else nullcontext():
                    load = plan.load(server, CONNECT, connections, seconds=plan.stall_seconds)
            lines.append(Line(f"longest wait, {plan.stall_seconds} s at {connections}, {what}",
                              "<= 1 s", f"{load.max_ms:.0f} ms", load.max_ms <= 1000))
    return lines


def idle(plan):
    with plan.server("idle") as server:
        fresh, first_ms = server.resident_mib(), server.ready_ms
        server.load(CONNECT, 4, limit=FEW)
        used = server.resident_mib()
        server.stop()
        with plan.server("idle", keep=True) as again:
            again_ms, again_mib = again.ready_ms, again.resident_mib()
    return [
        Line("ready, the first time", "", f"{first_ms:.0f} ms"),
        Line("ready, with what is stored", "", f"{again_ms:.0f} ms"),
        Line("resident after a start", "< 16 MiB", f"{fresh:.1f} MiB", fresh < 16),
        Line("resident after a start on what is stored", "< 16 MiB", f"{again_mib:.1f} MiB",
             again_mib < 16),
        Line(f"resident after {FEW:,} connects", "< 16 MiB", f"{used:.1f} MiB",
             used < 16),
    ]


ROWS = {"idle": idle, "stalls": stalls, "growth": growth, "throughput": throughput}
