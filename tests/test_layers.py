"""The order of the modules is held by reading their imports."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "gongkai_score"

LAYERS: list[set[str]] = [
    {"memory", "messages", "threads", "ordering", "digests", "points", "outcomes", "vocabulary"},
    {"errors", "numbered_texts", "period", "exact_columns", "verdict_counts"},
    {"event_columns"},
    {"log_order"},
    {"units", "activity_log", "work_calendar", "measurements", "evidence"},
    {"measure_kinds"},
    {"indicator_set", "cases", "log_facts", "packing"},
    {"options", "measures", "known"},
    {"scoring"},
    {"node_plans", "array_columns"},
    {"leaf_scores"},
    {"aggregation", "reduction"},
    {"gates"},
    {"ranking"},
    {"peers", "assessment"},
    {"results", "merged_cases", "column_cases"},
    {"collection"},
    {"pipeline"},
    {"parts"},
    {"amendments"},
    {"wording", "due"},
    {"sentences"},
    {"accounts"},
    {"rule_tests"},
    {"explanation"},
    {"tables"},
    {"readers", "outputs"},
    {"streaming"},
    {"spark"},
    {"testing"},
    {"cli"},
    {"__init__", "__main__"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
PURE = {
    "points", "outcomes", "exact_columns", "measurements", "known", "scoring", "node_plans", "leaf_scores",
    "aggregation", "gates", "ranking", "peers", "assessment",
    "evidence", "measure_kinds", "indicator_set", "results", "explanation", "accounts", "sentences", "wording",
    "vocabulary", "due",
}  # fmt: skip
"""From measurements to the assessment: the standard library only."""
BESIDE = {"errors", "memory", "messages", "period", "units"}
"""What they may use besides."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def top(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_from_layers_above_it(path: Path) -> None:
    own = top(path)
    assert own in LEVEL, f"{own} has no layer: give it one in this file"
    for name in imports(path):
        if name.startswith("gongkai_score."):
            other = name.split(".")[1]
            same_package = other == own and (PACKAGE / own).is_dir()
            assert same_package or LEVEL[other] < LEVEL[own], f"{own} imports {other}"


@pytest.mark.parametrize("name", sorted(PURE))
def test_the_scoring_core_imports_the_standard_library_only(name: str) -> None:
    for module in imports(PACKAGE / f"{name}.py"):
        root = module.split(".")[0]
        assert root in sys.stdlib_module_names or root in {"gongkai_score", "__future__"}, f"{name}: {module}"
        if root == "gongkai_score" and "." in module:
            assert module.split(".")[1] in PURE | BESIDE, f"{name}: {module}"


def test_each_outside_library_has_one_home() -> None:
    homes: dict[str, set[str]] = {}
    for path in modules():
        for module in imports(path):
            root = module.split(".")[0]
            if root not in sys.stdlib_module_names and root not in {"gongkai_score", "__future__", "numpy"}:
                home = "cli" if top(path) == "cli" else str(path.relative_to(PACKAGE))
                homes.setdefault(root, set()).add(home)
    crowded = {root: sorted(places) for root, places in homes.items() if len(places) > 1}
    shared = {"pandas", "yaml", "jsonschema"}
    assert not {root for root in crowded if root not in shared}, crowded
