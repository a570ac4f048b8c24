"""`partner-connect config`: what lint finds in broken configs, with line and column; explain; init.

Each broken config is BASE with some lines replaced, so a line keeps its number: what is expected
can be counted in BASE by hand. Columns are bytes, from 1.
"""
import json
import os
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from server import KEPT_ENVIRONMENT, ROOT, binary

BASE = """\
{
  "api_version": "2.2.0",
  "name": "Kelp Charts",
  "description_blurb": "Charts of what grows in your tables.",
  "category": "BI_AND_VIZ",
  "base_url": "https://api.kelp.example",
  "endpoints": {
    "connect_path": "/connect",
    "delete_connection_path": "/delete-connection",
    "test_connection_path": "/test-connection",
    "delete_account_path": "/delete-account",
    "expire_account_path": "/expire-account",
    "get_connectors_path": "/connectors"
  },
  "sign_up_page": "https://kelp.example/sign-up",
  "privacy_policy": "https://kelp.example/privacy",
  "terms_of_service": "https://kelp.example/terms",
  "logo_file": "logo.svg",
  "icon_file": "icon.svg",
  "resources_to_provision": [
    { "resource_type": "PAT" },
    { "resource_type": "SqlEndpoint" }
  ],
  "supported_clouds": ["aws", "azure", "gcp"],
  "hostnames": ["kelp.example"],
  "new_user_action": "auto_add",
  "require_manual_signup": false,
  "trial_type": "account",
  "auth_options": ["AUTH_PAT"]
}
"""

SELF_TEST = """\
{
  "partner": {
    "name": "Kelp Charts",
    "category": "BI_AND_VIZ",
    "connect_url": "https://kelp.example/connect",
    "delete_url": "https://kelp.example/delete-connection",
    "sign_up_url": "https://kelp.example/sign-up",
    "terms_of_service_url": "https://kelp.example/terms",
    "privacy_policy_url": "https://kelp.example/privacy",
    "hostnames": "kelp.example, app.kelp.example",
    "integration_type": "WAREHOUSE_READ",
    "supported_features": ["UNITY_CATALOG"],
    "auth_options": ["AUTH_PAT"]
  }
}
"""

ERROR, WARNING, NOTE = "error", "warning", "note"
LOGO = '<svg width="440" height="100"></svg>'
ICON = '<svg viewBox="0 0 16 16"></svg>'
TOKEN = "dapi" + "0123456789abcdef" * 2

