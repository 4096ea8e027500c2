"""The licenses of what is installed with the package: `locks/licenses.json`, and the accepted ones.

`python -m release.licenses` writes the list from `locks/emulator.txt`, which has what the package
and its extra `emulator` bring, and from the metadata of what is installed here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.utils import canonicalize_name

from .locks import EMULATOR, FOLDER, read

LIST = FOLDER / "licenses.json"

ACCEPTED = frozenset(
    ("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "EPL-1.0", "MIT", "MPL-2.0", "PSF-2.0")
)
"""Licenses, by their SPDX identifiers, under which a package may be installed with this one.

EPL-1.0 and MPL-2.0 bind who distributes or changes the files under them: our wheel has none of
these, and none is changed here.
"""

_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""What metadata says in words."""

_READ_BY_HAND = {
    "colorama": "BSD-3-Clause",
    "debugpy": "MIT AND EPL-1.0",
    "exceptiongroup": "MIT",
    "importlib-metadata": "Apache-2.0",
    "jinja2": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "tomli": "MIT",
    "zipp": "MIT",
}
"""Read in the license files: where the metadata is vague, or not installed on every Python.

The wheel of debugpy has PyDev.Debugger in it, under EPL-1.0 (its ThirdPartyNotices.txt).
"""


def license_for(package: Distribution) -> str:
    """Return a package's license as an SPDX expression, or `unknown`."""
    by_hand = _READ_BY_HAND.get(canonicalize_name(package.name))
    return by_hand or _in_metadata(package)


def _in_metadata(package: Distribution) -> str:
    metadata = package.metadata
    said = [
        *(metadata.get_all("License-Expression") or ()),
        *(metadata.get_all("License") or ()),
        *(
            each.rsplit(" :: ", 1)[1]
            for each in metadata.get_all("Classifier") or ()
            if each.startswith("License :: ")
        ),
    ]
    for text in said:
        with_id = _SPDX.get(text, text)
        try:
            return str(canonicalize_license_expression(with_id))
        except InvalidLicenseExpression:
            continue
    return "unknown"


def is_accepted(expression: str) -> bool:
    """Say whether all licenses that an expression names are accepted: of alternatives, each."""
    names = re.split(r"\s+(?:AND|OR)\s+", expression.replace("(", "").replace(")", ""))
    return set(names) <= ACCEPTED


def listed() -> Iterator[dict[str, str]]:
    """Yield name, version and license of what `locks/emulator.txt` has for any Python."""
    for each in read(EMULATOR):
        try:
            found = license_for(distribution(each.name))
        except PackageNotFoundError:
            found = _READ_BY_HAND.get(each.name, "unknown")
        yield {"name": each.name, "version": each.version, "license": found}


def main() -> None:
    """Write the list."""
    LIST.write_text(json.dumps(list(listed()), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
