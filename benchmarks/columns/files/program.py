"""The jobs of the YAML files, as resources."""

import pathlib

import yaml
from job import Job

for path in sorted(pathlib.Path("jobs").glob("*.yaml")):
    content = yaml.load(path.read_text(), yaml.CSafeLoader)
    defaults = content["defaults"]
    for name, job in content["jobs"].items():
        Job(
            name,
            app_id=defaults["appId"],
            backend_environment_name=defaults["backendEnvironmentName"],
            job_id=job["jobId"],
            status=defaults["status"],
        )
