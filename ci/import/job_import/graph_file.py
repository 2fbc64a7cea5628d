"""The job graph as a file: docs/import.md has the format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .policies import CONCURRENCIES, LIMITS, THROTTLES
from .source import BadInput
from .summary import KINDS

Graph = dict[str, Any]
VERSION = 1

_TEXT = (str,)
_MAYBE_TEXT = (str, type(None))
_MAYBE_WHOLE = (int, type(None))
_JOB: dict[str, tuple[type, ...]] = {
    "id": _TEXT, "name": _TEXT, "at": _TEXT, "classes": (list,), "group": _MAYBE_TEXT,
    "concurrency": _MAYBE_TEXT, "throttle": _MAYBE_TEXT, "limit": _MAYBE_TEXT,
    "period_us": _MAYBE_WHOLE, "max_calls": _MAYBE_WHOLE, "is_clear": (bool,), "calls": (list,),
}
_CALL: dict[str, tuple[type, ...]] = {
    "to": _TEXT, "kind": _TEXT, "same_object": (bool,), "from_classes": (list,),
    "to_classes": (list,), "path": (list,),
}
_WORDS = {"concurrency": CONCURRENCIES, "throttle": THROTTLES, "limit": LIMITS, "kind": KINDS}


def read_graph(file: Path) -> Graph:
    """A graph that an import has written, or somebody else. Raises BadInput."""
    try:
        graph = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(f"{file} is not JSON: {error}") from error
    except RecursionError as error:
        raise BadInput(f"{file} nests too deeply for a job graph") from error
    if not isinstance(graph, dict) or graph.get("interlock_job_graph") != VERSION:
        raise BadInput(f"{file} is not a job graph of version {VERSION}")
    jobs = graph.get("jobs")
    if not isinstance(jobs, list):
        raise BadInput(f"{file} has no list 'jobs'")
    for job in jobs:
        _check(job, _JOB, f"{file}: job {_name(job)}")
    known = {job["id"] for job in jobs}
    for job in jobs:
        for call in job["calls"]:
            where = f"{file}: a call of job {_name(job)}"
            _check(call, _CALL, where)
            if call["to"] not in known:
                raise BadInput(f"{where}: there is no job '{call['to']}'")
            if not call["path"] or not str(call["path"][0]).rpartition(":")[2].isdecimal():
                raise BadInput(f"{where}: 'path' begins with no place, as module.function:12")
    graph.setdefault("unresolved", [])
    return graph


def _name(job: Any) -> str:
    return str(job.get("id", "without id")) if isinstance(job, dict) else "that is no object"


def _check(value: Any, keys: dict[str, tuple[type, ...]], where: str) -> None:
    if not isinstance(value, dict):
        raise BadInput(f"{where}: is no object")
    for key, types in keys.items():
        if key not in value:
            raise BadInput(f"{where}: has no '{key}'")
        one = value[key]
        if not isinstance(one, types):
            raise BadInput(f"{where}: '{key}' cannot be {one!r}")
        if key in _WORDS and one is not None and one not in _WORDS[key]:
            raise BadInput(f"{where}: '{key}' is '{one}', not one of {', '.join(_WORDS[key])}")
