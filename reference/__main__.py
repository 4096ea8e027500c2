"""Write what is generated: `make docs`, or `python -m reference` in the repository's folder."""

from __future__ import annotations

import click

from .pages import REPOSITORY, expected_files
from .picture import PICTURE, picture


@click.command()
def main() -> None:
    """Write every generated file anew, and name those that changed."""
    files = {**expected_files(), PICTURE: picture()}
    for path, text in files.items():
        old = path.read_text(encoding="utf-8") if path.exists() else None
        if text != old:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            click.echo(f"wrote {path.relative_to(REPOSITORY).as_posix()}")


if __name__ == "__main__":
    main()