# name: ({line: what stands there instead}, [(level, rule, path, line, column)])
BROKEN = {
    "as_it_is": ({}, []),
    "api_version_of_two_parts": (
        {2: '  "api_version": "2.2",'},
        [(WARNING, "api-version", "api_version", 2, 18)]),
    "api_version_with_letter": (
        {2: '  "api_version": "v2.2.0",'},
        [(WARNING, "api-version", "api_version", 2, 18)]),
    "api_version_3": (
        {2: '  "api_version": "3.0.0",'},
        [(WARNING, "api-version", "api_version", 2, 18)]),
    "api_version_a_number": (
        {2: '  "api_version": 2.2,'},
        [(ERROR, "type", "api_version", 2, 18)]),
    "name_missing": (
        {3: ""},
        [(ERROR, "missing", "name", 1, 1)]),
    "name_empty": (
        {3: '  "name": "",'},
        [(ERROR, "empty", "name", 3, 11)]),
    "name_null": (
        {3: '  "name": null,'},
        [(ERROR, "missing", "name", 3, 11)]),
    "category_misspelled": (
        {5: '  "category": "bi-and-viz",'},
        [(ERROR, "word", "category", 5, 15)]),
    "category_unknown": (
        {5: '  "category": "GARDENING",'},
        [(ERROR, "word", "category", 5, 15)]),
    "ingest_without_connectors": (
        {5: '  "category": "INGEST",', 12: '    "expire_account_path": "/expire-account"',
         13: ""},
        [(ERROR, "no-connectors", "endpoints.get_connectors_path", 7, 16)]),
    "base_url_http": (
        {6: '  "base_url": "http://api.kelp.example",'},
        [(WARNING, "plain-http", "base_url", 6, 15)]),
    "base_url_without_scheme": (
        {6: '  "base_url": "api.kelp.example",'},
        [(ERROR, "url", "base_url", 6, 15)]),
    "base_url_with_query": (
        {6: '  "base_url": "https://api.kelp.example/?v=2",'},
        [(ERROR, "url", "base_url", 6, 15)]),
    "base_url_with_user": (
        {6: '  "base_url": "https://me@api.kelp.example",'},
        [(ERROR, "url", "base_url", 6, 15)]),
    "base_url_on_another_host": (
        {6: '  "base_url": "https://kelp.example.org",'},
        [(WARNING, "hostname-missing", "base_url", 6, 15)]),
    "base_url_local": (
        {6: '  "base_url": "http://localhost:8080",', 25: '  "hostnames": ["localhost"],'},
        [(NOTE, "local", "base_url", 6, 15)]),
    "endpoints_a_list": (
        {7: '  "endpoints": ["/connect"], "x-old": {'},
        [(ERROR, "type", "endpoints", 7, 16)]),
    "connect_path_relative": (
        {8: '    "connect_path": "connect",'},
        [(ERROR, "endpoint-path", "endpoints.connect_path", 8, 21)]),
    "connect_path_a_url": (
        {8: '    "connect_path": "https://api.kelp.example/connect",'},
        [(ERROR, "endpoint-path", "endpoints.connect_path", 8, 21)]),
    "connect_path_missing": (
        {8: ""},
        [(ERROR, "missing", "endpoints.connect_path", 7, 16)]),
    "path_with_query": (
        {10: '    "test_connection_path": "/test?all",'},
        [(ERROR, "endpoint-path", "endpoints.test_connection_path", 10, 29)]),
    "hooks_missing": (
        {9: "", 10: "", 11: '    "delete_account_path": "",',
         12: '    "expire_account_path": null,'},
        [(WARNING, "no-hook", "endpoints.delete_connection_path", 7, 16),
         (WARNING, "no-hook", "endpoints.test_connection_path", 7, 16),
         (WARNING, "no-hook", "endpoints.expire_account_path", 7, 16),
         (WARNING, "no-hook", "endpoints.delete_account_path", 11, 28),
         (NOTE, "null", "endpoints.expire_account_path", 12, 28)]),
    "hook_misspelled": (
        {10: '    "test_conection_path": "/test",'},
        [(WARNING, "no-hook", "endpoints.test_connection_path", 7, 16),
         (WARNING, "misspelled-key", "endpoints.test_conection_path", 10, 5)]),
    "two_operations_one_path": (
        {9: '    "delete_connection_path": "/connection",',
         10: '    "test_connection_path": "/connection",',
         11: '    "delete_account_path": "/connection",',
         12: '    "expire_account_path": "/connection",'},
        [(ERROR, "endpoint-clash", "endpoints.test_connection_path", 10, 29),
         (ERROR, "endpoint-clash", "endpoints.delete_account_path", 11, 28)]),
    "sign_up_page_elsewhere": (
        {15: '  "sign_up_page": "https://sign-up.example/",'},
        [(WARNING, "hostname-missing", "sign_up_page", 15, 19)]),
    "pages_no_urls": (
        {15: '  "sign_up_page": "/sign-up",', 16: '  "privacy_policy": "http://kelp.example",',
         17: '  "terms_of_service": "https://kelp.example:99999/",'},
        [(ERROR, "url", "sign_up_page", 15, 19),
         (WARNING, "plain-http", "privacy_policy", 16, 21),
         (ERROR, "url", "terms_of_service", 17, 23)]),
    "images_of_wrong_kinds": (
        {18: '  "logo_file": "logo.jpeg",', 19: '  "icon_file": "../icon.svg",'},
        [(WARNING, "image-file", "logo_file", 18, 16),
         (WARNING, "image-file", "icon_file", 19, 16)]),
    "images_absent_or_elsewhere": (
        {18: '  "logo_file": "other.png",', 19: '  "icon_file": "/etc/icon.png",'},
        [(NOTE, "no-image", "logo_file", 18, 16),
         (WARNING, "image-file", "icon_file", 19, 16)]),
    "resources_as_words": (
        {21: '    "PAT",'},
        [(ERROR, "type", "resources_to_provision[0]", 21, 5)]),
    "resource_misspelled": (
        {22: '    { "resource_type": "SQL_Endpoint" }'},
        [(ERROR, "word", "resources_to_provision[1].resource_type", 22, 24)]),
    "resource_without_type": (
        {22: '    { "type": "SqlEndpoint" }'},
        [(ERROR, "missing", "resources_to_provision[1].resource_type", 22, 5),
         (NOTE, "stray-key", "resources_to_provision[1].type", 22, 7)]),
    "warehouse_and_cluster": (
        {21: '    { "resource_type": "InteractiveCluster" },'},
        [(WARNING, "resources", "resources_to_provision", 20, 29)]),
    "resource_twice": (
        {21: '    { "resource_type": "SqlEndpoint" },'},
        [(NOTE, "repeated", "resources_to_provision[1]", 22, 24)]),
    "clouds_one_text": (
        {24: '  "supported_clouds": "aws",'},
        [(ERROR, "type", "supported_clouds", 24, 23)]),
    "clouds_misspelled": (
        {24: '  "supported_clouds": ["AWS", "gpc", "azur"],'},
        [(ERROR, "word", "supported_clouds[0]", 24, 24),
         (WARNING, "other-spelling", "supported_clouds[1]", 24, 31),
         (ERROR, "word", "supported_clouds[2]", 24, 38)]),
    "clouds_none": (
        {24: '  "supported_clouds": [],'},
        [(WARNING, "empty-list", "supported_clouds", 24, 23)]),
    "hostnames_of_wrong_forms": (
        {25: '  "hostnames": ["*.kelp.example", "https://kelp.example", "kelp.example:443",'
             ' "kelp.example"],'},
        [(WARNING, "hostname-form", "hostnames[0]", 25, 17),
         (WARNING, "hostname-form", "hostnames[1]", 25, 35),
         (WARNING, "hostname-form", "hostnames[2]", 25, 59)]),
    "hostnames_wildcard_alone": (
        {25: '  "hostnames": ["*.kelp.example"],'},
        [(WARNING, "hostname-missing", "base_url", 6, 15),
         (WARNING, "hostname-missing", "sign_up_page", 15, 19),
         (WARNING, "hostname-form", "hostnames[0]", 25, 17)]),
    "hostnames_one_text": (
        {25: '  "hostnames": "kelp.example,app.kelp.example",'},
        [(ERROR, "type", "hostnames", 25, 16)]),
    "hostnames_none": (
        {25: '  "hostnames": [],'},
        [(ERROR, "empty", "hostnames", 25, 16)]),
    "hostnames_local_and_top_level": (
        {25: '  "hostnames": ["kelp.example", "localhost", "example"],'},
        [(WARNING, "hostname-local", "hostnames[1]", 25, 33),
         (WARNING, "hostname-form", "hostnames[2]", 25, 46)]),
    "hostname_for_hostnames": (
        {25: '  "hostname": ["kelp.example"],'},
        [(ERROR, "missing", "hostnames", 1, 1),
         (WARNING, "misspelled-key", "hostname", 25, 3)]),
    "new_user_action_misspelled_twice": (
        {26: '  "new_user_acton": "AUTOADD",'},
        [(ERROR, "missing", "new_user_action", 1, 1),
         (WARNING, "misspelled-key", "new_user_acton", 26, 3),
         (ERROR, "word", "new_user_acton", 26, 21)]),
    "manual_signup_a_text": (
        {27: '  "require_manual_signup": "true",'},
        [(ERROR, "type", "require_manual_signup", 27, 28)]),
    "manual_signup_with_auto_add": (
        {27: '  "require_manual_signup": true,'},
        [(WARNING, "manual-signup", "new_user_action", 26, 22)]),
    "manual_signup_with_not_found": (
        {26: '  "new_user_action": "not_found",', 27: '  "require_manual_signup": true,'},
        []),
    "trial_type_unknown": (
        {28: '  "trial_type": "workspace",'},
        [(ERROR, "word", "trial_type", 28, 17)]),
    "pat_and_m2m": (
        {29: '  "auth_options": ["AUTH_PAT", "AUTH_OAUTH_M2M"]'},
        [(ERROR, "auth-clash", "auth_options", 29, 19)]),
    "m2m_with_a_token_resource": (
        {29: '  "auth_options": ["AUTH_OAUTH_M2M"]'},
        [(WARNING, "resources", "resources_to_provision", 21, 24)]),
    "no_auth_at_all": (
        {21: "", 29: '  "auth_options": []'},
        [(WARNING, "empty-list", "auth_options", 29, 19)]),
    "u2m_without_published_app": (
        {29: '  "auth_options": ["AUTH_PAT", "AUTH_OAUTH_U2M"]'},
        [(NOTE, "oauth-redirect", "auth_options", 29, 32)]),
    "published_app_without_u2m": (
        {28: '  "is_published_app": true,'},
        [(WARNING, "published-app", "is_published_app", 28, 23)]),
    "stray_keys": (
        {27: '  "connect_path": "/connect", "colour": "green", "x-ours": {"a": 1},'},
        [(NOTE, "stray-key", "connect_path", 27, 3),
         (NOTE, "stray-key", "colour", 27, 31)]),
    "permissions": (
        {27: '  "data_permissions": [{"permission": "select"}, {"permission": "SELECT"}],',
         28: '  "object_permissions": [{"permission": "Token", "level": "CAN_USE"},'
             ' {"name": "SQL_Endpoint", "level": "CAN_DO"}],'},
        [(ERROR, "word", "data_permissions[0].permission", 27, 39),
         (NOTE, "reading", "object_permissions[0].permission", 28, 41),
         (ERROR, "word", "object_permissions[1].level", 28, 105)]),
    "test_workspace": (
        {28: '  "test_workspace_detail": {"hostname": "https://w.example", "port": "443",'
             ' "jdbc_url": "jdbc:databricks://w", "databricks_jdbc_url": "jdbc:databricks://w",'
             ' "http_path": "/sql", "zone": 1},'},
        [(WARNING, "test-workspace", "test_workspace_detail.cluster_id", 28, 28),
         (WARNING, "test-workspace", "test_workspace_detail.hostname", 28, 41),
         (ERROR, "type", "test_workspace_detail.port", 28, 70),
         (WARNING, "test-workspace", "test_workspace_detail.jdbc_url", 28, 89),
         (NOTE, "stray-key", "test_workspace_detail.zone", 28, 179)]),
    "secrets": (
        {27: f'  "pat": "{TOKEN}", "basic_password": "p", "x-ours": {{"list": ["{TOKEN}"]}},',
         28: '  "test_workspace_detail": {"hostname": "w.example", "port": 443,'
             ' "jdbc_url": "jdbc:spark://w;PWD=p", "databricks_jdbc_url": "jdbc:databricks://w",'
             ' "http_path": "/sql", "cluster_id": "c"},'},
        [(NOTE, "stray-key", "pat", 27, 3),
         (WARNING, "secret", "pat", 27, 10),
         (NOTE, "stray-key", "basic_password", 27, 50),
         (WARNING, "secret", "basic_password", 27, 68),
         (WARNING, "secret", "x-ours.list[0]", 27, 93),
         (WARNING, "secret", "test_workspace_detail.jdbc_url", 28, 79)]),
    "everything_null": (
        {line: "" for line in range(2, 30)} | {2: '  "name": null, "trial_type": null'},
        [(ERROR, "missing", name, 1, 1)
         for name in ("api_version", "description_blurb", "category", "base_url", "endpoints",
                      "sign_up_page", "privacy_policy", "terms_of_service", "logo_file",
                      "icon_file", "resources_to_provision", "supported_clouds", "hostnames",
                      "new_user_action")] +
        [(ERROR, "missing", "name", 2, 11), (NOTE, "null", "trial_type", 2, 31)]),
}

