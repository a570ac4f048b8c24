"""The reader refuses what it says it refuses."""
import pytest

import prometheus

GOOD = """# HELP a_total As.
# TYPE a_total counter
a_total{b="c",d="e"} 1
a_total{b="c",d="f"} 2
# HELP g G.
# TYPE g gauge
g 0.5
# HELP h H.
# TYPE h histogram
h_bucket{le="1"} 1
h_bucket{le="+Inf"} 3
h_sum 4.5
h_count 3
"""


def test_a_good_one():
    metrics = prometheus.read(GOOD)
    assert metrics.total("a_total", b="c") == 3 and metrics.value("a_total", d="f") == 2
    assert metrics.value("g") == 0.5 and metrics.value("h_bucket", le="+Inf") == 3
    assert metrics.types == {"a_total": "counter", "g": "gauge", "h": "histogram"}


@pytest.mark.parametrize("old, new", [
    ("g 0.5\n", "g 0.5"), ("g 0.5\n", "g 0.5 \n"), ("g 0.5", "g 0.5 17"), ("g 0.5", "g nan"),
    ("g 0.5", "g  0.5"), ("g 0.5\n", "g 0.5\n\n"), ("g 0.5\n", "g 0.5\r\n"),
    ("g 0.5\n", "g 0.5\ng 0.6\n"), ('d="f"', 'd="e"'), ('b="c",d="e"', 'b="c",b="e"'),
    ('d="e"}', 'd="e",}'), ('d="e"', 'd=e'), ('d="e"', 'd="\\x"'), ("# HELP g G.\n", ""),
    ("# TYPE g gauge\n", ""), ("# TYPE g gauge", "# TYPE g counter"),
    ("# TYPE g gauge", "# TYPE g thing"), ("# TYPE a_total counter", "# TYPE a_total gauge"),
    ("h_count 3", "h_count 2"), ("h_sum 4.5\n", ""), ("h_count 3\n", ""),
    ('h_bucket{le="1"} 1', 'h_bucket{le="1"} 4'), ('h_bucket{le="+Inf"} 3\n', ""),
    ("h_count 3\n", 'h_count 3\na_total{b="x",d="y"} 1\n'), ("# HELP g", "#HELP g")])
def test_a_bad_one(old, new):
    assert GOOD.count(old) == 1
    with pytest.raises(ValueError):
        prometheus.read(GOOD.replace(old, new))
