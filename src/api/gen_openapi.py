"""Makes openapi_parts.c of docs/openapi.yaml: the document in JSON, cut where a server puts its own
address and paths in.

    gen_openapi.py docs/openapi.yaml OUTPUT.c
"""
import json
import sys

import yaml

# The usual path of each operation, and the member of struct partner_endpoints that replaces it.
ENDPOINTS = {
    "/connect": "connect_path",
    "/delete-connection": "delete_connection_path",
    "/test-connection": "test_connection_path",
    "/delete-account": "delete_account_path",
    "/expire-account": "expire_account_path",
    "/connectors": "get_connectors_path",
}


def array(name, value):
    """As numbers, for a C literal may be no longer than 4,095 bytes."""
    data = json.dumps(value, separators=(",", ":")).encode("ascii")
    lines = (",".join(map(str, data[i:i + 24])) for i in range(0, len(data), 24))
    return f"static const char {name}[] = {{\n\t" + ",\n\t".join(lines) + "\n};"


def main():
    with open(sys.argv[1], encoding="utf-8") as source:
        document = yaml.safe_load(source)
    paths = document.pop("paths")
    del document["servers"]
    if set(paths) != set(ENDPOINTS):
        sys.exit(f"gen_openapi.py: the paths are {sorted(paths)}, not {sorted(ENDPOINTS)}")
    out = ['#include "api/openapi.h"', "", array("rest", document)]
    out += [array(member, paths[path]) for path, member in ENDPOINTS.items()]
    out += ["const struct str openapi_rest = { rest, sizeof(rest) };",
            "const struct openapi_path openapi_paths[] = {"]
    for member in ENDPOINTS.values():
        out.append(f"\t{{ offsetof(struct partner_endpoints, {member}), "
                   f"{{ {member}, sizeof({member}) }} }},")
    out += ["};", f"const size_t n_openapi_paths = {len(ENDPOINTS)};", ""]
    with open(sys.argv[2], "w", encoding="utf-8") as output:
        output.write("\n".join(out))


main()