BROKEN_SELF_TEST = {
    "as_it_is": ({}, []),
    "hostname": (
        {10: '    "hostname": "kelp.example",'},
        [(NOTE, "reading", "partner.hostname", 10, 17)]),
    "hostnames_a_list": (
        {10: '    "hostnames": ["kelp.example"],'},
        [(ERROR, "type", "partner.hostnames", 10, 18)]),
    "hostnames_of_wrong_forms": (
        {10: '    "hostnames": "kelp.example,*.kelp.example",'},
        [(WARNING, "hostname-form", "partner.hostnames", 10, 18)]),
    "connect_url_elsewhere": (
        {5: '    "connect_url": "http://kelp.example.org/connect",'},
        [(WARNING, "plain-http", "partner.connect_url", 5, 20),
         (WARNING, "hostname-missing", "partner.connect_url", 5, 20)]),
    "delete_url_absent": ({6: ""}, []),
    "integration_type_misspelled": (
        {11: '    "integration_type": "WAREHOUSE",'},
        [(ERROR, "word", "partner.integration_type", 11, 25)]),
    "features_that_do_not_fit": (
        {12: '    "supported_features": ["EXTERNAL_LOCATION", "NON_ADMIN"],',
         13: '    "auth_options": ["AUTH_OAUTH_M2M"]'},
        [(WARNING, "features", "partner.supported_features", 12, 28),
         (WARNING, "features", "partner.auth_options", 13, 21)]),
    "pat_and_m2m": (
        {13: '    "auth_options": ["AUTH_PAT", "AUTH_OAUTH_M2M"]'},
        [(ERROR, "auth-clash", "partner.auth_options", 13, 21)]),
}

