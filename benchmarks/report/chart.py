"""A chart of horizontal bars as SVG, for pages with a light and with a dark background."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 760
LETTER = 7
"""Pixels that a letter of a name takes, on average."""
FIGURES = 90
"""Pixels for the figures on the right."""
BAR = 16
STEP = 22
HEADING = 34

# Colours are set here and not in attributes, so that a page's dark mode can change them. The two
# blues keep a contrast of 3:1 or more with their background, as WCAG 2.2 (1.4.11) asks.
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.title { font-size: 15px; font-weight: 600; }
.group { font-weight: 600; }
.note, .figure { fill: #59636e; }
.ours { fill: #0969da; }
.other { fill: #818b98; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .note, .figure { fill: #9198a1; }
  .ours { fill: #4493f8; }
  .other { fill: #656c76; }
}
"""


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    figure: str
    """What is written at the end of the bar."""
    ours: bool = False


@dataclass(frozen=True)
class Group:
    """Bars that are compared with each other. The longest fills the width."""

    title: str
    bars: Sequence[Bar]


def chart(title: str, note: str, groups: Sequence[Group]) -> str:
    """Return the SVG document. ``note`` says what a longer bar means."""
    body = [
        _text(0, 16, "title", title),
        _text(0, 36, "note", note),
    ]
    labels = 12 + LETTER * max(
        (len(bar.label) for group in groups for bar in group.bars), default=0
    )
    top = 50
    for group in groups:
        if group.title:
            body.append(_text(0, top + 20, "group", group.title))
            top += HEADING
        longest = max((bar.value for bar in group.bars), default=1) or 1
        for bar in group.bars:
            body += _bar(bar, top, labels, longest)
            top += STEP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 8}" '
        f'width="{WIDTH}" height="{top + 8}" role="img" aria-label="{escape(title)}">\n'
        f"<style>{_STYLE}</style>\n" + "\n".join(body) + "\n</svg>\n"
    )


def _bar(bar: Bar, top: int, labels: int, longest: float) -> list[str]:
    length = max(1.0, (WIDTH - labels - FIGURES) * bar.value / longest)
    kind = "ours" if bar.ours else "other"
    middle = top + BAR - 3
    return [
        _text(labels - 8, middle, "label", bar.label, anchor="end"),
        f'<rect class="{kind}" x="{labels}" y="{top}" width="{length:.1f}" height="{BAR}" rx="2"/>',
        _text(round(labels + length + 6), middle, "figure", bar.figure),
    ]


def _text(x: int, y: int, kind: str, text: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'
