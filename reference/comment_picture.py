"""The picture of a comment: an example's plan, reported for real, as GitHub would show it."""

from __future__ import annotations

from markdown_it import MarkdownIt

from .page_picture import output_of
from .pages import REPOSITORY

PICTURE = REPOSITORY / "docs/images/comment.png"
COMMAND = "amplify-jobs plan --json | amplify-jobs report"

FRAME = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A comment</title>
<style>
body {{ margin: 0; padding: 24px; background: #fff; color: #1f2328;
  font: 14px/1.5 system-ui, "DejaVu Sans", sans-serif; }}
article {{ border: 1px solid #d1d9e0; border-radius: 6px; }}
header {{ padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0;
  border-radius: 6px 6px 0 0; color: #59636e; }}
main {{ padding: 16px; }}
table {{ border-collapse: collapse; margin: 0 0 16px; }}
th, td {{ border: 1px solid #d1d9e0; padding: 6px 13px; text-align: left; }}
tbody tr:nth-child(2n) {{ background: #f6f8fa; }}
code {{ background: #818b981f; border-radius: 6px; padding: .2em .4em;
  font: 85% ui-monospace, "DejaVu Sans Mono", monospace; }}
p, ul {{ margin: 0 0 16px; }}
</style>
<article>
<header><strong>github-actions</strong> bot commented</header>
<main>
{content}
</main>
</article>
</html>
"""


def page_now() -> str:
    """Run the commands on a copy of the example, and return a page with the Markdown in it."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    return FRAME.format(content=parser.render(output_of(COMMAND)))
