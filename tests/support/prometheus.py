"""A strict reader of the text format 0.0.4, as its specification has it.

    metrics = prometheus.read(text)          raises ValueError where a scraper might
    metrics.value("up")                      of the one sample of that name
    metrics.total("requests_total", route="connect")   the sum of all with these labels

Refused beyond what a scraper refuses: a family without HELP and TYPE, one that is scattered, a
sample that stands twice, a counter whose name does not end in _total, a histogram that does not add
up, anything behind the value.
"""
import math
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
COMMENT = re.compile(rf"# (HELP|TYPE) ({NAME}) (.+)")
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)')
VALUE = re.compile(r"[0-9]+(?:\.[0-9]+)?|\+Inf")
TYPES = ("counter", "gauge", "histogram")
SUFFIXES = ("_bucket", "_sum", "_count")


class Metrics:
    def __init__(self):
        self.types = {}
        self.helps = {}
        self.samples = {}  # (name, ((label, value), ...)) -> number

    def of(self, name, **labels):
        """{labels: value} of the samples of a name that have these labels."""
        return {key[1]: value for key, value in self.samples.items()
                if key[0] == name and labels.items() <= dict(key[1]).items()}

    def total(self, name, **labels):
        return sum(self.of(name, **labels).values())

    def value(self, name, **labels):
        found = self.of(name, **labels)
        assert len(found) == 1, (name, labels, found)
        return next(iter(found.values()))


def labels_of(text):
    labels, at = [], 0
    while text and at < len(text):
        match = LABEL.match(text, at)
        if not match:
            raise ValueError(f"labels: {text!r}")
        labels.append((match[1], match[2]))
        at = match.end()
    if len({name for name, _ in labels}) != len(labels) or (text or "").endswith(","):
        raise ValueError(f"labels: {text!r}")
    return tuple(labels)


def family_of(name, types):
    """Whose sample it is."""
    if name in types and types[name] != "histogram":
        return name
    for suffix in SUFFIXES:
        family = name[:-len(suffix)]
        if name.endswith(suffix) and types.get(family) == "histogram":
            return family
    raise ValueError(f"{name} has no TYPE")


def read_comment(line, metrics):
    match = COMMENT.fullmatch(line)
    if not match:
        raise ValueError(f"comment: {line!r}")
    kind, name, text = match.groups()
    table = metrics.helps if kind == "HELP" else metrics.types
    if name in table:
        raise ValueError(f"{kind} of {name} stands twice")
    if kind == "TYPE" and (text not in TYPES or name not in metrics.helps):
        raise ValueError(f"TYPE of {name}: {text!r}")
    if kind == "TYPE" and (text == "counter") != name.endswith("_total"):
        raise ValueError(f"{name} is a {text}")
    table[name] = text
    return name


def read_sample(line, metrics):
    match = SAMPLE.fullmatch(line)
    if not match or not VALUE.fullmatch(match[3]):
        raise ValueError(f"sample: {line!r}")
    key = match[1], labels_of(match[2])
    if key in metrics.samples:
        raise ValueError(f"{line!r} stands twice")
    metrics.samples[key] = math.inf if match[3] == "+Inf" else float(match[3])
    return family_of(match[1], metrics.types)


def check_histogram(family, metrics):
    series = {}
    for labels, value in metrics.of(f"{family}_bucket").items():
        rest = tuple(pair for pair in labels if pair[0] != "le")
        bound = dict(labels)["le"]
        series.setdefault(rest, []).append((math.inf if bound == "+Inf" else float(bound), value))
    counts = metrics.of(f"{family}_count")
    if set(series) != set(counts) or set(series) != set(metrics.of(f"{family}_sum")):
        raise ValueError(f"{family}: buckets, counts and sums are of different things")
    for rest, buckets in series.items():
        if [bound for bound, _ in buckets] != sorted({bound for bound, _ in buckets}):
            raise ValueError(f"{family}: bounds {buckets}")
        numbers = [number for _, number in buckets]
        if numbers != sorted(numbers) or buckets[-1][0] != math.inf:
            raise ValueError(f"{family}: buckets {buckets}")
        if numbers[-1] != counts[rest]:
            raise ValueError(f"{family}: count {counts[rest]}, buckets {buckets}")


def read(text):
    metrics, seen = Metrics(), []
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    for line in text[:-1].split("\n"):
        family = (read_comment if line.startswith("#") else read_sample)(line, metrics)
        if not seen or seen[-1] != family:
            if family in seen:
                raise ValueError(f"{family} is scattered")
            seen.append(family)
    if set(metrics.types) != set(metrics.helps):
        raise ValueError("HELP and TYPE are of different things")
    for family, kind in metrics.types.items():
        if kind == "histogram":
            check_histogram(family, metrics)
    return metrics