NO_JSON = {
    "empty": ("", 1, 1),
    "comma_too_many": (BASE.replace('["AUTH_PAT"]', '["AUTH_PAT"],'), 30, 1),
    "comma_too_few": (BASE.replace('"2.2.0",', '"2.2.0"'), 3, 3),
    "key_twice": (BASE.replace('"trial_type"', '"name"'), 28, 3),
    "comment": (BASE.replace("{\n", "{ // ours\n", 1), 1, 3),
    "yaml": ("name: Kelp\n", 1, 1),
    "cut_short": (BASE[:BASE.index("/test-connection")], 10, 30),
}


def with_lines(text, changes):
    lines = text.splitlines()
    for number, line in changes.items():
        lines[number - 1] = line
    return "\n".join(lines) + "\n"


def config(*arguments, stdout=subprocess.PIPE):
    """Runs `partner-connect config ...`; a sanitizer's word fails the test."""
    env = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    done = subprocess.run([binary(), "config", *map(str, arguments)], env=env, stdout=stdout,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60)
    stderr = done.stderr.decode()
    assert "Sanitizer" not in stderr and "runtime error" not in stderr, stderr
    done.stderr = stderr
    done.stdout = (done.stdout or b"").decode()
    return done


def lint(path, *flags):
    """(exit status, findings) as JSON says them."""
    done = config("lint", path, "-o", "json", *flags)
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert report["schema_version"] == 1
    assert report["file"] == str(path)
    for level in (ERROR, WARNING, NOTE):
        assert report[f"{level}s"] == sum(f["level"] == level for f in report["findings"])
    return done.returncode, report["findings"]


