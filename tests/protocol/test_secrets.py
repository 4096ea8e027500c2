"""Secrets: accepted anywhere, shown nowhere."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pulumi_amplify_jobs.emulator import Emulator

from ..samples import APP, ENVIRONMENT, job
from .plugin import PROVIDER, CallFailed, Launcher, Live, secretly
from .stack import Stack, updates, wanted

HIDDEN = "hunter2"


def test_secret_inputs_work_as_plain_ones(emulator: Emulator, stack: Stack) -> None:
    # The SDK's plugin asks the engine for plain values; an engine that sends secrets is served too.
    emulator.seed([job("1")])
    plain = wanted("1", status="FAILED", when={"status": "RUNNING"})
    stack.jobs["push"] = {key: secretly(value) for key, value in plain.items()}
    plugin = stack.launch(stack.settings)
    checked = plugin.check("push", {}, stack.jobs["push"])
    assert checked.failures == {}
    created = plugin.create("push", checked.inputs)
    assert created.id == f"{APP}/{ENVIRONMENT}/1"
    assert updates(emulator) == [{"status": "FAILED"}]
    plugin = stack.launch(stack.settings)
    live = plugin.read("push", created)
    checked = plugin.check("push", live.inputs, stack.jobs["push"])
    assert not plugin.diff("push", live, checked.inputs).changes
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
        "amplify-jobs:include": [f"{HIDDEN}.yaml"],
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
    emulator: Emulator, stack: Stack, launch: Launcher, file: str
) -> None:
    """Every message is about a secret value, which a provider is handed unwrapped."""
    state = Live(
        f"{APP}/{ENVIRONMENT}/1",
        {**wanted("1"), "declared": {"status": "FAILED"}, "__provider": PROVIDER},
        {**wanted("1", status="FAILED"), "__provider": PROVIDER},
    )
    for config in WRONG:
        sealed = {key: {"secure": "v1:abcdefgh"} for key in config} if file == "sealed" else {}
        plugin = launch(
            {**stack.settings, **config},
            stack_file=yaml.safe_dump({"config": sealed, "environment": ["secrets"]}),
            secret=frozenset(config),
        )
        with pytest.raises(CallFailed) as failed:
            plugin.read("push", state)
        for key in config:
            if key != "amplify-jobs:jobs":
                assert key.partition(":")[2] in failed.value.message
        assert HIDDEN not in failed.value.message + plugin.stderr()
    assert emulator.requests() == []
