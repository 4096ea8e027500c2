"""Pictures as SVG, drawn by matplotlib: the same bytes for the same data.

Texts stay texts. Ink and paper are variables, which follow the reader's light or dark scheme; the
paper is drawn, too, so that the ink can be read where a viewer knows no scheme.
"""

from __future__ import annotations

from html import escape
from io import StringIO
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from .pictures import Bars, Line, Lines, Picture, digest

INK, SOFT, PAPER = "#010203", "#a1a2a3", "#fdfcfb"
"""Stand for the variables, until matplotlib is done."""
OWN, OTHER, BROKEN = "#1f9d8a", "#8a93a0", "#e0703a"
"""Seen on light and on dark paper."""
STYLE = """
:root { --ink: #1f2328; --soft: #d0d7de; --paper: #ffffff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #3d444d; --paper: #0d1117 }
}
* { stroke-linejoin: round; stroke-linecap: butt }
text { white-space: pre }
"""
SETTINGS: Any = {
    "svg.hashsalt": "benchmarks",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT,
    "axes.facecolor": PAPER,
    "axes.titlecolor": INK,
    "figure.facecolor": PAPER,
    "grid.color": SOFT,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
WIDTH = 8.0
CUT = 2
"""Where a line stands for the bound, bars end at so many times the bound."""
TICKS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)


def drawn(picture: Picture) -> str:
    """Return a picture as SVG."""
    with rc_context(SETTINGS):
        figure = _bars(picture) if isinstance(picture, Bars) else _lines(picture)
        figure.suptitle(picture.title, x=0.02, ha="left", weight="bold")
        written = StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", metadata=nothing)
    return _dressed(written.getvalue(), picture)


def _bars(picture: Bars) -> Figure:
    figure = Figure((WIDTH, 1.1 + 0.3 * len(picture.bars)), layout="constrained")
    axes = figure.add_subplot()
    labels = [bar.label for bar in picture.bars]
    colours = [_bar_colour(picture, bar.stands_out) for bar in picture.bars]
    longest = max(bar.value for bar in picture.bars)
    end = longest if picture.mark is None else CUT * picture.mark
    lengths = [min(bar.value, end) for bar in picture.bars]
    axes.barh(labels, lengths, 0.62, color=colours)
    for row, (bar, length) in enumerate(zip(picture.bars, lengths, strict=True)):
        place = length if picture.mark is None else end
        axes.annotate(bar.text, (place, row), (6, 0), textcoords="offset points", va="center")
    axes.invert_yaxis()
    axes.margins(y=0.02)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(picture.axis)
    axes.set_xlim(0, end)
    axes.spines["left"].set_visible(False)
    if picture.mark is not None:
        axes.axvline(picture.mark, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    return figure


def _bar_colour(picture: Bars, stands_out: bool) -> str:
    if stands_out:
        return OWN
    return OTHER if picture.mark is None else BROKEN


def _lines(picture: Lines) -> Figure:
    figure = Figure((WIDTH, 4.6), layout="constrained")
    panels = figure.subplots(1, len(picture.panels), sharey=True, squeeze=False)[0]
    for axes, (title, lines) in zip(panels, picture.panels, strict=True):
        _panel(axes, title, lines)
    panels[0].set_ylabel(picture.axis)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return figure


MARKERS = "osD^v<"


def _panel(axes: Axes, title: str, lines: tuple[Line, ...]) -> None:
    axes.set_title(title, loc="left", size=10)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for line, marker in zip(lines, MARKERS, strict=False):
        colour = OWN if line.stands_out else OTHER
        jobs, seconds = zip(*line.points, strict=True)
        order = 3 if line.stands_out else 2
        axes.plot(jobs, seconds, marker=marker, color=colour, label=line.label, zorder=order)
    sizes = sorted({jobs for line in lines for jobs, _ in line.points})
    axes.xaxis.set_major_locator(FixedLocator(sizes))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_major_locator(FixedLocator(TICKS))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("jobs")
    axes.grid(axis="y", linewidth=0.6)


def _dressed(svg: str, picture: Picture) -> str:
    """Put variables in the place of colours, and say what the picture is of."""
    start, end = svg.index("<style"), svg.index("</style>")
    svg = f'{svg[:start]}<style type="text/css">{STYLE}{svg[end:]}'
    for colour, name in ((INK, "ink"), (SOFT, "soft"), (PAPER, "paper")):
        svg = svg.replace(colour, f"var(--{name})")
    # Without what comes before the element, which only other files of XML need.
    svg = svg[svg.index("<svg") :]
    told = f"<title>{escape(picture.title)}</title>\n <desc>{digest(picture)}</desc>"
    svg = svg.replace(">", f">\n {told}", 1)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"