def places(findings):
    return [(f["level"], f["rule"], f["path"], f["line"], f["column"]) for f in findings]


@pytest.fixture
def folder(tmp_path):
    """With the images that BASE names."""
    (tmp_path / "logo.svg").write_text(LOGO)
    (tmp_path / "icon.svg").write_text(ICON)
    return tmp_path


def write(folder, text):
    path = folder / "partner.json"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", BROKEN)
def test_finds(folder, name):
    changes, expected = BROKEN[name]
    path = write(folder, with_lines(BASE, changes))
    status, findings = lint(path)
    assert places(findings) == expected
    levels = {level for level, *_ in expected}
    assert status == (1 if ERROR in levels else 0)
    assert lint(path, "--strict")[0] == (1 if levels & {ERROR, WARNING} else 0)
    for finding in findings:
        assert TOKEN not in json.dumps(finding)


@pytest.mark.parametrize("name", BROKEN_SELF_TEST)
def test_finds_in_a_self_test_config(folder, name):
    changes, expected = BROKEN_SELF_TEST[name]
    status, findings = lint(write(folder, with_lines(SELF_TEST, changes)))
    # The first says which kind of file this is.
    assert places(findings) == [(NOTE, "self-test", "partner", 2, 14), *expected]
    assert status == (1 if any(level == ERROR for level, *_ in expected) else 0)


