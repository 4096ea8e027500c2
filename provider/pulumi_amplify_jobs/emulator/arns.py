"""The Amazon Resource Names of what the emulator has: all in one account and region."""

REGION = "eu-west-1"
ACCOUNT = "123456789012"


def app_arn(app_id: str) -> str:
    """Return the name of an app; ``*`` stands for all."""
    return f"arn:aws:amplify:{REGION}:{ACCOUNT}:apps/{app_id}"


def environment_arn(app_id: str, environment: str) -> str:
    """Return the name of an app's backend environment."""
    return f"{app_arn(app_id)}/backendenvironments/{environment}"


def backend_arn(path: str) -> str:
    """Return the name of something under an app's backend, as AmplifyBackend names it."""
    return f"arn:aws:amplifybackend:{REGION}:{ACCOUNT}:/backend/{path}"
