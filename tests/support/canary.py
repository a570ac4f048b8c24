#!/usr/bin/python3
"""canary.py PATH...: looks for the secrets of tests where no secret may be.

Every token, secret and password that a test sends holds MARK, so one search finds all of them,
spelled as they are or in any of the ways in which programs copy things. As a command it searches
files and folders, prints what it found and ends with 1 when there was something.
"""
import base64
import sys
import uuid
from pathlib import Path

MARK = "Kelp7Canary9Qz4Marked2Vx"
# Of a state directory: the only files that may hold a secret, and ours are not even in the first.
MAY_HOLD_SECRETS = ("key", "first-credential")


def secret(prefix=""):
    """One that nobody else has, and that the search knows."""
    return f"{prefix}{MARK}{uuid.uuid4().hex}"


def base64_forms(mark):
    """What is the same in every text that holds @mark, wherever in it: one for each offset."""
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + mark)
        first, end = -(-offset * 8 // 6), (offset + len(mark)) * 8 // 6
        yield f"base64+{offset}", text[first:end]
        yield f"base64url+{offset}", text[first:end].translate(bytes.maketrans(b"+/", b"-_"))


def forms(mark=MARK):
    """{name: bytes} of all spellings."""
    raw = mark.encode()
    return {
        "raw": raw,
        "reversed": raw[::-1],
        "lower": raw.lower(),
        "upper": raw.upper(),
        # What is cut off at either end still gives away half.
        "first half": raw[:len(raw) // 2],
        "second half": raw[len(raw) // 2:],
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "percent": b"".join(b"%%%02x" % byte for byte in raw),
        "PERCENT": b"".join(b"%%%02X" % byte for byte in raw),
        "json": b"".join(b"\\u%04x" % byte for byte in raw),
        "utf-16-le": mark.encode("utf-16-le"),
        "utf-16-be": mark.encode("utf-16-be"),
        **dict(base64_forms(raw)),
    }


FORMS = forms()


def search_bytes(data, wanted=None):
    """Names of the spellings that are in it."""
    return [name for name, text in (wanted or FORMS).items() if text in data]


def files_of(path):
    path = Path(path)
    if not path.is_dir():
        return [path]
    return [each for each in sorted(path.rglob("*"))
            if each.is_file() and not each.is_symlink() and each.name not in MAY_HOLD_SECRETS]


def search(*paths, wanted=None):
    """["FILE: spelling"] of all files at and below the paths."""
    return [f"{file}: {name}" for path in paths for file in files_of(path)
            for name in search_bytes(file.read_bytes(), wanted)]


def main():
    if len(sys.argv) < 2:
        print(__doc__.partition("\n")[0], file=sys.stderr)
        return 2
    found = search(*sys.argv[1:])
    print("\n".join(found + [f"{sum(len(files_of(path)) for path in sys.argv[1:])} files,"
                             f" {len(found)} found"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