@pytest.mark.parametrize("name", NO_JSON)
def test_what_is_no_json_has_its_place(folder, name):
    text, line, column = NO_JSON[name]
    path = write(folder, text)
    status, findings = lint(path)
    assert (status, places(findings)) == (3, [(ERROR, "json", "$", line, column)])
    done = config("lint", path)
    assert done.returncode == 3
    assert done.stdout.startswith(f"{path}:{line}:{column}: error: the config is no JSON: ")


def test_there_are_enough_of_them():
    assert sum(bool(expected) for _, expected in BROKEN.values()) >= 50


def test_no_object(folder):
    assert places(lint(write(folder, "[1]\n"))[1]) == [(ERROR, "type", "$", 1, 1)]


# ---- Suggestions ----

@pytest.mark.parametrize("changes, rule, suggestion", [
    ({26: '  "new_user_acton": "AUTOADD",'}, "missing", '"new_user_acton" looks like it'),
    ({26: '  "new_user_acton": "AUTOADD",'}, "misspelled-key", 'did you mean "new_user_action"?'),
    ({26: '  "new_user_acton": "AUTOADD",'}, "word", 'did you mean "auto_add"?'),
    ({26: '  "new_user_action": "ask",'}, "word", "one of auto_add, invite, not_found, error"),
    ({24: '  "supported_clouds": ["gpc"],'}, "other-spelling", 'write "gcp"'),
    ({24: '  "supported_clouds": "aws",'}, "type", 'like ["aws", "azure", "gcp"]'),
    ({21: '    "PAT",'}, "type", 'like { "resource_type": "PAT" }'),
    ({25: '  "hostnames": ["https://*.kelp.example:443/", "kelp.example"],'}, "hostname-form",
     'write "kelp.example"; names below it are covered too'),
    ({6: '  "base_url": "https://kelp.example.org",'}, "hostname-missing",
     'add "kelp.example.org" to hostnames'),
    ({6: '  "base_url": "kelp.example",'}, "url", 'write "https://kelp.example"'),
    ({8: '    "connect_path": "https://kelp.example/connect",'}, "endpoint-path",
     'write "/connect"; the rest belongs into base_url'),
    ({27: '  "require_manual_signup": "true",'}, "type",
     "write it without quotes: true or false"),
    ({27: '  "connect_path": "/connect",'}, "stray-key", "it is looked for in endpoints"),
], ids=["missing", "key", "word_of_a_misspelled_key", "no_word_near", "spelling", "list", "object",
        "hostname", "host", "scheme", "path", "quotes", "home"])
def test_suggests(folder, changes, rule, suggestion):
    findings = lint(write(folder, with_lines(BASE, changes)))[1]
    assert suggestion in [f.get("suggestion") for f in findings if f["rule"] == rule]


# ---- Images ----

def png(width, height):
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(
        ">I", zlib.crc32(header))


@pytest.mark.parametrize("logo, icon, rules", [
    (png(440, 100), png(128, 128), []),
    (png(400, 100), png(512, 512), []),
    (png(450, 100), png(129, 129), []),
    (png(399, 100), png(127, 127), ["logo-shape", "icon-shape"]),
    (png(451, 100), png(128, 129), ["logo-shape", "icon-shape"]),
    (png(100, 440), png(1, 1), ["logo-shape", "icon-shape"]),
    (b"GIF89a" + bytes(40), png(128, 128)[:20], ["image-file", "image-file"]),
    (b"", LOGO.encode(), ["image-file", "image-file"]),
], ids=["best", "narrowest", "widest", "too_narrow_too_small", "too_wide_no_square", "upright",
        "no_png", "svg_named_png"])
