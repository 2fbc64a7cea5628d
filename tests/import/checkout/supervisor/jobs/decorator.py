"""The decorator."""

from ..coresys import CoreSysAttributes


class Job(CoreSysAttributes):
    def __init__(self, name, conditions=None, cleanup=True, on_condition=None, **policy):
        self.name = name

    def __call__(self, method):
        return method
