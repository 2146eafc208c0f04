"""Which of many path templates could match a path: a tree of segments instead of a list of regexes.

The table narrows down, the routes themselves decide: it may offer a template that does not match
in the end (a convertor says no), but it never leaves out one that does.
"""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from starlette.convertors import CONVERTOR_TYPES

from ..ground.templates import PARAMETER

T = TypeVar("T")

# Their patterns never match a slash, so a parameter of one of these stays within its segment.
# Identity counts: an application may register a convertor of its own under one of the names.
_WITHIN_A_SEGMENT = {name: CONVERTOR_TYPES[name] for name in ("str", "int", "float", "uuid")}


@dataclass(slots=True)
class _Node(Generic[T]):
    """One position in the tree: what ends here, and where the next segment leads."""

    ends: list[int] = field(default_factory=list)
    """Templates that end with this segment."""
    ending: list[T] = field(default_factory=list)
    """The items of these templates."""
    open: list[int] = field(default_factory=list)
    """Templates of which anything may follow."""
    static: "dict[str, _Node[T]]" = field(default_factory=dict)
    dynamic: "_Node[T] | None" = None
    """The next segment holds a parameter."""


class PathTable(Generic[T]):
    """Items by path template, found in the order in which they were added."""

    def __init__(self) -> None:
        self._items: list[T] = []
        self._root: _Node[T] = _Node()

    def add(self, template: str, item: T) -> None:
        """Add an item that serves the paths of `template`."""
        node = self._root
        for segment in _segments(template):
            if segment is None:
                node.open.append(len(self._items))
                break
            if PARAMETER.search(segment):
                node.dynamic = node.dynamic or _Node()
                node = node.dynamic
            else:
                node = node.static.setdefault(segment, _Node())
        else:
            node.ends.append(len(self._items))
            node.ending.append(item)
        self._items.append(item)

    def add_anywhere(self, item: T) -> None:
        """Add an item that is asked about every path."""
        self._root.open.append(len(self._items))
        self._items.append(item)

    def find(self, path: str) -> list[T]:
        """Return the items that may serve `path`, in the order in which they were added."""
        if path.endswith("\n"):
            return self._items  # `$` of a regex matches before it
        # Nearly always, one way leads through the tree.
        node = self._root
        if node.open:
            return self._search(path)
        for segment in path.split("/"):
            following = node.static.get(segment)
            if node.dynamic is not None and segment:
                if following is not None:
                    return self._search(path)
                following = node.dynamic
            if following is None:
                return []
            if following.open:
                return self._search(path)
            node = following
        return node.ending

    def _search(self, path: str) -> list[T]:
        """Follow every way that is open to `path`."""
        found: list[int] = []
        nodes = [self._root]
        for segment in path.split("/"):
            following: list[_Node[T]] = []
            for node in nodes:
                found += node.open
                if (child := node.static.get(segment)) is not None:
                    following.append(child)
                if segment and node.dynamic is not None:
                    following.append(node.dynamic)
            nodes = following
        for node in nodes:
            found += node.open
            found += node.ends
        found.sort()
        return [self._items[index] for index in found]


def _segments(template: str) -> list[str | None]:
    """The segments of a template; `None` from where a parameter may reach over slashes."""
    segments: list[str | None] = []
    for segment in template.split("/"):
        names = [match.partition(":")[2] or "str" for match in PARAMETER.findall(segment)]
        if not all(CONVERTOR_TYPES.get(name) is _WITHIN_A_SEGMENT.get(name, 0) for name in names):
            return [*segments, None]
        segments.append(segment)
    return segments
