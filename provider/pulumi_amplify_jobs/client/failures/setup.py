"""What goes wrong before a call: no credentials, or settings of AWS's own that are wrong.

Sources: botocore/exceptions.py and botocore/credentials.py. Which provider of credentials failed is
known by its name in botocore's chain (METHOD), never by a message.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import botocore.exceptions as boto
from botocore.parsers import ResponseParserError

from ...errors import CredentialsError, RequestRefusedError, ServiceError, one_line
from ..credential_process import ProcessTooSlowError
from .failure import Call
from .stages import MfaNeededError, Names, Stage, StageError, first_set

INTEGERS = (
    "AWS_MAX_ATTEMPTS",
    "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
    "AWS_METADATA_SERVICE_TIMEOUT",
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
)
"""Variables that botocore reads as whole numbers."""

FILES = ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
"""Variables that name a file with a token."""

CONTAINER = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")

SETTING_OF: dict[type[Exception], str] = {
    boto.InvalidChecksumConfigError: (
        "AWS_REQUEST_CHECKSUM_CALCULATION and AWS_RESPONSE_CHECKSUM_VALIDATION"
    ),
    boto.InvalidDefaultsMode: "AWS_DEFAULTS_MODE",
    boto.InvalidIMDSEndpointError: "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    boto.InvalidIMDSEndpointModeError: "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    boto.InvalidRetryConfigurationError: "AWS_MAX_ATTEMPTS and AWS_RETRY_MODE",
    boto.InvalidSTSRegionalEndpointsConfigError: "AWS_STS_REGIONAL_ENDPOINTS",
    boto.UnknownFIPSEndpointError: "AWS_USE_FIPS_ENDPOINT and the region",
    boto.EndpointVariantError: "AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT",
}
"""What sets the value that an exception complains of; a profile has the same in small letters."""

OF_THE_REGION = (boto.InvalidRegionError, boto.NoRegionError)
"""STS, too, is asked in a region, for a role."""

SIGNED_OUT = (
    boto.SSOError,
    boto.TokenRetrievalError,
    boto.UnauthorizedSSOTokenError,
)


def of_stage(problem: StageError, call: Call) -> ServiceError:
    """Return the error to raise for what went wrong before the call."""
    if problem.stage is Stage.SETTINGS or isinstance(problem.error, OF_THE_REGION):
        return _of_settings(problem.error, problem.names, call)
    said = _of_credentials(problem, call.advice.credentials)
    return CredentialsError(said, call.name)


def no_credentials_within(seconds: float) -> str:
    """Return why a call fails whose credentials don't come."""
    return (
        f"no AWS credentials within {seconds:.0f} s; check why their source does not respond: the "
        "process, SSO, role or machine's metadata that the profile or the environment names"
    )


def _of_settings(error: Exception, names: Names, call: Call) -> ServiceError:
    if isinstance(error, boto.NoRegionError):
        return CredentialsError(f"no region; {call.advice.region}", call.name)
    if isinstance(error, boto.InvalidRegionError):
        region = one_line(str(error.kwargs.get("region_name", "")), 80)
        cure = f"correct {names.region_source}" if names.region_source else call.advice.region
        return CredentialsError(f"{region} is not a region name; {cure}", call.name)
    number = _wrong_number()
    if number:
        return CredentialsError(number, call.name)
    refused = _refused_setting(error, names)
    if refused:
        return CredentialsError(refused, call.name)
    if isinstance(error, ValueError) and not isinstance(error, boto.BotoCoreError):
        return RequestRefusedError(f"{one_line(str(error))}; correct {call.endpoint}", call.name)
    said = one_line(str(error))
    advice = f"correct the AWS_* variables or the AWS profile {names.profile}"
    return CredentialsError(f"AWS's client refuses its settings: {said}; {advice}", call.name)


def _refused_setting(error: Exception, names: Names) -> str | None:
    """Return which setting is refused, where the kind of exception says so."""
    setting = next((name for kind, name in SETTING_OF.items() if isinstance(error, kind)), None)
    if setting is None:
        return None
    advice = f"correct {setting}, or the same setting of the AWS profile {names.profile}"
    return f"AWS's client refuses a setting; {advice}"


def _wrong_number() -> str | None:
    """Return which variable is no whole number where it must be one."""
    for name in INTEGERS:
        value = os.environ.get(name)
        if value is not None and not value.strip().isdecimal():
            return f"{name} is not a whole number; correct it"
    return None


def _of_credentials(problem: StageError, sign_in: str) -> str:
    """Return what is wrong with where the credentials come from, and what helps."""
    error, names, method = problem.error, problem.names, problem.method
    profile = f"the AWS profile {one_line(names.profile, 80)}"
    if isinstance(error, boto.NoCredentialsError | boto.NoAuthTokenError):
        return f"no AWS credentials: neither the environment nor {profile} has any; {sign_in}"
    said = _of_kind(error, names, profile)
    if said is not None:
        return said
    special = METHODS.get(method)
    said = special(error, profile) if special else None
    if said is not None:
        return said
    wrong = _refused_setting(error, names) or _wrong_number()
    if wrong:
        return wrong
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        why = f"{where}{error.strerror or type(error).__name__}"
        return f"a program or file that {profile} refers to can't be used: {why}; correct it there"
    if isinstance(error, RuntimeError):
        return f"the credentials are still expired after renewal; {sign_in}"
    if isinstance(error, boto.InvalidConfigError):
        return f"{profile} is wrong: {one_line(str(error)).rstrip('.')}; correct it there"
    how = f" ({method})" if method else ""
    if isinstance(error, ResponseParserError):
        variable = first_set("AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL")
        ways = f"{variable} and any proxy" if variable else "any proxy"
        said = "the response can't be read"
        return f"credentials can't be obtained{how}: {said}; check {ways} on the way"
    return (
        f"credentials can't be obtained{how}: {type(error).__name__}; check {profile} and the "
        "AWS_* variables"
    )


