"""Tests of connections, as Databricks asks for them, and what is made of their results."""
from databricks import Person, Workspace

NAMES = ("connectivity", "credentials", "warehouse")


def connect(server, host, port, **changes):
    """(workspace, connection id) of a new connection to that host."""
    place = Workspace()
    answer = server.databricks().connect(Person(), place, hostname=host, port=port, **changes)
    assert answer.status_code == 200, answer.text
    return place, answer.json()["connection_id"]


def run_test(server, connection):
    """{name: (status, message)}, once the answer is known to be of the contract's shape: TEST-2."""
    answer = server.databricks().test_connection(*connection)
    assert answer.status_code == 200, answer.text
    results = answer.json()["test_results"]
    assert all(set(result) == {"test_name", "status", "message"} for result in results)
    names = [result["test_name"] for result in results]
    assert tuple(names) == NAMES[:len(names)]
    assert all(result["status"] in ("PASS", "FAIL") and result["message"] for result in results)
    return {result["test_name"]: (result["status"], result["message"]) for result in results}


def statuses(results):
    """`PASS PASS FAIL`"""
    return " ".join(status for status, _ in results.values())


def first_failure(results):
    return next(message for status, message in results.values() if status == "FAIL")


def results_of(server, fake, host="localhost", **changes):
    """The results for a new connection to @fake."""
    return run_test(server, connect(server, host, fake.port, **changes))
