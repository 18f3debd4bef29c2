"""Names that anyone may have given a device, before they are shown as a text or as Markdown."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
import unicodedata

from markdown_it import MarkdownIt

from custom_components.earlid.untrusted import name, plain
from fuzz.target import Feed, Target

_LONGEST: Final = 80
# What a repair issue is shown with: links of bare addresses too, and HTML let through.
_MARKDOWN: Final = MarkdownIt("gfm-like", {"linkify": False, "html": True})
_TEXT: Final = ("paragraph_open", "paragraph_close", "inline")


@contextmanager
def _begin() -> Iterator[Feed]:
    def feed(given: Any) -> None:
        shown = name(given)
        assert len(shown) <= _LONGEST
        assert not any(unicodedata.category(one) == "Cc" for one in shown), "it stays on its line"
        assert not any("\u202a" <= one <= "\u202e" or "\u2066" <= one <= "\u2069" for one in shown)
        tokens = _MARKDOWN.parse(f"Named {plain(given)}.")
        assert all(token.type in _TEXT for token in tokens), "it is one paragraph"
        inner = [each for token in tokens for each in token.children or ()]
        assert all(each.type in ("text", "text_special") for each in inner), "it is itself and nothing else"

    yield feed


TARGETS: Final = (
    Target(
        name="names",
        begin=_begin,
        parses=("untrusted:name", "untrusted:plain"),
        words=(
            "![",
            "](",
            "http://a.b",
            "www.a.b",
            "a@b.c",
            "<script>",
            "&lt;",
            "```",
            "\n\n",
            "- ",
            "1. ",
            "|",
            "~~",
            "\u2028",
        ),
        share=0.6,
    ),
)