def _of_kind(error: Exception, names: Names, profile: str) -> str | None:
    """Return what an exception says alone, whoever raised it."""
    if isinstance(error, boto.ProfileNotFound):
        name = one_line(str(error.kwargs.get("profile", names.profile)), 80)
        correct = names.profile_source or "AWS_PROFILE"
        return f"there is no AWS profile {name} in {_config_files()}; correct {correct}"
    if isinstance(error, boto.PartialCredentialsError):
        return _of_half(error, profile)
    if isinstance(error, boto.ConfigParseError | boto.ConfigNotFound):
        return f"the AWS config file {error.kwargs.get('path')} can't be parsed; correct it"
    if isinstance(error, MfaNeededError | boto.RefreshWithMFAUnsupportedError):
        return (
            f"{profile} asks for an MFA code (mfa_serial), which can't be entered here; sign in "
            "with it first, and use the credentials that it gives"
        )
    if isinstance(error, boto.InfiniteLoopConfigError):
        return f"source_profile of {profile} leads back to itself; correct it in the AWS config"
    if isinstance(error, SIGNED_OUT):
        login = f"aws sso login --profile {names.profile}"
        return f"the sign-in of {profile} is missing or has expired; run {login}"
    if isinstance(error, ProcessTooSlowError):
        said = error.kwargs.get("error_msg", "it did not end")
        return f"credential_process of {profile}: {said}; run it by hand to see why"
    if isinstance(error, boto.LoginError):
        login = f"aws login --profile {names.profile}"
        return f"the sign-in of {profile} is missing or has expired; run {login}"
    return None


def _of_half(error: boto.PartialCredentialsError, profile: str) -> str:
    missing = one_line(str(error.kwargs.get("cred_var", "")), 80)
    if error.kwargs.get("provider") == "env":
        cure = "set it, or unset the other variables of the credentials"
        return f"the credentials are incomplete: the environment has no {missing}; {cure}"
    return f"{profile} is incomplete: it has no {missing}; add it in the AWS config"


def _config_files() -> str:
    names = {
        "AWS_CONFIG_FILE": "~/.aws/config",
        "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials",
    }
    files = (os.environ.get(name, usual) for name, usual in names.items())
    return " or ".join(dict.fromkeys(files))


UNSUPPORTED_VERSION = "Unsupported version"
"""How botocore begins about a process that printed no Version 1; else it quotes the process."""


def _of_process(error: Exception, profile: str) -> str | None:
    process = f"credential_process of {profile}"
    if isinstance(error, OSError):
        return f"{process} can't be started: {error.filename}: {error.strerror}; correct it"
    by_hand = "run it by hand to see why"
    if isinstance(error, boto.CredentialRetrievalError):
        said = str(error.kwargs.get("error_msg", ""))
        incomplete = isinstance(error.__context__, KeyError)
        if not incomplete and not said.startswith(UNSUPPORTED_VERSION):
            return f"{process} ended with an error; {by_hand}"
    elif isinstance(error, RuntimeError):
        return f"{process} returned expired credentials; sign in again where it gets them"
    shape = "JSON with Version 1, AccessKeyId and SecretAccessKey"
    return f"{process} did not print {shape}; {by_hand}"


def _of_container(error: Exception, _profile: str) -> str | None:
    variable = first_set(*CONTAINER) or CONTAINER[0]
    if isinstance(error, OSError) and os.environ.get(FILES[1]):
        return f"{FILES[1]} does not name a readable file: {error.strerror}; correct it"
    if isinstance(error, ValueError):
        return f"AWS's client refuses {variable} or its token; correct it, or unset it"
    return f"the container's credentials can't be fetched; check what {variable} names"


def _of_web_identity(error: Exception, profile: str) -> str | None:
    source = FILES[0] if os.environ.get(FILES[0]) else f"web_identity_token_file of {profile}"
    if isinstance(error, OSError):
        return f"{source} does not name a readable file: {error.strerror}; correct it"
    if isinstance(error, boto.InvalidConfigError):
        return f"{source} also needs AWS_ROLE_ARN; set it"
    if isinstance(error, boto.ParamValidationError | UnicodeDecodeError):
        return f"{source} names a file without a valid token; get a new one"
    return None


def _of_role(error: Exception, _profile: str) -> str | None:
    if isinstance(error, boto.ParamValidationError):
        report = one_line(str(error.kwargs.get("report", "")), 200)
        return f"AWS's client refuses a key of assumeRoles: {report}; correct it"
    if isinstance(error, json.JSONDecodeError):
        return "policy of assumeRoles is not JSON; correct it"
    return None


METHODS: dict[str, Callable[[Exception, str], str | None]] = {
    "assume-role-with-web-identity": _of_web_identity,
    "assumeRoles": _of_role,
    "container-role": _of_container,
    "custom-process": _of_process,
}
"""What only the kind of provider says, by botocore's METHOD."""
