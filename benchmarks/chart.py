"""A chart of lines on logarithmic axes as SVG, without any library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT, _LEFT, _TOP, _LABELS, _GAP = 300, 260, 60, 40, 120, 30
_COLOURS = ("#4477aa", "#66ccee", "#228833", "#ccbb44", "#ee6677", "#aa3377", "#bbbbbb", "#999933", "#117733")


@dataclass(frozen=True)
class Line:
    """One line: a name and its points; ``strong``: drawn thick."""

    name: str
    points: Sequence[tuple[float, float]]
    strong: bool = False


def chart(panels: Mapping[str, Sequence[Line]], across: str, up: str) -> str:
    """Panels side by side with the same axes; names stand at the ends of the lines."""
    values = [point for lines in panels.values() for line in lines for point in line.points]
    x_low, x_high = _decades([x for x, _ in values])
    y_low, y_high = _decades([y for _, y in values])
    names = list(dict.fromkeys(line.name for lines in panels.values() for line in lines))
    colour = {name: _COLOURS[i % len(_COLOURS)] for i, name in enumerate(names)}
    step = _WIDTH + _LABELS + _GAP
    whole = (_LEFT + step * len(panels), _TOP + _HEIGHT + 50)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole[0]} {whole[1]}" '
        'font-family="sans-serif" font-size="11">',
        f'<rect width="{whole[0]}" height="{whole[1]}" fill="white"/>',
    ]
    for number, (title, lines) in enumerate(panels.items()):
        left = _LEFT + number * step

        def place(x: float, y: float, left: float = left) -> tuple[float, float]:
            across = (math.log10(x) - x_low) / (x_high - x_low)
            upwards = (math.log10(y) - y_low) / (y_high - y_low)
            return left + across * _WIDTH, _TOP + (1 - upwards) * _HEIGHT

        out.append(f'<text x="{left}" y="{_TOP - 15}" font-weight="bold">{title}</text>')
        for power in range(x_low, x_high + 1):
            x, y = place(10**power, 10**y_low)
            out.append(f'<line x1="{x:.0f}" y1="{_TOP}" x2="{x:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
            out.append(f'<text x="{x:.0f}" y="{y + 15:.0f}" text-anchor="middle">1e{power}</text>')
        for power in range(y_low, y_high + 1):
            x, y = place(10**x_low, 10**power)
            out.append(f'<line x1="{x:.0f}" y1="{y:.0f}" x2="{x + _WIDTH:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
            out.append(f'<text x="{x - 6:.0f}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g}</text>')
        out.append(
            f'<text x="{left + _WIDTH / 2:.0f}" y="{_TOP + _HEIGHT + 35}" text-anchor="middle">{across}</text>'
        )
        out += _lines(lines, place, colour)
    out.append(
        f'<text x="14" y="{_TOP + _HEIGHT / 2:.0f}" transform="rotate(-90 14 {_TOP + _HEIGHT / 2:.0f})">{up}</text>'
    )
    return "\n".join([*out, "</svg>", ""])


def _lines(lines, place, colour) -> list[str]:  # type: ignore[no-untyped-def]
    ends = sorted((place(*line.points[-1])[1], line.name) for line in lines)
    heights: dict[str, float] = {}
    for y, name in ends:
        heights[name] = max(y, max(heights.values(), default=-99) + 12)
    out = []
    for line in lines:
        points = [place(*point) for point in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        wide = 3 if line.strong else 1.5
        style = f'fill="none" stroke="{colour[line.name]}" stroke-width="{wide}"'
        out.append(f'<polyline points="{path}" {style}/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{wide}" fill="{colour[line.name]}"/>' for x, y in points]
        out.append(
            f'<text x="{points[-1][0] + 6:.1f}" y="{heights[line.name] + 4:.1f}" fill="{colour[line.name]}">'
            f"{line.name}</text>"
        )
    return out


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """Powers of ten around the values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)
