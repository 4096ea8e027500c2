"""The name of an assumed role's session: an account's audit trail (CloudTrail) shows it.

It says who ran what, as far as the CI says so. Sources: the pages of each system on its predefined
variables, and which of them marks it `sdk/go/common/util/ciutil` of Pulumi.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

NAME = "pulumi-amplify-jobs"
"""The whole name outside of CI, and how all others begin."""

LONGEST = 64
"""Characters of a RoleSessionName, which has 2 at least. Source: the STS API reference."""

REFUSED = re.compile(r"[^\w+=,.@-]", re.ASCII)
"""What STS takes in none."""


class System(NamedTuple):
    """A CI system, by the variables that it sets."""

    mark: str
    """It is set in every run."""
    actor: str | None
    """Who started the run; None: no variable says so."""
    run: tuple[str, ...]
    """What the run is found by: the first that is set."""


SYSTEMS = (
    System("GITHUB_ACTIONS", "GITHUB_ACTOR", ("GITHUB_RUN_ID",)),
    System("GITLAB_CI", "GITLAB_USER_LOGIN", ("CI_PIPELINE_ID", "CI_JOB_ID")),
    System("BUILDKITE", "BUILDKITE_BUILD_CREATOR", ("BUILDKITE_BUILD_NUMBER",)),
    System("CIRCLECI", "CIRCLE_USERNAME", ("CIRCLE_BUILD_NUM",)),
    System("TF_BUILD", "BUILD_REQUESTEDFOR", ("BUILD_BUILDID",)),  # Azure Pipelines
    System("BITBUCKET_BUILD_NUMBER", "BITBUCKET_STEP_TRIGGERER_UUID", ("BITBUCKET_BUILD_NUMBER",)),
    System("CODEBUILD_BUILD_ARN", "CODEBUILD_INITIATOR", ("CODEBUILD_BUILD_NUMBER",)),
    System("TRAVIS", None, ("TRAVIS_BUILD_ID",)),
    System("DRONE", None, ("DRONE_BUILD_NUMBER",)),
    System("TEAMCITY_VERSION", None, ("BUILD_NUMBER",)),
    # The plugin Build User Vars sets the actor.
    System("JENKINS_URL", "BUILD_USER_ID", ("BUILD_NUMBER",)),
    # Users set these for systems that Pulumi doesn't know.
    System("PULUMI_CI_SYSTEM", None, ("PULUMI_CI_BUILD_ID", "PULUMI_CI_BUILD_NUMBER")),
)
"""The systems that are known; where several marks are set, the first counts."""


def session_name(environment: Mapping[str, str]) -> str:
    """Return a RoleSessionName with the CI's actor and run, as far as `environment` has them.

    Where it would be too long, the actor is cut, and of a run that is too long itself the end is
    kept.
    """
    system = next((each for each in SYSTEMS if environment.get(each.mark)), None)
    if system is None:
        return NAME
    found = (environment.get(variable) for variable in system.run)
    run = _usable(next(filter(None, found), ""))[-(LONGEST - len(NAME) - 1) :].strip("-")
    room = LONGEST - len(f"{NAME}--{run}" if run else f"{NAME}-")
    actor = _usable(environment.get(system.actor or "", ""))[: max(room, 0)].strip("-")
    return "-".join(filter(None, (NAME, actor, run)))


def _usable(text: str) -> str:
    return REFUSED.sub("-", text).strip("-")
