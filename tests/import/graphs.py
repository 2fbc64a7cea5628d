"""Small job graphs for the tests, and where the importer is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
IMPORTER = HERE.parent.parent / "ci" / "import"
sys.path.insert(0, str(IMPORTER))


def job(
    name: str, policy: str | None = None, group: str | None = None, **more: Any
) -> dict[str, Any]:
    """A job whose id is its name."""
    return {
        "id": name, "name": name, "at": "file.py:1", "classes": ["Class"], "group": group,
        "concurrency": policy, "throttle": None, "limit": None, "period_us": None,
        "max_calls": None, "is_clear": True, "conditions": [], "on_condition": None, "calls": [],
    } | more


def calls(to: str, kind: str = "await", same_object: bool = False, line: int = 1) -> dict[str, Any]:
    return {
        "to": to, "kind": kind, "same_object": same_object, "from_classes": ["Class"],
        "to_classes": ["Class"], "path": [f"module.function:{line}"],
    }


def graph(*jobs: dict[str, Any]) -> dict[str, Any]:
    return {"interlock_job_graph": 1, "jobs": list(jobs), "unresolved": []}
