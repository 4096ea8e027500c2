"""The page of a report, read as a browser reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from pulumi_amplify_jobs.report.model import Report
from pulumi_amplify_jobs.report.page import page

VOID = {"meta", "link", "input"}


@dataclass
class Node:
    """An element of a page."""

    tag: str
    attributes: dict[str, str | None]
    children: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(each if isinstance(each, str) else each.text for each in self.children)

    def all(self, tag: str, **attributes: str) -> list[Node]:
        """Return the elements below with this tag and these attributes, in order."""
        below = [each for each in self.children if isinstance(each, Node)]
        found = []
        for each in below:
            if each.tag == tag and attributes.items() <= each.attributes.items():
                found.append(each)
            found += each.all(tag, **attributes)
        return found

    def everything(self) -> list[Node]:
        below = [each for each in self.children if isinstance(each, Node)]
        return [self, *(node for each in below for node in each.everything())]


class Reader(HTMLParser):
    """Reads a page, and insists that every element is closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Node("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        assert len(node.attributes) == len(attrs)
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(text: str) -> Node:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert len(reader.open) == 1
    return reader.root


def cells(report: Report) -> list[list[str]]:
    """Return what the table shows, with every run of spaces as one."""
    [body] = read(page(report)).all("tbody")
    return [
        [" ".join(each.text.split()) for each in row.children if isinstance(each, Node)]
        for row in body.all("tr")
    ]
