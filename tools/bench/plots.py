"""Plots as SVG: lines and bars over two axes, in colours that can be read on a white page and on a dark one."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 300, 56, 90, 36, 44
INK = "#7d8590"
LINE = 14
COLOURS = ("#3f8cf2", "#c7811b", "#2da44e")
TICKS = (1, 2, 2.5, 5, 10)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Plot:
    """A frame: what stands above it and along its axes. `most`: the ends of the axes. `log`: x grows by factors."""

    title: str
    x: str
    y: str
    most: Point
    least: Point = (0.0, 0.0)
    log: bool = False

    def lines(self, series: Mapping[str, Sequence[Point]], dots: bool = False) -> str:
        """A line for each series, with its name at its end."""
        coloured = list(zip(series.values(), COLOURS, strict=False))
        drawn = [part for points, colour in coloured for part in self._line(points, colour, dots)]
        return self._framed([*drawn, *self._names(series)])

    def bars(self, heights: Sequence[float], width: float) -> str:
        """Bars beside each other from the axis' beginning on, each so wide."""
        return self._framed(
            self._bar(number * width, (number + 1) * width, high) for number, high in enumerate(heights)
        )

    def _line(self, points: Sequence[Point], colour: str, dots: bool) -> Iterable[str]:
        places = [self._at(point) for point in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        if dots:
            yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places)

    def _names(self, series: Mapping[str, Sequence[Point]]) -> Iterable[str]:
        """At the ends of the lines, from below; two of them never on each other."""
        ends = [
            (*self._at(points[-1]), name, colour)
            for (name, points), colour in zip(series.items(), COLOURS, strict=False)
        ]
        free = float(HEIGHT)
        for x, y, name, colour in sorted(ends, key=lambda end: -end[1]):
            free = min(y + 4, free - LINE)
            yield _text(x + 8, free, name, colour, "start")

    def _bar(self, left: float, right: float, height: float) -> str:
        (x, y), (end, ground) = self._at((left, height)), self._at((right, 0.0))
        size = f'width="{max(end - x - 1, 0.5):.1f}" height="{ground - y:.1f}"'
        return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{COLOURS[0]}"/>'

    def _at(self, point: Point) -> Point:
        scale = math.log10 if self.log else float
        low, high = scale(self.least[0]), scale(self.most[0])
        across = (scale(point[0]) - low) / (high - low)
        up = (point[1] - self.least[1]) / (self.most[1] - self.least[1])
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def _framed(self, drawn: Iterable[str]) -> str:
        across = WIDTH - RIGHT
        parts = [_text(LEFT, 20, self.title, INK, "start", 14), _text(LEFT, TOP - 4, self.y, INK, "start", 11)]
        for value in _ticks(self.least[1], self.most[1]):
            _, y = self._at((self.least[0], value))
            parts.append(f'<path d="M{LEFT} {y:.1f}H{across}" stroke="{INK}" stroke-opacity=".3"/>')
            parts.append(_text(LEFT - 8, y + 4, f"{value:g}", INK, "end"))
        for value in _powers(self.least[0], self.most[0]) if self.log else _ticks(self.least[0], self.most[0]):
            parts.append(_text(self._at((value, self.least[1]))[0], HEIGHT - BOTTOM + 18, f"{value:,g}", INK, "middle"))
        parts.append(_text((LEFT + across) / 2, HEIGHT - 8, self.x, INK, "middle"))
        size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="sans-serif">'
        return "\n".join([head, f"<title>{escape(self.title)}</title>", *parts, *drawn, "</svg>", ""])


def _text(x: float, y: float, text: str, colour: str, anchor: str, size: int = 12) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}"'
    return f'<text {place} fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'


def _ticks(least: float, most: float) -> list[float]:
    """Four to eight round numbers."""
    power = 10 ** math.floor(math.log10((most - least) / 4))
    step = next(one * power for one in TICKS if (most - least) / (one * power) <= 8)
    first = math.ceil(least / step)
    return [number * step for number in range(first, math.floor(most / step + 1e-9) + 1)]


def _powers(least: float, most: float) -> list[float]:
    return [10.0**power for power in range(math.ceil(math.log10(least)), math.floor(math.log10(most)) + 1)]
