"""What the two operations of AWS Amplify do. Inputs and outputs go by the wire's names."""

from collections.abc import Callable, Mapping
from typing import Any

from .answers import ServiceError, failure
from .apps import Apps, KnownApp, KnownEnvironment
from .arns import app_arn, environment_arn
from .model import largest
from .pages import Inputs, page

AppRead = Callable[[Apps, Inputs], dict[str, Any]]


def list_apps(apps: Apps, inputs: Inputs) -> dict[str, Any]:
    """Return a page of the apps."""
    most = largest("ListApps", "maxResults")
    found, more = page(inputs, ["apps"], most, apps.page)
    return {"apps": [_app(each) for each in found], **more}


def list_backend_environments(apps: Apps, inputs: Inputs) -> dict[str, Any]:
    """Return a page of an app's backend environments, or the one of that name."""
    app_id, name = inputs["appId"], inputs.get("environmentName")
    if not apps.has(app_id):
        raise ServiceError(failure("NotFoundException", message=f"App {app_id} does not exist"))
    most = largest("ListBackendEnvironments", "maxResults")
    found, more = page(
        inputs,
        [app_id, name],
        most,
        lambda after, size: apps.environments(app_id, name, after, size),
    )
    return {"backendEnvironments": [_environment(each) for each in found], **more}


APP_READS: Mapping[str, AppRead] = {
    "ListApps": list_apps,
    "ListBackendEnvironments": list_backend_environments,
}
"""The operations that look at apps, by the model's names."""


def _app(app: KnownApp) -> dict[str, Any]:
    """Return an app with all that the model requires: an app of a web host with nothing set."""
    return {
        "appId": app.app_id,
        "appArn": app_arn(app.app_id),
        "name": app.name,
        "tags": app.tags,
        "description": "",
        "repository": f"https://git.example.com/{app.app_id}",
        "platform": "WEB",
        "createTime": app.create_time / 1000,
        "updateTime": app.update_time / 1000,
        "environmentVariables": {},
        "defaultDomain": f"{app.app_id}.amplifyapp.com",
        "enableBranchAutoBuild": False,
        "enableBasicAuth": False,
    }


def _environment(environment: KnownEnvironment) -> dict[str, Any]:
    return {
        "backendEnvironmentArn": environment_arn(environment.app_id, environment.name),
        "environmentName": environment.name,
        "createTime": environment.create_time / 1000,
        "updateTime": environment.create_time / 1000,
    }