def test_pngs(folder, logo, icon, rules):
    (folder / "logo.png").write_bytes(logo)
    (folder / "icon.png").write_bytes(icon)
    path = write(folder, with_lines(BASE, {18: '  "logo_file": "logo.png",',
                                           19: '  "icon_file": "icon.png",'}))
    assert [f["rule"] for f in lint(path)[1]] == rules


@pytest.mark.parametrize("logo, icon, rules", [
    (LOGO, '<svg width="128" height="128"/>', []),
    ('<svg viewBox="0 0 4.4 1"/>', '<svg viewBox="0 0 1 1"/>', []),
    ('<svg viewBox="0 0 4.6 1"/>', '<svg viewBox="0 0 1 2"/>', ["logo-shape", "icon-shape"]),
    ('<svg width="440" height="100.5"/>', '<svg width="127px" height="127px"/>', ["icon-shape"]),
    ("<html/>", "<svg/>", ["image-file", "image-file"]),
], ids=["sizes", "view_boxes", "wrong_view_boxes", "fraction", "no_svg"])
def test_svgs(folder, logo, icon, rules):
    (folder / "logo.svg").write_text(logo)
    (folder / "icon.svg").write_text(icon)
    assert [f["rule"] for f in lint(write(folder, BASE))[1]] == rules


def test_an_image_that_is_no_file_is_not_waited_for(folder):
    (folder / "logo.svg").unlink()
    os.mkfifo(folder / "logo.svg")
    (folder / "icon.svg").write_bytes(ICON.encode() + bytes(4 * 1024 * 1024))
    assert [f["rule"] for f in lint(write(folder, BASE))[1]] == ["image-file", "image-file"]


# ---- Connectors ----

LIST = "Unique Identifier,Connector Name\nkelp_farm,Kelp Farm\ntide & time,Tide\n"
OWN = "identifier,name,type\nkelp_farm,Kelp,source\nkelp-farm,Kelp,source\n\"Tide\n\",T,target\n"


def test_connectors_are_compared_with_the_list(folder):
    path = write(folder, with_lines(BASE, {3: ""}))
    (folder / "own.csv").write_text(OWN)
    (folder / "list.csv").write_text(LIST)
    status, findings = lint(path, "--connectors", folder / "own.csv",
                            "--connectors-csv", folder / "list.csv")
    assert status == 1
    assert places(findings) == [
        (ERROR, "missing", "name", 1, 1),
        (WARNING, "unknown-connector", "connectors[1].identifier", 3, 1),
        (WARNING, "unknown-connector", "connectors[2].identifier", 4, 1)]
    assert [f["file"] for f in findings] == [str(path)] + [str(folder / "own.csv")] * 2
    assert findings[1]["suggestion"] == 'did you mean "kelp_farm"?'


@pytest.mark.parametrize("own, the_list, said", [
    ("identifier,name\na,A\n", LIST, "the first line has no column type"),
    (OWN + "kelp_farm,Kelp,source\n", LIST, "the identifier kelp_farm stands twice"),
    (OWN, "a,b\n", "the first line has no column Unique Identifier"),
    (OWN, None, "No such file or directory"),
], ids=["own_without_column", "own_twice", "another_list", "no_list"])
def test_connectors_that_cannot_be_read(folder, own, the_list, said):
    (folder / "own.csv").write_text(own)
    if the_list is not None:
        (folder / "list.csv").write_text(the_list)
    done = config("lint", write(folder, BASE), "--connectors", folder / "own.csv",
                  "--connectors-csv", folder / "list.csv")
    assert done.returncode == 3
    assert said in done.stderr


def test_our_connectors_are_read():
    assert config("lint", ROOT / "partners/ingest.json", "--connectors",
                  ROOT / "partners/connectors.csv").returncode == 0


