"""The HTTP server, which only the package's extra brings.

The package imports this first, so that an installation without the extra says what to install
rather than which module is missing.
"""

from __future__ import annotations

from importlib.util import find_spec

SERVER = ("starlette", "uvicorn")

for _name in SERVER:
    if find_spec(_name) is None:
        raise ModuleNotFoundError(
            "the emulator's server is not installed: pip install 'pulumi-amplify-jobs[emulator]'",
            name=_name,
        )
