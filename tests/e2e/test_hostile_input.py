"""What is sent to hurt: one test a row of the table of hostile input, many payloads a row.

Every refusal has the contract's status, an error body of the contract, no word of what was sent,
and leaves the store as it was. Limits of size are in test_limits.py, the log in test_log.py.

Rules: AUTH-1, AUTH-2, CONNECT-20, CONNECT-21, ERROR-1 to ERROR-5, TRANSPORT-1 to TRANSPORT-7,
ACCOUNT-2, DELETE-1, TEST-1
"""
import base64
import socket
import threading
import time
import uuid

import pytest
from databricks import (Person, Workspace, connect_body, connection_body, delete_account_body,
                        expire_account_body, new_domain, signin_body)
from hostile import (LIBRARY_STATUSES, MARK, Raw, Victim, basic, check_error_body, check_no_echo,
                     check_refusal, connection, exchange, head, marked_body, median_seconds, put,
                     receive, request, to_json)


@pytest.fixture(scope="module")
def shared(serve_for_module):
    victim = Victim(serve_for_module(test_hooks="on"))
    yield victim
    victim.check_works()
    victim.contents.close()


@pytest.fixture
def victim(shared):
    """The server of the module; unharmed by the test unless it settles what it stored."""
    shared.settle()
    yield shared
    shared.check_unharmed()


def settle_after(victim, answer):
    """An attack that is no attack: it was served."""
    assert answer.status == 200, answer.raw
    victim.settle()
    return answer.json()


# ---- Authorization ----