# ---- What it writes ----

def test_text(folder):
    path = write(folder, with_lines(BASE, {26: '  "new_user_action": "AUTOADD",'}))
    done = config("lint", path)
    assert done.returncode == 1
    assert done.stdout == (
        f"{path}:26:22: error: new_user_action is `AUTOADD`, which is no new_user_action [word]\n"
        '    did you mean "auto_add"?\n')
    assert done.stderr == f"{path}: 1 error, 0 warnings, 0 notes\n"


def test_a_key_cannot_write_to_the_terminal(folder):
    path = write(folder, with_lines(BASE, {27: r'  "a\u001b[2J\n\u009bb": 1,'}))
    done = config("lint", path)
    assert done.stdout.count("\n") == 1
    assert "\x1b" not in done.stdout and "\x9b" not in done.stdout


@pytest.mark.parametrize("name", [p.name for p in sorted((ROOT / "partners").glob("*.json"))])
def test_our_samples_pass(name):
    status, findings = lint(ROOT / "partners" / name, "--strict")
    assert status == 0
    assert {f["rule"] for f in findings} <= {"local"}


@pytest.mark.parametrize("arguments, status", [
    ((), 2), (("--help",), 0), (("lint", "--help"), 0), (("wash",), 2), (("lint",), 2),
    (("lint", "a", "b"), 2), (("lint", "a", "--output", "xml"), 2), (("lint", "a", "--no-such"), 2),
    (("lint", "a", "--output"), 2), (("lint", "a", "--connectors-csv", "b"), 2),
    (("lint", "/no/such/file"), 3), (("lint", "/"), 3), (("explain", "no_such_thing"), 2),
    (("explain", "a", "b"), 2), (("explain", "--strict"), 2), (("init", "x"), 2),
    (("init", "--category", "ingst"), 2), (("init", "--name", ""), 2),
], ids=lambda value: "_".join(value) if isinstance(value, tuple) else None)
def test_usage(arguments, status):
    done = config(*arguments)
    assert done.returncode == status
    assert bool(done.stdout) == (status == 0)
    assert bool(done.stderr) == (status != 0)


def test_a_full_disk_is_told():
    with open("/dev/full", "wb") as full:
        done = config("init", stdout=full)
    assert done.returncode == 6
    assert "could not be written" in done.stderr


# ---- explain and init ----

def test_explain():
    said = config("explain", "new_user_action").stdout
    for part in ("auto_add, invite, not_found, error", "required", "P302",
                 "Source: Partner Connect contract, partner config"):
        assert part in said
    assert "did you mean new_user_action?" in config("explain", "new_user_acton").stderr


def test_every_listed_name_is_explained():
    names = [line.split()[0] for line in config("explain").stdout.splitlines()
             if line.startswith("  ")]
    assert len(names) > 90
    for name in names:
        said = config("explain", name)
        assert said.returncode == 0
        assert said.stdout.splitlines()[0] == name


def test_docs_are_what_explain_prints():
    assert (ROOT / "docs/config.md").read_text() == config("explain", "--markdown").stdout


def test_every_rule_is_found_somewhere():
    """`refused` is a backstop that nothing known reaches; too-long is lint_test's."""
    listed = {line.split()[0]
              for line in config("explain").stdout.split("Rules of lint\n\n")[1].splitlines()}
    found = {rule for _, expected in [*BROKEN.values(), *BROKEN_SELF_TEST.values()]
             for _, rule, *_ in expected}
    elsewhere = {"json", "self-test", "logo-shape", "icon-shape", "unknown-connector", "refused",
                 "too-long"}
    assert listed == found | elsewhere


@pytest.mark.parametrize("flags", [(), ("--category", "INGEST", "--name", 'Kelp "2" ü')],
                         ids=["plain", "named"])
def test_init_prints_what_lints_and_serves(folder, serve, flags):
    text = config("init", *flags).stdout
    status, findings = lint(write(folder, text), "--strict")
    assert status == 0
    assert {f["rule"] for f in findings} == {"local"}
    assert serve(config=json.loads(text)).is_running()
