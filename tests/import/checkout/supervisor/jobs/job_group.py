"""Objects whose jobs share a lock."""

from ..coresys import CoreSys, CoreSysAttributes


class JobGroup(CoreSysAttributes):
    def __init__(self, coresys: CoreSys, group_name: str) -> None:
        self.coresys = coresys
        self._group_name = group_name
