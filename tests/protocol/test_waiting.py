"""`wait`, and updates whose answer does not show what was declared: nothing written is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Problem, Step
from pulumi_amplify_jobs.testing.calls import CallFailed
from pulumi_amplify_jobs.testing.resources import Resource
from pulumi_amplify_jobs.testing.wire import from_struct
from tests.waiting import DEADLINE, until

from ..samples import APP, ENVIRONMENT, job
from .resources import PROVIDER, internal, wanted
from .stack import Stack, problem_of, updates

WAIT = {"timeout": "20s"}
LABEL = f"push ({APP}/{ENVIRONMENT}/1)"


@pytest.fixture
def background() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(32) as pool:
        yield pool


def polled_after_the_update(emulator: Emulator, times: int = 1) -> bool:
    operations = [request.operation for request in emulator.requests()]
    if "UpdateBackendJob" not in operations:
        return False
    return operations[operations.index("UpdateBackendJob") :].count("GetBackendJob") >= times


def found_a_change(stack: Stack) -> bool:
    """Say whether diff did: the engine updates also what merely failed to settle."""
    *_, decisive = stack.answers("Diff")
    return decisive is not None and decisive["changes"] == "DIFF_SOME"


def test_a_create_returns_once_the_job_settles(
    emulator: Emulator, stack: Stack, background: ThreadPoolExecutor
) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", operation="CloneBackend", wait=WAIT)
    run: Future[Mapping[str, Step]] = background.submit(stack.up)
    until(lambda: polled_after_the_update(emulator))
    assert not run.done()
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    assert run.result(DEADLINE)["push"].operation == "create"
    outputs = stack.state["push"].outputs
    assert (outputs["operation"], outputs["status"]) == ("CloneBackend", "COMPLETED")
    assert "unsettled" not in outputs
    assert updates(emulator) == [{"operation": "CloneBackend"}]
    assert stack.up()["push"].operation == "same"


@pytest.mark.also_without_frames
def test_a_job_that_ends_otherwise_fails_with_its_own_error_and_keeps_its_state(
    emulator: Emulator, stack: Stack, background: ThreadPoolExecutor, frames: bool
) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", operation="CloneBackend", wait=WAIT)
    plugin = stack.start()
    checked = plugin.check("push", {}, stack.jobs["push"])
    run: Future[Resource] = background.submit(plugin.create, "push", checked.inputs)
    until(lambda: bool(updates(emulator)))
    emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED", error="quota\nexceeded")
    with pytest.raises(CallFailed) as failed:
        run.result(DEADLINE)
    told = f"{LABEL} was updated, but the job ended as FAILED, not COMPLETED: quota exceeded"
    partial = failed.value.partial
    assert (failed.value.message, partial is not None) == (told, frames)
    if partial is None:
        return
    assert list(partial.reasons) == [told]
    assert partial.id == f"{APP}/{ENVIRONMENT}/1"
    assert from_struct(partial.inputs) == checked.inputs
    live = emulator.job(APP, ENVIRONMENT, "1")
    outputs = from_struct(partial.properties)
    assert outputs.pop("settled").endswith("Z")
    assert outputs == {
        **wanted("1", operation="CloneBackend", wait=WAIT),
        "declared": {"operation": "CloneBackend"},
        "status": "FAILED",
        "error": "quota exceeded",
        "create_time": live.create_time,
        "update_time": live.update_time,
        "plan": checked.inputs["plan"],
        "unsettled": told,
        **internal("push"),
    }


@pytest.mark.parametrize("refresh", [True, False])
def test_the_next_up_takes_the_wait_up_again_without_a_write(
    emulator: Emulator, stack: Stack, background: ThreadPoolExecutor, refresh: bool, frames: bool
) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", operation="CloneBackend", wait={"timeout": "1s"})
    told = f"{LABEL} was updated, but it is still RUNNING after 1s"
    assert problem_of(stack.up) == Problem(told, "push")
    assert ("push" in stack.state) == frames
    if not frames:
        return
    assert stack.state["push"].outputs["unsettled"] == told
    stack.jobs["push"] = wanted("1", operation="CloneBackend", wait=WAIT)
    emulator.clear_requests()
    run = background.submit(lambda: stack.up(refresh=refresh))
    # One read is the program's, and a refresh before it has another; the rest waits for the job.
    until(lambda: len(emulator.requests("GetBackendJob")) >= (4 if refresh else 3))
    assert not run.done()
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    assert run.result(DEADLINE)["push"].operation == "update"
    assert found_a_change(stack)
    assert "unsettled" not in stack.state["push"].outputs
    assert updates(emulator) == []
    assert stack.up()["push"].operation == "same"


def test_an_update_that_does_not_settle_keeps_what_was_written(
    emulator: Emulator, stack: Stack, frames: bool
) -> None:
    emulator.seed([job("1", "COMPLETED", "CloneBackend")])
    stack.jobs["push"] = wanted("1", operation="CloneBackend", wait={"timeout": "1s"})
    stack.up()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    stack.jobs["push"] = wanted("1", operation="CreateBackend", wait={"timeout": "1s"})
    problem = problem_of(stack.up)
    assert "was updated, but it is still RUNNING after 1s" in problem.message
    kept = stack.state["push"]
    written = "CreateBackend" if frames else "CloneBackend"
    assert kept.outputs["declared"] == {"operation": written}
    if not frames:
        return
    assert kept.outputs["unsettled"] == problem.message
    assert stack.answers("Check") == [{"inputs": kept.inputs}]
    assert kept.outputs["__provider"] == PROVIDER
    # A job that settled in between is nothing to wait for, nor to change.
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    stack.refresh()
    assert "unsettled" not in stack.state["push"].outputs
    assert stack.up()["push"].operation == "same"
    assert len(updates(emulator)) == 1


def test_a_refused_read_while_waiting_keeps_what_was_written(
    emulator: Emulator, stack: Stack, background: ThreadPoolExecutor, frames: bool
) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", operation="CloneBackend", wait=WAIT)
    run: Future[Mapping[str, Step]] = background.submit(stack.up)
    until(lambda: polled_after_the_update(emulator))
    emulator.fault("denied", operation="GetBackendJob")
    problem = problem_of(lambda: run.result(DEADLINE))
    assert problem.message.startswith(f"{LABEL} was updated, but the wait ended: GetBackendJob")
    assert "\n" not in problem.message
    kept = {name: each.outputs["operation"] for name, each in stack.state.items()}
    assert kept == ({"push": "CloneBackend"} if frames else {})
    assert len(updates(emulator)) == 1


def test_many_waiting_creates_block_no_other_call(
    emulator: Emulator, stack: Stack, background: ThreadPoolExecutor, frames: bool
) -> None:
    names = [str(number) for number in range(20 if frames else 3)]
    emulator.seed([job(name) for name in names] + [job("free", "FAILED")])
    stack.jobs |= {name: wanted(name, operation="CloneBackend", wait=WAIT) for name in names}
    plugin = stack.start()
    checked = {name: plugin.check(name, {}, stack.jobs[name]) for name in names}
    runs = [background.submit(plugin.create, name, checked[name].inputs) for name in names]
    until(lambda: len(updates(emulator)) == len(names))
    assert plugin.check("free", {}, wanted("free", status="FAILED")).failures == {}
    assert not any(run.done() for run in runs)
    for name in names:
        emulator.set_job(APP, ENVIRONMENT, name, status="COMPLETED")
    assert {run.result(DEADLINE).outputs["status"] for run in runs} == {"COMPLETED"}


def test_many_waiting_creates_share_their_lists(
    emulator: Emulator, stack: Stack, background: ThreadPoolExecutor, frames: bool
) -> None:
    names = [str(number) for number in range(20 if frames else 4)]
    emulator.seed([job(name) for name in names])
    stack.jobs |= {name: wanted(name, operation="CloneBackend", wait=WAIT) for name in names}
    plugin = stack.start()
    checked = {name: plugin.check(name, {}, stack.jobs[name]) for name in names}
    runs = [background.submit(plugin.create, name, checked[name].inputs) for name in names]
    until(lambda: len(updates(emulator)) == len(names))
    emulator.clear_requests()
    until(lambda: len(emulator.requests("ListBackendJobs")) >= 2)
    for name in names:
        emulator.set_job(APP, ENVIRONMENT, name, status="COMPLETED")
    assert {run.result(DEADLINE).outputs["status"] for run in runs} == {"COMPLETED"}
    assert len(emulator.requests()) < 20


class Stubborn(BaseHTTPRequestHandler):
    """A service that answers every update with the job as it was."""

    job: dict[str, Any]
    updates: list[bytes]

    def do_GET(self) -> None:
        self._answer(self.job)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path.endswith(f"/{ENVIRONMENT}"):
            self._answer({"jobs": [self.job]})
            return
        self.updates.append(body)
        self._answer(self.job)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""

    def _answer(self, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def stubborn() -> Iterator[tuple[str, type[Stubborn]]]:
    """A stubborn service's URL, and its handler with the job and the updates."""
    handler = type("Handler", (Stubborn,), {"job": job("1", error="locked"), "updates": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", handler
        server.shutdown()
        thread.join()


def test_an_answer_without_the_declared_value_is_no_success(
    stack: Stack, stubborn: tuple[str, type[Stubborn]], frames: bool
) -> None:
    url, service = stubborn
    stack.settings["amplify-jobs:endpoint"] = url
    stack.jobs["push"] = wanted("1", status="FAILED")
    told = (
        f"{LABEL} was updated, but its status is RUNNING, not FAILED: locked; "
        "run it again, or declare a wait"
    )
    assert problem_of(stack.up) == Problem(told, "push")
    assert ("push" in stack.state) == frames
    if not frames:
        return
    kept = stack.state["push"]
    assert kept.outputs["declared"] == {"status": "FAILED"}
    assert (kept.outputs["status"], kept.outputs["unsettled"]) == ("RUNNING", told)
    assert kept.outputs["__provider"] == PROVIDER
    assert stack.answers("Check") == [{"inputs": kept.inputs}]
    # It is tried again, and a late success is recorded without another write.
    assert problem_of(stack.up) == Problem(told, "push")
    assert len(service.updates) == 2
    stack.preview(refresh=False)
    (warning,) = stack.host.preview(refresh=False).warnings
    assert "/1 was updated " in warning
    assert "Z), and still shows status RUNNING" in warning
    service.job["status"] = "FAILED"
    assert stack.up(refresh=False)["push"].operation == "update"
    assert found_a_change(stack)
    assert "unsettled" not in stack.state["push"].outputs
    assert stack.up()["push"].operation == "same"
    assert len(service.updates) == 2
