"""The page on speed: every script writes its own sections and leaves those of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path


def sections(text: str) -> list[tuple[str, str]]:
    """(title, whole text) of every section; what stands before the first has the title ""."""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    return [(part[3:].partition("\n")[0].strip() if part.startswith("## ") else "", part) for part in parts if part]


def put(path: Path, own: Sequence[tuple[str, str]]) -> None:
    """Writes sections into a page where they stood, else at its end; all at once or not at all.

    Args:
        path: the page; it may not be there yet.
        own: title and text of each section; text without a title stands before all others.
    """
    held = sections(path.read_text(encoding="utf-8")) if path.exists() else []
    titles = [title for title, _ in own]
    first = next((i for i, (title, _) in enumerate(held) if title in titles), len(held))
    rest = [part for part in held if part[0] not in titles]
    before = sum(1 for part in held[:first] if part[0] not in titles)
    parts = [text.strip("\n") for _, text in (*rest[:before], *own, *rest[before:])]
    whole = path.with_suffix(".new")
    whole.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    whole.replace(path)
