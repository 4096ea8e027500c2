"""`python -m fuzz.one TARGET [OPTION OF LIBFUZZER]...`: one target, in this process."""

from __future__ import annotations

import atexit
import sys
import tempfile
from pathlib import Path

import atheris

WATCHED = ("pulumi_amplify_jobs", "botocore.parsers", "yaml")
"""What is looked into, to see which inputs reach further."""

with atheris.instrument_imports(include=list(WATCHED)):
    from .targets import load

    TARGET = load(sys.argv[1])


def _dictionary(folder: Path) -> Path:
    """Write the target's words as libFuzzer reads them."""
    path = folder / "words"
    lines = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in TARGET.words)
    path.write_text("".join(f'"{line}"\n' for line in lines))
    return path


def main() -> None:
    """Try inputs until the time is over, or one breaks the target."""
    TARGET.corpus.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds"
        seeds.mkdir()
        for number, content in enumerate(TARGET.seeds()):
            (seeds / str(number)).write_bytes(content)
            TARGET.check(content)
        options = [f"-dict={_dictionary(Path(folder))}", f"-max_len={TARGET.longest}"]
        atexit.register(TARGET.end)
        atheris.Setup([sys.argv[0], *options, *sys.argv[2:], str(seeds)], TARGET.check)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
