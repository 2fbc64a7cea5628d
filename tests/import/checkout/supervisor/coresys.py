"""What every object can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .ovens import OvenManager
    from .shop import Shop


class CoreSys:
    def __init__(self) -> None:
        self._shop: Shop | None = None
        self._ovens: OvenManager | None = None

    @property
    def shop(self) -> Shop:
        return self._shop

    @property
    def ovens(self) -> "OvenManager":
        return self._ovens


class CoreSysAttributes:
    coresys: CoreSys

    @property
    def sys_shop(self) -> Shop:
        return self.coresys.shop

    @property
    def sys_ovens(self):
        return self.coresys.ovens

    def sys_create_task(self, coroutine):
        return self.coresys.create_task(coroutine)
