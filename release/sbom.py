"""The SBOM of a wheel: CycloneDX 1.6, of the wheel and of what is installed with it.

`python -m release.sbom WHEEL` prints it for what is installed here, without the wheel's extras.
The same wheel in the same environment has the same SBOM, byte for byte.
Format: https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import uuid
import zipfile
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from .installed import graph, required_by
from .licenses import license_for


def reference(package: Distribution) -> str:
    """Return the package URL, which the SBOM also uses as a reference."""
    return f"pkg:pypi/{canonicalize_name(package.name)}@{package.version}"


def component(package: Distribution) -> dict[str, Any]:
    """Return the entry of a package."""
    return {
        "type": "library",
        "bom-ref": reference(package),
        "name": package.name,
        "version": package.version,
        "purl": reference(package),
        "licenses": [{"expression": license_for(package)}],
    }


def sbom(wheel: Path) -> dict[str, Any]:
    """Return the SBOM of a wheel, as data for JSON.

    Raises `PackageNotFoundError` if something that the wheel requires is not installed here.
    """
    content = wheel.read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        [metadata] = {
            name.split("/")[0]
            for name in archive.namelist()
            if name.endswith(".dist-info/METADATA")
        }
        own = PathDistribution(zipfile.Path(archive, f"{metadata}/"))
        required = list(required_by(own, ()))
        digest = hashlib.sha256(content).hexdigest()
        root = {**component(own), "hashes": [{"alg": "SHA-256", "content": digest}]}
    found = graph(required)
    packages = {name: each.package for name, each in sorted(found.items())}
    direct = {canonicalize_name(each.name) for each in required}
    edges = {
        root["bom-ref"]: [p for p in packages.values() if canonicalize_name(p.name) in direct],
        **{
            reference(each.package): [packages[name] for name in each.requires]
            for _, each in sorted(found.items())
        },
    }
    parts = {
        "metadata": {
            "lifecycles": [{"phase": "build"}],
            "component": root,
            "properties": [
                {"name": "python", "value": platform.python_version()},
                {"name": "platform", "value": f"{platform.system()} {platform.machine()}"},
            ],
        },
        "components": [component(each) for each in packages.values()],
        "dependencies": _dependencies(edges),
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(parts))}",
        "version": 1,
        **parts,
    }


def _dependencies(edges: Mapping[str, Iterable[Distribution]]) -> list[dict[str, Any]]:
    """Return which component requires which."""
    return [{"ref": ref, "dependsOn": sorted(map(reference, to))} for ref, to in edges.items()]


if __name__ == "__main__":
    print(json.dumps(sbom(Path(sys.argv[1])), indent=2))
