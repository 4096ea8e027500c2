"""Write what is generated: `make docs`, or `python -m reference` in the repository's folder."""

from __future__ import annotations

from pathlib import Path

import click

from . import comment_picture, page_picture
from .chromium import find_chromium
from .pages import REPOSITORY, expected_files
from .picture import PICTURE, picture


@click.command()
def main() -> None:
    """Write every generated file anew, and name those that changed."""
    files = {**expected_files(), PICTURE: picture()}
    for path, text in files.items():
        _write(path, text.encode())
    for source in (page_picture, comment_picture):
        _draw(source.PICTURE, source.page_now())


def _draw(path: Path, page: str) -> None:
    """Draw the picture of a page where it shows another one, if there is a browser to draw it."""
    if path.exists() and page_picture.is_of(path.read_bytes(), page):
        return
    chromium = find_chromium()
    if chromium:
        _write(path, page_picture.page_picture(page, chromium))
    else:
        click.echo(f"left {_name(path)} as it is: there is no Chromium to draw it", err=True)


def _write(path: Path, content: bytes) -> None:
    old = path.read_bytes() if path.exists() else None
    if content != old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        click.echo(f"wrote {_name(path)}")


def _name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


if __name__ == "__main__":
    main()
