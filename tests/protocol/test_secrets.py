"""Secrets: accepted anywhere, shown nowhere."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing.calls import CallFailed
from pulumi_amplify_jobs.testing.wire import config_text, secret

from ..samples import APP, ENVIRONMENT, job
from .calls import JobCalls
from .launcher import Launcher
from .resources import adopted, wanted
from .stack import Stack, updates

HIDDEN = "hunter2"


def start_with_secrets(stack: Stack) -> JobCalls:
    """Start a plugin that is sent secrets though it asks for plain values."""
    calls = stack.start()
    calls.plugin.provider.accepts_secrets = True
    return calls


def test_secret_inputs_work_as_plain_ones(emulator: Emulator, stack: Stack) -> None:
    # The SDK's plugin asks the engine for plain values; an engine that sends secrets is served too.
    emulator.seed([job("1")])
    plain = wanted("1", status="FAILED", when={"status": "RUNNING"})
    declared = {key: secret(value) for key, value in plain.items()}
    plugin = start_with_secrets(stack)
    checked = plugin.check("push", {}, declared)
    assert checked.failures == {}
    created = plugin.create("push", checked.inputs)
    assert created.id == f"{APP}/{ENVIRONMENT}/1"
    assert updates(emulator) == [{"status": "FAILED"}]
    plugin = start_with_secrets(stack)
    live = plugin.read(created)
    checked = plugin.check("push", live.inputs, declared)
    assert plugin.diff(live, checked.inputs).changes is False
    assert len(updates(emulator)) == 1


WRONG: tuple[dict[str, Any], ...] = (
    {
        "amplify-jobs:endpoint": HIDDEN,
        "amplify-jobs:retryMode": HIDDEN,
        "amplify-jobs:maxRetries": HIDDEN,
        "amplify-jobs:include": HIDDEN,
        "amplify-jobs:jobs": HIDDEN,
        "amplify-jobs:defaults": HIDDEN,
        "amplify-jobs:assumeRoles": HIDDEN,
    },
    {
        "amplify-jobs:include": [f"/{HIDDEN}.yaml"],
        "amplify-jobs:jobs": {
            "a": HIDDEN,
            "b": {"jobId": "1", "ifMissing": HIDDEN, "wait": HIDDEN},
            "c": {"jobId": {HIDDEN: 1}, "wait": {"timeout": HIDDEN}},
            "d": {"jobId": "1", "wait": {"timeout": f"0{HIDDEN}s"}},
        },
        "amplify-jobs:defaults": {"ifMissing": HIDDEN},
        "amplify-jobs:assumeRoles": [
            HIDDEN,
            {"externalId": HIDDEN},
            {"roleArn": HIDDEN, "tags": {"a": [HIDDEN]}},
            {"roleArn": "arn", "duration": HIDDEN},
        ],
    },
)


@pytest.mark.parametrize("file", ["sealed", "from an environment"])
def test_secret_config_is_never_shown(
    emulator: Emulator, settings: dict[str, Any], launch: Launcher, file: str
) -> None:
    """Every message is about a secret value, which a provider is handed unwrapped."""
    state = adopted(wanted("1", status="FAILED"))
    for config in WRONG:
        sealed = {key: {"secure": "v1:abcdefgh"} for key in config} if file == "sealed" else {}
        calls = launch(
            {**settings, **{key: secret(config_text(value)) for key, value in config.items()}},
            stack_file=yaml.safe_dump({"config": sealed, "environment": ["secrets"]}),
        )
        with pytest.raises(CallFailed) as failed:
            calls.read(state)
        # What a list of files names is left to the program here: the stack's file can't be read.
        left = {key for key in ("amplify-jobs:include",) if isinstance(config[key], list)}
        for key in config:
            if key not in {"amplify-jobs:jobs", *left}:
                assert key.partition(":")[2] in failed.value.message
        assert HIDDEN not in failed.value.message + calls.plugin.stderr()
    assert emulator.requests() == []