def encoded(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


USER, PASSWORD = "databricks-e2e", "correct horse battery"
RIGHT = f"Authorization: {basic(USER, PASSWORD)}"

BAD_AUTHORIZATIONS = {
    "none": [],
    "empty": ["Authorization:"],
    "scheme_alone": ["Authorization: Basic"],
    "scheme_and_blank": ["Authorization: Basic "],
    "bearer": [f"Authorization: Bearer {encoded(f'{USER}:{PASSWORD}')}"],
    "digest": [f'Authorization: Digest username="{USER}"'],
    "no_scheme": [f"Authorization: {encoded(f'{USER}:{PASSWORD}')}"],
    "no_base64": [f"Authorization: Basic {MARK}!!"],
    "plain": [f"Authorization: Basic {USER}:{PASSWORD}"],
    "url_safe_base64": ["Authorization: Basic " + base64.urlsafe_b64encode(
        b"databricks-e2e:\xfb\xff\xfe").decode()],
    "no_padding": [f"Authorization: Basic {encoded(f'{USER}:{PASSWORD}x').rstrip('=')}"],
    "spare_bits": [f"Authorization: Basic {encoded('a:b')[:-1]}=="],
    "blank_within": [f"Authorization: Basic {encoded(f'{USER}:{PASSWORD}')[:8]} "
                     f"{encoded(f'{USER}:{PASSWORD}')[8:]}"],
    "two_blanks": [f"Authorization: Basic  {encoded(f'{USER}:{PASSWORD}')}"],
    "more_behind": [f"Authorization: Basic {encoded(f'{USER}:{PASSWORD}')}, Basic x"],
    "no_colon": [f"Authorization: Basic {encoded(USER + PASSWORD)}"],
    "nul_in_user": [f"Authorization: Basic {encoded(f'{USER}{chr(0)}x:{PASSWORD}')}"],
    "nul_behind_password": [f"Authorization: Basic {encoded(f'{USER}:{PASSWORD}{chr(0)}')}"],
    "newline_in_password": [f"Authorization: Basic {encoded(f'{USER}:{PASSWORD}{chr(10)}')}"],
    "oversized": [f"Authorization: Basic {encoded(f'{USER}:{PASSWORD}' + 'x' * 800)}"],
    "huge": [f"Authorization: Basic {encoded('x' * 6000)}"],
    "twice": [RIGHT, RIGHT],
    "right_and_wrong": [RIGHT, f"Authorization: {basic(USER, MARK)}"],
    "wrong_and_right": [f"authorization: {basic(MARK, PASSWORD)}", RIGHT],
    "wrong_password": [f"Authorization: {basic(USER, MARK)}"],
    "wrong_user": [f"Authorization: {basic(MARK, PASSWORD)}"],
    "user_in_upper_case": [f"Authorization: {basic(USER.upper(), PASSWORD)}"],
    "password_and_blank": [f"Authorization: {basic(USER, PASSWORD + ' ')}"],
    "password_cut": [f"Authorization: {basic(USER, PASSWORD[:-1])}"],
    "empty_password": [f"Authorization: {basic(USER, '')}"],
    "empty_user": [f"Authorization: {basic('', PASSWORD)}"],
    "colon_alone": [f"Authorization: {basic('', '')}"],
    "latin1": ["Authorization: Basic " + encoded("databricks-e2e:caf\xe9".encode("latin-1"))],
    "proxy_authorization": [f"Proxy-{RIGHT}"],
}


@pytest.mark.parametrize("name", BAD_AUTHORIZATIONS)
def test_credentials_that_are_none(victim, name):
    """AUTH-1: one 401 for all of them."""
    answer = victim.connect(marked_body(), authorization=False, fields=BAD_AUTHORIZATIONS[name])
    check_refusal(answer, 401, "unauthorized", sent=[PASSWORD])
    assert answer.body == b'{"error_reason":"unauthorized"}'
    assert answer.fields["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("name", BAD_AUTHORIZATIONS)
def test_the_body_of_a_stranger_is_not_awaited(victim, name):
    """AUTH-1: known to be wrong from the first time on, and then refused by the head alone."""
    fields = [*BAD_AUTHORIZATIONS[name], "Content-Length: 60000", "Expect: 100-continue"]
    victim.connect(marked_body(), authorization=False, fields=BAD_AUTHORIZATIONS[name])
    answer = victim.send(head(victim.server, "POST", "/connect", fields, authorization=False))
    check_refusal(answer, 401, "unauthorized")


def test_an_unknown_user_costs_what_a_wrong_password_does(victim):
    """AUTH-2: values never seen before, so each is verified and none remembered."""
    def attempt(user):
        def action():
            answer = victim.connect({}, authorization=False, fields=[
                f"Authorization: {basic(user or uuid.uuid4().hex, uuid.uuid4().hex)}"])
            check_refusal(answer, 401, "unauthorized")
        return action

    known, unknown = median_seconds(attempt(USER)), median_seconds(attempt(None))
    assert 0.5 < known / unknown < 2, (known, unknown)


def test_a_password_may_hold_a_colon_and_utf8(serve):
    """AUTH-1"""
    server = serve.make()
    server.user, server.password = "über", "a:b:ключ:"
    server.start()
    answer = exchange(server, request(server, "POST", "/connect", connect_body(Person(),
                                                                               Workspace())))
    assert answer.status == 200, answer.raw
    for password in ("a", "a:b", "a:b:ключ", "b:ключ:"):
        answer = exchange(server, request(
            server, "POST", "/connect", {}, authorization=False,
            fields=[f"Authorization: {basic('über', password)}"]))
        check_refusal(answer, 401, "unauthorized")


# ---- JSON ----

GOOD = to_json(marked_body())

DUPLICATES = {
    "first_level": GOOD[:-1] + b',"demo":true}',
    "same_value": GOOD[:-1] + b',"port":443}',
    "user_info_twice": GOOD[:-1] + b',"user_info":{}}',
    "spelled_by_escape": GOOD[:-1] + b',"\\u0064emo":true}',
    "in_user_info": GOOD.replace(b'"email":', b'"email":"a@b.example","email":', 1),
    "in_auth": GOOD.replace(b'"personal_access_token":', b'"personal_access_token":"a",'
                            b'"personal_access_token":', 1),
    "in_unknown_object": GOOD[:-1] + b',"x":{"roles":[],"roles":["admin"]}}',
    "in_unknown_array": GOOD[:-1] + b',"x":[[{"a":1,"b":2,"a":3}]]}',
    "unknown_twice": GOOD[:-1] + f',"{MARK}":1,"{MARK}":1}}'.encode(),
    "empty_name_twice": GOOD[:-1] + b',"":1,"":1}',
}


@pytest.mark.parametrize("name", DUPLICATES)
def test_a_name_twice(victim, name):
    """TRANSPORT-5"""
    check_refusal(victim.connect(DUPLICATES[name]), 400, "bad_request")


@pytest.mark.parametrize("method, path", [
    ("POST", "/delete-connection"), ("DELETE", "/delete-connection"), ("POST", "/test-connection")])
def test_a_name_twice_elsewhere(victim, method, path):
    body = to_json(connection_body(victim.workspace, victim.connection_id))
    for twice in (b"connection_id", b"cloud_provider", b"databricks_organization_id"):
        answer = victim.post(path, body.replace(b'"' + twice, b'"' + twice + b'":"x","' + twice),
                             method=method)
        check_refusal(answer, 400, "bad_request")


@pytest.mark.parametrize("names", [
    ("Email", "email"), ("EMAIL", "email"), ("email", "Email"), ("email ", "email"),
    ("\u0435mail", "email"), ("e-mail", "email"), ("user_info.email", "email")])
def test_names_are_matched_byte_for_byte(victim, names):
    """TRANSPORT-2: a name that is nearly ours is not ours, whichever comes first."""
    other = next(name for name in names if name != "email")
    person = Person()
    body = marked_body()
    emails = {"email": person.email, other: f"admin@{new_domain()}"}
    body["user_info"] = {**{name: emails[name] for name in names},
                         **{name: value for name, value in body["user_info"].items()
                            if name != "email"}}
    answer = settle_after(victim, victim.connect(to_json(body)))
    assert victim.server.rows(
        "SELECT u.email FROM account_user u JOIN connection c ON c.creator_user_id = u.id "
        "WHERE c.id = ?", answer["connection_id"]) == [{"email": person.email}]


BAD_IDS = ["1.0", "1e3", "1E3", '"1"', "true", "false", "null", "[]", "[1]", "{}", "-0",
           "9223372036854775808", "-9223372036854775809", "18446744073709551621",
           "9" * 400, "-" + "9" * 400, "1e999999999", "1e-999999999", "0.1",
           "1" + "0" * 30000, "1e" + "9" * 30000, "0." + "0" * 30000 + "1"]
NO_NUMBERS = ["+1", "01", "-01", ".1", "1.", "0x10", "1e", "1e+", "--1", "NaN", "Infinity",
              "-Infinity", "-", "1_000", "１", "0b1", "1 000"]
ID_FIELDS = ["workspace_id", "user_info.databricks_user_id",
             "user_info.databricks_organization_id"]


def named(texts):
    return [pytest.param(text, id=text[:24] + ("..." if len(text) > 24 else "")) for text in texts]


@pytest.mark.parametrize("field", ID_FIELDS)
@pytest.mark.parametrize("text", named(BAD_IDS))
def test_an_id_that_is_no_int64(victim, field, text):
    """TRANSPORT-1"""
    answer = victim.connect(to_json(put(marked_body(), field, Raw(text))))
    check_refusal(answer, 400, "bad_request", path=field, sent=[text])


@pytest.mark.parametrize("text", named([*BAD_IDS, "-1", "2147483648", "4294967739"]))
def test_a_port_that_is_no_int32(victim, text):
    """CONNECT-21: no number wraps around."""
    answer = victim.connect(to_json(marked_body(port=Raw(text))))
    check_refusal(answer, 400, "bad_request", path="port", sent=[text])


@pytest.mark.parametrize("text", named(NO_NUMBERS))
def test_a_number_that_is_none(victim, text):
    for field in ("workspace_id", "unknown"):
        answer = victim.connect(to_json(put(marked_body(), field, Raw(text))))
        check_refusal(answer, 400, "bad_request", sent=[text])


def other_operations(victim):
    """(method, path, body, its id field)"""
    workspace = victim.workspace
    test_person = Person(new_domain("databricks-test.com"))
    connection_of = connection_body(workspace, victim.connection_id)
    organization = "databricks_organization_id"
    return [
        ("POST", "/delete-connection", connection_of, organization),
        ("DELETE", "/delete-connection", connection_of, organization),
        ("POST", "/test-connection", connection_of, organization),
        ("DELETE", "/delete-account", delete_account_body(test_person.domain, workspace),
         organization),
        ("PUT", "/expire-account", expire_account_body(test_person, workspace), organization),
        ("PUT", "/expire-account", expire_account_body(test_person, workspace),
         "databricks_user_id"),
    ]


@pytest.mark.parametrize("text", named(BAD_IDS))
def test_an_id_that_is_no_int64_elsewhere(victim, text):
    """TRANSPORT-1"""
    for method, path, body, field in other_operations(victim):
        if text == "null" and path == "/test-connection":
            continue  # null is absent, and there it may be
        answer = victim.post(path, to_json({**body, field: Raw(text)}), method=method)
        check_refusal(answer, 400, "bad_request", path=field, sent=[text])


@pytest.mark.parametrize("text", named(["1e999999999", "9" * 50000, "0." + "1" * 50000, "-0",
                                        "123456789012345678901234567890"]))
def test_a_number_in_an_unknown_field_is_skipped(victim, text):
    """TRANSPORT-2: whatever its size."""
    settle_after(victim, victim.connect(to_json(marked_body(unknown=Raw(text)))))


NOT_TEXT = {
    "overlong_slash": b"\xc0\xaf", "overlong_nul": b"\xc0\x80", "overlong_3": b"\xe0\x80\xaf",
    "overlong_4": b"\xf0\x80\x80\xaf", "surrogate": b"\xed\xa0\x80",
    "surrogate_pair": b"\xed\xa0\xbd\xed\xb8\x80", "above_unicode": b"\xf4\x90\x80\x80",
    "lone_continuation": b"\x80", "cut_sequence": b"\xe2\x82", "ff": b"\xff", "fe": b"\xfe",
    "latin1": b"caf\xe9", "escaped_lone_high": b"\\ud83d", "escaped_lone_low": b"\\ude00",
    "escaped_low_high": b"\\ude00\\ud83d", "escaped_high_high": b"\\ud83d\\ud83d",
    "escaped_high_then_text": b"\\ud83dx", "raw_nul": b"\x00", "raw_newline": b"\n",
    "raw_tab": b"\t", "raw_escape": b"\x1b", "unknown_escape": b"\\x41", "half_escape": b"\\u00",
    "escaped_nul": b"\\u0000",
}


@pytest.mark.parametrize("field", ["user_info.first_name", "hostname", "unknown"])
@pytest.mark.parametrize("name", NOT_TEXT)
def test_text_that_is_none(victim, name, field):
    """TRANSPORT-5"""
    answer = victim.connect(to_json(put(marked_body(), field,
                                        Raw(b'"' + MARK.encode() + NOT_TEXT[name] + b'"'))))
    check_refusal(answer, 400, "bad_request")


@pytest.mark.parametrize("name", NOT_TEXT)
def test_a_name_that_is_no_text(victim, name):
    """TRANSPORT-5"""
    answer = victim.connect(GOOD[:-1] + b',"' + NOT_TEXT[name] + b'":1}')
    check_refusal(answer, 400, "bad_request")


NOT_JSON = {
    "nothing": b"", "blank": b" ", "bom": b"\xef\xbb\xbf" + GOOD, "utf16": GOOD.decode().encode(
        "utf-16"), "utf16_without_bom": GOOD.decode().encode("utf-16-le"),
    "utf32": GOOD.decode().encode("utf-32"), "null": b"null", "true": b"true", "number": b"1",
    "string": b'"x"', "array": b"[]", "array_of_it": b"[" + GOOD + b"]", "twice": GOOD + GOOD,
    "comma_behind": GOOD + b",", "nul_behind": GOOD + b"\x00", "trailing_comma": GOOD[:-1] + b",}",
    "cut": GOOD[:-1], "comment": GOOD + b"// x", "comment_before": b"/* x */" + GOOD,
    "single_quotes": GOOD.replace(b'"', b"'"), "bare_name": GOOD.replace(b'"port"', b"port"),
    "form": b"user_info=x&demo=true", "xml": b"<?xml version='1.0'?><!DOCTYPE a SYSTEM 'file:///"
    b"etc/passwd'><a/>", "no_colon": GOOD.replace(b'"port":', b'"port" '), "empty_object": b"{}",
    "vertical_tab": b"\x0b" + GOOD, "no_break_space": b"\xc2\xa0" + GOOD, "gzip": b"\x1f\x8b\x08\0",
    "python_words": GOOD.replace(b"true", b"True"), "prototype": b'{"__proto__":{"demo":true}}',
}


@pytest.mark.parametrize("name", NOT_JSON)
def test_a_body_that_is_no_request(victim, name):
    """TRANSPORT-5, CONNECT-21"""
    answer = victim.connect(NOT_JSON[name])
    check_refusal(answer, 400, "bad_request", sent=[NOT_JSON[name][:40]])


def test_no_body_at_all(victim):
    for method, path in (("POST", "/connect"), ("POST", "/delete-connection"),
                         ("DELETE", "/delete-connection"), ("POST", "/test-connection"),
                         ("DELETE", "/delete-account"), ("PUT", "/expire-account")):
        answer = victim.send(head(victim.server, method, path))
        check_refusal(answer, 400, "bad_request")


KNOWN_TEXTS = ["user_info.email", "user_info.first_name", "user_info.last_name",
               "user_info.auth.personal_access_token", "user_info.auth.oauth_token",
               "user_info.auth.oauth_scope", "hostname", "workspace_url", "cloud_provider",
               "cloud_provider_region", "connection_id", "http_path", "jdbc_url",
               "databricks_jdbc_url", "cluster_id", "destination_location", "catalog_name",
               "database_name", "data_source_connector", "service_principal_id",
               "service_principal_oauth_secret", "oauth_u2m_app_id", "connection_scope"]


@pytest.mark.parametrize("field", KNOWN_TEXTS)
def test_a_nul_in_a_known_field(victim, field):
    """TRANSPORT-5: nobody sees half of a text."""
    for nul in (b"\\u0000", b"\x00"):
        text = Raw(b'"a@evil.example' + nul + b'@databricks-test.com"')
        check_refusal(victim.connect(to_json(put(marked_body(), field, text))), 400, "bad_request")


@pytest.mark.parametrize("field", KNOWN_TEXTS)
@pytest.mark.parametrize("text", ["1", "true", "[]", "{}", '["x"]', '{"x":"y"}'])
def test_a_text_of_another_type(victim, field, text):
    """CONNECT-21"""
    answer = victim.connect(to_json(put(marked_body(), field, Raw(text))))
    check_refusal(answer, 400, "bad_request", path=field)


@pytest.mark.parametrize("field", ["demo", "is_free_trial", "is_sql_endpoint", "is_sql_warehouse",
                                   "user_info.is_connection_established"])
@pytest.mark.parametrize("text", ['"true"', "1", "0", '""', "[]", "{}"])
def test_a_switch_of_another_type(victim, field, text):
    """CONNECT-21"""
    answer = victim.connect(to_json(put(marked_body(), field, Raw(text))))
    check_refusal(answer, 400, "bad_request", path=field)


@pytest.mark.parametrize("text", ["null", "[]", '""', "1", "true", '"{}"', "[{}]"])
def test_an_object_of_another_type(victim, text):
    """CONNECT-21"""
    answer = victim.connect(to_json(marked_body() | {"user_info": Raw(text)}))
    check_refusal(answer, 400, "bad_request", path="user_info")
    if text != "null":
        answer = victim.connect(to_json(put(marked_body(), "user_info.auth", Raw(text))))
        check_refusal(answer, 400, "bad_request", path="user_info.auth")


REQUIRED = ["user_info", "user_info.email", "user_info.first_name", "user_info.last_name",
            "user_info.databricks_user_id", "user_info.databricks_organization_id",
            "user_info.is_connection_established", "hostname", "port", "workspace_url",
            "workspace_id", "demo", "cloud_provider", "is_free_trial"]


@pytest.mark.parametrize("field", REQUIRED)
@pytest.mark.parametrize("value", [..., None], ids=["absent", "null"])
def test_a_required_field_that_is_not_there(victim, field, value):
    """CONNECT-21"""
    answer = victim.connect(to_json(put(marked_body(), field, value)))
    check_refusal(answer, 400, "bad_request", path=field)


@pytest.mark.parametrize("field, word", [
    ("cloud_provider", "AWS"), ("cloud_provider", "ibm"), ("cloud_provider", ""),
    ("cloud_provider", "aws "), ("cloud_provider", "aws,azure"), ("connection_scope", "User"),
    ("connection_scope", ""), ("connection_scope", "admin")])
def test_a_word_that_is_none(victim, field, word):
    """CONNECT-21"""
    answer = victim.connect(to_json(put(marked_body(), field, word)))
    check_refusal(answer, 400, "bad_request", path=field)


def test_two_names_for_one_workspace_that_differ(victim):
    """CONNECT-21"""
    answer = victim.connect(to_json(put(marked_body(), "workspace_id", 7)))
    check_refusal(answer, 400, "bad_request", path="workspace_id")


# ---- Requests of browsers ----

BROWSER_BORN = ["Content-Type: application/x-www-form-urlencoded",
                "Content-Type: multipart/form-data; boundary=x", "Content-Type: text/plain",
                "Content-Type: TEXT/Plain;charset=utf-8", "Content-Type: text/plain ; x=json",
                "Origin: https://evil.example", "Origin: null", "Origin: http://localhost:8080",
                "Origin:", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: Cross-Site"]


@pytest.mark.parametrize("field", BROWSER_BORN)
def test_a_request_of_another_site(victim, field):
    """TRANSPORT-6"""
    for method, path in (("POST", "/connect"), ("POST", "/delete-connection"),
                         ("DELETE", "/delete-account"), ("PUT", "/expire-account")):
        answer = victim.send(head(victim.server, method, path,
                                  [field, f"Content-Length: {len(GOOD)}"]) + GOOD)
        check_refusal(answer, 400, "bad_request", sent=[field.partition(": ")[2]])


def test_a_second_content_type_does_not_hide_the_first(victim):
    """TRANSPORT-6"""
    for first, second in (("application/json", "text/plain"), ("text/plain", "application/json")):
        answer = victim.send(head(victim.server, "POST", "/connect",
                                  [f"Content-Type: {first}", f"Content-Type: {second}",
                                   f"Content-Length: {len(GOOD)}"]) + GOOD)
        check_refusal(answer, 400, "bad_request")


@pytest.mark.parametrize("fields", [[], ["Content-Type: application/json; charset=utf-8"],
                                    ["Content-Type: APPLICATION/JSON"],
                                    ["Sec-Fetch-Site: none"], ["User-Agent: curl"],
                                    ["User-Agent:"]],
                         ids=["no_type", "charset", "case", "typed_address", "agent", "no_agent"])
def test_what_is_not_of_a_browser_is_served(victim, fields):
    """TRANSPORT-4, TRANSPORT-6: the contract makes no Content-Type a must."""
    body = to_json(marked_body())
    settle_after(victim, victim.send(head(victim.server, "POST", "/connect",
                                          [*fields, f"Content-Length: {len(body)}"]) + body))


# ---- Framing ----

LENGTH = f"Content-Length: {len(GOOD)}"
CHUNKED = "Transfer-Encoding: chunked"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD)

TWO_ENDS = {
    "length_and_chunked": ([LENGTH, CHUNKED], CHUNKS),
    "chunked_and_length": ([CHUNKED, LENGTH], CHUNKS),
    "length_0_and_chunked": (["Content-Length: 0", CHUNKED], CHUNKS),
    "length_and_identity": ([LENGTH, "Transfer-Encoding: identity"], GOOD),
    "two_lengths": ([LENGTH, LENGTH], GOOD),
    "two_lengths_differ": ([LENGTH, "Content-Length: 0"], GOOD),
    "two_lengths_case": ([LENGTH, "content-length: 5"], GOOD),
    "plus": ([f"Content-Length: +{len(GOOD)}"], GOOD),
    "minus": (["Content-Length: -1"], GOOD),
    "hex": ([f"Content-Length: 0x{len(GOOD):x}"], GOOD),
    "list": (["Content-Length: 5,5"], GOOD),
    "list_of_itself": ([f"Content-Length: {len(GOOD)}, {len(GOOD)}"], GOOD),
    "empty": (["Content-Length:"], GOOD),
    "blank_within": (["Content-Length: 5 5"], GOOD),
    "semicolon": ([f"Content-Length: {len(GOOD)};"], GOOD),
    "exponent": (["Content-Length: 1e3"], GOOD),
    "fraction": (["Content-Length: 5.0"], GOOD),
    "over_64_bit": (["Content-Length: 18446744073709551621"], GOOD),
    "over_63_bit": (["Content-Length: 9223372036854775808"], GOOD),
    "no_break_space": ([b"Content-Length: \xa05"], GOOD),
    "blank_before_colon": ([f"Content-Length : {len(GOOD)}"], GOOD),
    "coding_blank_before_colon": (["Transfer-Encoding : chunked"], CHUNKS),
    "coding_blank_behind": (["Transfer-Encoding: chunked "], CHUNKS),
    "coding_tab_behind": (["Transfer-Encoding: chunked\t"], CHUNKS),
    "coding_comma_before": (["Transfer-Encoding: ,chunked"], CHUNKS),
    "coding_comma_behind": (["Transfer-Encoding: chunked,"], CHUNKS),
    "coding_twice": (["Transfer-Encoding: chunked, chunked"], CHUNKS),
    "coding_and_identity": (["Transfer-Encoding: chunked, identity"], CHUNKS),
    "coding_gzip": (["Transfer-Encoding: gzip, chunked"], CHUNKS),
    "coding_identity": (["Transfer-Encoding: identity"], GOOD),
    "coding_xchunked": (["Transfer-Encoding: xchunked"], CHUNKS),
    "coding_quoted": (['Transfer-Encoding: "chunked"'], CHUNKS),
    "coding_parameter": (["Transfer-Encoding: chunked;q=1"], CHUNKS),
    "coding_empty": (["Transfer-Encoding:"], CHUNKS),
    "coding_vertical_tab": (["Transfer-Encoding: \x0bchunked"], CHUNKS),
    "coding_nul": (["Transfer-Encoding: chunked\0"], CHUNKS),
    "two_codings": ([CHUNKED, CHUNKED], CHUNKS),
    "two_codings_differ": (["Transfer-Encoding: identity", CHUNKED], CHUNKS),
    "folded_coding": (["Transfer-Encoding:", " chunked"], CHUNKS),
    "folded_length": ([LENGTH, "X: y", f" Content-Length: {len(GOOD)}"], GOOD),
    "tab_folded": ([LENGTH, "X: y", "\tz"], GOOD),
    "bare_cr": ([LENGTH, f"X: y\rContent-Length: 0"], GOOD),
    "bare_lf": ([LENGTH, f"X: y\nContent-Length: 0"], GOOD),
    "bare_lf_alone": ([LENGTH, f"X: y\nZ: z"], GOOD),
    "nul_in_value": ([LENGTH, "X: y\0z"], GOOD),
    "nul_in_name": ([LENGTH, "X\0: y"], GOOD),
    "nul_in_length": ([f"Content-Length: {len(GOOD)}\0"], GOOD),
    "blank_in_name": ([LENGTH, "X Y: z"], GOOD),
    "tab_before_colon": ([LENGTH, "X\t: z"], GOOD),
    "empty_name": ([LENGTH, ": z"], GOOD),
    "no_colon": ([LENGTH, "X"], GOOD),
    "name_in_brackets": ([LENGTH, "(X): z"], GOOD),
    "name_of_latin1": ([LENGTH, b"\xe9: z"], GOOD),
    "escape_in_value": ([LENGTH, "X: \x1b[2J"], GOOD),
    "delete_in_value": ([LENGTH, "X: \x7f"], GOOD),
}


def check_cut_off(victim, data):
    """400 and the end: what stands behind in the same bytes is never a request."""
    # A connect that would show in the store.
    smuggled = request(victim.server, "POST", "/connect", marked_body())
    answer = victim.send(data + smuggled, until_end=True)
    assert answer.is_closed
    assert b"HTTP/1.1 200" not in answer.raw, answer.raw
    check_no_echo(answer)
    if answer.is_ours:
        assert check_error_body(answer, [400])["error_reason"] == "bad_request"
        assert answer.rest == b"", answer.raw
    else:
        assert answer.status is None or answer.status in LIBRARY_STATUSES, answer.raw


@pytest.mark.parametrize("name", TWO_ENDS)
def test_a_request_that_can_be_read_in_two_ways(victim, name):
    """TRANSPORT-7"""
    fields, body = TWO_ENDS[name]
    check_cut_off(victim, head(victim.server, "POST", "/connect", fields) + body)


REQUEST_LINES = {
    "http_0_9": b"POST /connect HTTP/0.9", "http_1_2": b"POST /connect HTTP/1.2",
    "http_2": b"POST /connect HTTP/2.0", "http_10": b"POST /connect HTTP/10.1",
    "lower_case": b"POST /connect http/1.1", "no_version": b"POST /connect",
    "blank_behind": b"POST /connect HTTP/1.1 ", "two_blanks": b"POST  /connect HTTP/1.1",
    "tab": b"POST\t/connect\tHTTP/1.1", "no_target": b"POST HTTP/1.1",
    "absolute": b"POST http://localhost/connect HTTP/1.1",
    "absolute_of_another": b"POST https://evil.example/connect HTTP/1.1",
    "no_slash": b"POST connect HTTP/1.1", "authority": b"CONNECT localhost:80 HTTP/1.1",
    "star": b"POST * HTTP/1.1", "fragment": b"POST /connect#x HTTP/1.1",
    "nul": b"POST /conn\0ect HTTP/1.1", "nul_behind": b"POST /connect\0 HTTP/1.1",
    "escape": b"POST /connect\x1b HTTP/1.1", "delete": b"POST /connect\x7f HTTP/1.1",
    "method_of_symbols": b"P@ST /connect HTTP/1.1", "method_nul": b"PO\0ST /connect HTTP/1.1",
    "no_method": b" /connect HTTP/1.1", "only_blanks": b"   ", "tls": b"\x16\x03\x01\x02\x00\x01",
    "http2_preface": b"PRI * HTTP/2.0", "ssh": b"SSH-2.0-OpenSSH_9.2", "smtp": b"EHLO evil.example",
    "space_in_target": b"POST /connect x HTTP/1.1", "version_junk": b"POST /connect HTTP/1.1x",
}


@pytest.mark.parametrize("name", REQUEST_LINES)
def test_a_request_line_that_is_none(victim, name):
    """TRANSPORT-7"""
    good = head(victim.server, "POST", "/connect", [LENGTH])
    data = good.replace(b"POST /connect HTTP/1.1", REQUEST_LINES[name], 1) + GOOD
    check_cut_off(victim, data)


HOSTS = {
    "none": [], "two": ["Host: localhost", "Host: localhost"],
    "two_differ": ["Host: localhost", "Host: evil.example"], "empty": ["Host:"],
    "blank_within": ["Host: local host"], "path": ["Host: localhost/connect"],
    "user": ["Host: evil@localhost"], "list": ["Host: localhost, evil.example"],
    "port_of_words": ["Host: localhost:port"], "port_too_high": ["Host: localhost:65536"],
    "port_empty": ["Host: localhost:"], "two_ports": ["Host: localhost:80:80"],
    "bracket": ["Host: [::1"], "bracket_junk": ["Host: [::1]x"], "zone": ["Host: [fe80::1%25eth0]"],
    "escape": ["Host: local%68ost"], "scheme": ["Host: http://localhost"],
    "latin1": [b"Host: localh\xf6st"], "backslash": ["Host: localhost\\@evil.example"],
    "script": ["Host: <script>"], "quote": ['Host: local"host'], "query": ["Host: localhost?x"],
    "folded": ["Host:", " localhost"], "comma_name": ["Host : localhost"],
}


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_that_is_none_or_two(victim, name):
    """TRANSPORT-7"""
    data = head(victim.server, "POST", "/connect", [*HOSTS[name], LENGTH], host=None) + GOOD
    check_cut_off(victim, data)
    data = head(victim.server, "POST", "/connect", [*HOSTS[name], LENGTH], host=None,
                version="HTTP/1.0") + GOOD
    check_cut_off(victim, data)


@pytest.mark.parametrize("host", ["evil.example", "localhost:1", "[::1]:8080", "169.254.169.254",
                                  "LOCALHOST", "x_y.example", "a.b.c."])
def test_a_foreign_host_is_no_concern_of_the_contract(victim, host):
    """TRANSPORT-7: exactly one, well-formed, and not compared; and links do not hold it."""
    answer = settle_after(victim, victim.connect(marked_body(), host=host,
                                                 fields=[f"X-Forwarded-Host: {host}",
                                                         "X-Forwarded-Proto: https",
                                                         f"Forwarded: host={host}"]))
    port = victim.server.base.rpartition(":")[2]
    assert answer["redirect_uri"].startswith(f"http://localhost:{port}/launch/")


BROKEN_CHUNKS = {
    "no_size": b"\r\nabc\r\n0\r\n\r\n", "hex_prefix": b"0x5\r\nabcde\r\n0\r\n\r\n",
    "minus": b"-5\r\nabcde\r\n0\r\n\r\n", "plus": b"+5\r\nabcde\r\n0\r\n\r\n",
    "words": b"five\r\nabcde\r\n0\r\n\r\n", "over_64_bit": b"fffffffffffffffff\r\nx\r\n0\r\n\r\n",
    "huge": b"7fffffffffffffff\r\nx", "longer_than_said": b"2\r\nabcde\r\n0\r\n\r\n",
    "blank_before": b" 5\r\nabcde\r\n0\r\n\r\n", "blank_within": b"5 5\r\nabcde\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("name", BROKEN_CHUNKS)
def test_chunks_that_are_none(victim, name):
    """TRANSPORT-7; what follows them is never a request."""
    data = head(victim.server, "POST", "/connect", [CHUNKED]) + BROKEN_CHUNKS[name]
    answer = victim.send(data + request(victim.server, "POST", "/connect", marked_body()),
                         until_end=True, half_close=True)
    assert answer.is_closed and b"HTTP/1.1 200" not in answer.raw, answer.raw
    assert answer.status in (None, *LIBRARY_STATUSES), answer.raw
    check_no_echo(answer)


def test_nothing_behind_chunks_is_a_request(victim):
    """TRANSPORT-7: chunks are served, and their connection carries nothing else."""
    data = (head(victim.server, "POST", "/connect", [CHUNKED]) + CHUNKS +
            request(victim.server, "POST", "/connect", marked_body()))
    answer = victim.send(data, until_end=True)
    assert answer.raw.count(b"HTTP/1.1 ") == 1 and answer.is_closed
    settle_after(victim, answer)


# ---- Test domains, e-mails ----

TRICKY_DOMAINS = ["evil-databricks-test.com", "databricks-test.com.evil.io",
                  "databricks-test.com.", ".databricks-test.com", " databricks-test.com",
                  "databricks-test.com ", "databricks-test.com\n", "databricks-test.com\t",
                  "databricks-t\u0435st.com", "databricks\u2010test.com", "xn--databricks-test.com",
                  "databricks-test.com%00.evil", "@databricks-test.com", "a@databricks-test.com",
                  "a..databricks-test.com", "-.databricks-test.com", "a-.databricks-test.com",
                  "*.databricks-test.com", "_.databricks-test.com", "databricks-test.co",
                  "databricks-test", "com", "", ".", "databricks-test.com/", "/databricks-test.com",
                  "databricks-test.com:443", "http://databricks-test.com", "databricks-test.com#",
                  "databricks-test.com,evil.example", "evil.example,databricks-test.com",
                  "evil.example databricks-test.com", "DATABRICKS\u2014TEST.COM",
                  "databricks\u3002test.com", "databricks-demo.com.databricks", "%",
                  "databricks-test.com' OR '1'='1", "a_b.databricks-test.com",
                  "\u212aelp.databricks-test.com", "x" * 64 + ".databricks-test.com"]


@pytest.mark.parametrize("domain", TRICKY_DOMAINS)
def test_a_domain_that_is_no_test_domain(victim, domain):
    """ACCOUNT-2"""
    sent = [domain] if len(domain) > 19 else []  # the message may name the real ones
    answer = victim.post("/delete-account", delete_account_body(domain, victim.workspace),
                         method="DELETE")
    check_refusal(answer, 400, "bad_request", path="domain", sent=sent)
    person = Person(email=f"{MARK}@{domain}")
    answer = victim.post("/expire-account", expire_account_body(person, victim.workspace),
                         method="PUT")
    check_refusal(answer, 400, "bad_request", path="email", sent=sent)


@pytest.mark.parametrize("under", ["databricks-test.com", "Databricks-TEST.com",
                                   "a.b.databricks-demo.com", "DATABRICKS-DEMO.COM"])
def test_a_domain_that_is_a_test_domain_in_any_case(victim, under):
    """ACCOUNT-2, ACCOUNT-3"""
    person = Person(new_domain(under) if under[0] == "a" else under)
    made = victim.connect(to_json(put(marked_body(), "user_info.email", person.email)))
    assert made.status == 200, made.raw
    body = delete_account_body(person.domain.swapcase(), victim.workspace)
    answer = victim.post("/delete-account", body, method="DELETE")
    assert (answer.status, answer.body) == (200, b""), answer.raw
    answer = victim.post("/delete-account", body, method="DELETE")
    victim.settle()  # an audit row stays
    check_refusal(answer, 404, "account_not_found")


BAD_EMAILS = ['"a@databricks-test.com"@evil.example', "a@evil.example@databricks-test.com",
              "a@databricks-test.com(x)", "(x)a@databricks-test.com", "a@[1.2.3.4]",
              "a@[IPv6:::1]", "a@", "@a.example", "@", "", "a", "a.example", "a@b@c",
              "a b@c.example", "a@b c.example", " a@b.example", "a@b.example ", "a@b.example\n",
              "a@b.example\r\nBcc: x",
              "a..b@c.example", ".a@c.example", "a.@c.example", "a@.example", "a@b..example",
              "a@b.example.", "a@-b.example", "a@b-.example", "a@b_c.example",
              "a@b.example,c@d.example",
              "a@b.example;c@d.example", "<a@b.example>", "A <a@b.example>", "mailto:a@b.example@c",
              "a@b\u0430.example", "\u00e4@b.example", "a@b.example\x00", "a\\@b.example",
              "a@b.example%00", "a@b.example?cc=x", "a,b@c.example", "a(b)@c.example",
              '""@b.example',
              "a" * 65 + "@b.example", "a@" + "b" * 64 + ".example",
              "a@" + ".".join(["b" * 60] * 5) + ".example", "a\t@b.example", "a@b.example\x7f"]


@pytest.mark.parametrize("email", named(BAD_EMAILS))
def test_an_email_that_is_none(victim, email):
    """CONNECT-21: one dot-atom, one @, one domain of labels."""
    for established in (False, True):
        body = put(marked_body(connection_id=victim.connection_id), "user_info.email", email)
        body["user_info"]["is_connection_established"] = established
        check_refusal(victim.connect(to_json(body)), 400, "bad_request",
                      path=None if "\x00" in email else "user_info.email", sent=[email])


def test_strangers_at_a_mail_provider_share_nothing(victim):
    """CONNECT-20: under auto_add, too."""
    workspace = Workspace()
    first = victim.server.databricks().connect(Person("gmail.com"), workspace).json()
    second = victim.server.databricks().connect(Person("GMail.com"), Workspace()).json()
    stranger = victim.server.databricks().sign_in(Person("gmail.com"), Workspace(),
                                                  first["connection_id"])
    victim.settle()
    for answer in (first, second):
        assert (answer["user_status"], answer["account_status"]) == ("new", "new")
    assert stranger.status_code == 404


# ---- Other people's connections ----

def wrong_connections(victim):
    """(workspace, connection_id) that all read as if there were no such connection."""
    own, other = victim.workspace, Workspace()
    return {
        "missing": (own, str(uuid.uuid4())),
        "other_workspace": (other, victim.connection_id),
        "negative_workspace": (Workspace("aws", -own.workspace_id), victim.connection_id),
        "other_cloud": (own.in_cloud("azure"), victim.connection_id),
        "upper_case": (own, victim.connection_id.upper()),
        "cut": (own, victim.connection_id[:-1]),
        "longer": (own, victim.connection_id + "x"),
        "blank_behind": (own, victim.connection_id + " "),
        "no_uuid": (own, "1"),
        "wildcard": (own, "%"),
        "sql": (own, f"{victim.connection_id}' OR '1'='1"),
        "sql_union": (own, "x' UNION SELECT blob FROM secret --"),
        "path": (own, "../../etc/passwd"),
        "mark": (own, MARK),
        "utf8": (own, "\u202e\U0001f600"),
        "long": (own, "x" * 256),
    }


def test_somebody_elses_connection_reads_as_none(victim):
    """DELETE-1, TEST-1, CONNECT-2: one body for all of them."""
    for method, path in (("POST", "/delete-connection"), ("DELETE", "/delete-connection"),
                         ("POST", "/test-connection")):
        bodies = set()
        for workspace, connection_id in wrong_connections(victim).values():
            answer = victim.post(path, connection_body(workspace, connection_id), method=method)
            check_refusal(answer, 404, "connection_not_found", sent=[connection_id])
            bodies.add(answer.body)
            victim.check_unharmed()
        assert len(bodies) == 1, bodies
    bodies = set()
    for name, (workspace, connection_id) in wrong_connections(victim).items():
        if name == "other_cloud":
            continue  # let pass: the setting strict_cloud
        answer = victim.connect(signin_body(victim.person, workspace, connection_id))
        check_refusal(answer, 404, "connection_not_found", sent=[connection_id])
        bodies.add(answer.body)
        victim.check_unharmed()
    assert len(bodies) == 1, bodies


def test_somebody_elses_connection_takes_as_long_as_none(victim):
    """TEST-1: the clock does not tell, either."""
    wrong = wrong_connections(victim)
    data = {name: request(victim.server, "POST", "/test-connection", connection_body(*wrong[name]))
            for name in ("missing", "other_workspace", "other_cloud")}
    times = {name: [] for name in data}
    with connection(victim.server) as sock:
        for _ in range(60):  # in turns, so that a busy moment is everybody's
            for name in data:
                started = time.perf_counter()
                sock.sendall(data[name])
                assert receive(sock).status == 404
                times[name].append(time.perf_counter() - started)
    quick = {name: sorted(seconds)[15] for name, seconds in times.items()}
    assert max(quick.values()) < 1.5 * min(quick.values()), quick


def test_an_id_must_be_given(victim):
    """DELETE-1, TEST-1, CONNECT-1"""
    for method, path in (("POST", "/delete-connection"), ("DELETE", "/delete-connection"),
                         ("POST", "/test-connection")):
        for connection_id in ("", None, ...):
            answer = victim.post(path, connection_body(victim.workspace, connection_id),
                                 method=method)
            check_refusal(answer, 400, "bad_request", path="connection_id")
    for connection_id in ("", None, ...):
        answer = victim.connect(signin_body(victim.person, victim.workspace, connection_id))
        check_refusal(answer, 400, "bad_request", path="connection_id")


MASS_ASSIGNMENT = {"account_id": MARK, "status": "active", "role": "admin", "created_at": 0,
                   "id": "1", "state": "live", "is_admin": True, "trial_expires_ms": 2 ** 62,
                   "user_id": MARK, "is_confirmed": 1, "email_verified_ms": 1, "signed_up_ms": 1,
                   "account": {"id": MARK, "state": "active"},
                   "redirect_uri": "https://evil.example"}


def test_members_that_are_not_asked_for_set_nothing(victim):
    """TRANSPORT-2: a table of fields, no binding by name."""
    person = Person()
    body = put(marked_body(**MASS_ASSIGNMENT), "user_info.email", person.email)
    body["user_info"].update(MASS_ASSIGNMENT)
    answer = settle_after(victim, victim.connect(to_json(body)))
    assert MARK not in str(answer) and "evil" not in str(answer)
    row, = victim.server.rows(
        "SELECT a.key, a.state, a.trial_expires_ms, u.signed_up_ms, u.email_verified_ms, c.state "
        "AS connection_state FROM connection c JOIN account a ON a.id = c.account_id "
        "JOIN account_user u ON u.id = c.creator_user_id WHERE c.id = ?", answer["connection_id"])
    assert row["key"] == person.domain and row["trial_expires_ms"] is None
    assert row["email_verified_ms"] is None and row["connection_state"] == "live"


# ---- What is stored and never followed ----

@pytest.mark.parametrize("host", ["169.254.169.254", "localhost", "[::1]", "0x7f.1", "127.0.0.1",
                                  "metadata.google.internal", "2130706433", "127.0.0.1:22",
                                  "evil.example/@localhost", "file:///etc/passwd", "0"])
def test_a_host_of_ours_is_stored_and_not_dialled(victim, host):
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    port = listener.getsockname()[1]
    person, workspace = Person(), Workspace()
    answer = victim.server.databricks().connect(person, workspace, hostname=host, port=port,
                                                workspace_url=f"http://127.0.0.1:{port}/")
    assert answer.status_code == 200, answer.text
    connection_id = answer.json()["connection_id"]
    answer = victim.server.databricks().test_connection(workspace, connection_id)
    victim.settle()
    assert answer.status_code == 200 and str(port) not in answer.text
    assert victim.server.rows("SELECT hostname FROM connection WHERE id = ?",
                              connection_id) == [{"hostname": host}]
    with pytest.raises(socket.timeout):
        listener.accept()
    listener.close()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</textarea><img src=x onerror=x>",
                                  "{{7*7}}", "${7*7}", "%s%s%s%n", "\u202eabc",
                                  "=cmd()|'/C calc'!A0",
                                  "'; DROP TABLE connection; --", "a\r\nSet-Cookie: x=y", "\x1b[2J",
                                  "\\u0041", "\U0001f600", "a" * 256, "", " ", "NULL", "undefined"])
def test_names_are_stored_as_they_are(victim, text):
    answer = settle_after(victim, victim.connect(to_json(put(put(
        marked_body(catalog_name=text), "user_info.first_name", text), "user_info.email",
        Person().email))))
    row, = victim.server.rows(
        "SELECT c.catalog_name, u.first_name FROM connection c JOIN account_user u "
        "ON u.id = c.creator_user_id WHERE c.id = ?", answer["connection_id"])
    assert (row["first_name"] or "") == text
    assert (row["catalog_name"] or "") == text


# ---- All at once ----

def test_attackers_at_the_same_time(victim):
    """Nothing of one request is seen in the answer to another."""
    failures = []

    def attack(i):
        try:
            for j in range(20):
                mark = f"{MARK}-{i}-{j}"
                answer = victim.connect(to_json(put(marked_body(), "workspace_id", mark)))
                check_refusal(answer, 400, "bad_request", path="workspace_id", sent=[mark])
        except Exception as failure:  # handed to the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=attack, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
