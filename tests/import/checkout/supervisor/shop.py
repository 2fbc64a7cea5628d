"""Gathers, tasks, and a cycle of locks with the ovens' manager."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

from .const import SELL, SHOP_GROUP
from .coresys import CoreSys
from .jobs import Job, JobGroup
from .jobs.const import JobConcurrency, JobCondition, JobExecutionLimit, JobThrottle
from .ovens import Oven

OPEN = [JobCondition.RUNNING, JobCondition.HEALTHY]


class Ledger:
    def __init__(self, file: str) -> None:
        self.file = file


class Shop(Ledger, JobGroup):
    def __init__(self, coresys: CoreSys) -> None:
        super().__init__("ledger")
        super(Ledger, self).__init__(coresys, SHOP_GROUP)
        self.kiosks: dict[str, Kiosk] = {}

    @Job(name="shop_open", conditions=OPEN, on_condition=ShopError,
         concurrency=JobConcurrency.GROUP_REJECT)
    async def open(self) -> None:
        await asyncio.gather(self.dust(), *[oven.glance() for oven in self.sys_ovens.all])
        await self._together([kiosk.open() for kiosk in self.kiosks.values()])
        if (kiosk := self.kiosks.get("north")) is not None:
            await asyncio.wait_for(kiosk.close(), timeout=10)

    async def _together(self, steps: list[Awaitable[None]]) -> None:
        await asyncio.gather(*steps, return_exceptions=True)

    @Job(name="shop_dust", limit=JobExecutionLimit.ONCE)
    async def dust(self) -> None:
        """Nested in open()."""

    @Job(name="shop_close", concurrency=JobConcurrency.GROUP_QUEUE)
    async def close(self) -> None:
        self.sys_create_task(self.count())

        async def tidy() -> None:
            await self.sys_ovens.clean_all()

        self.sys_create_task(tidy())

    @Job(name="shop_count", conditions=[*OPEN], throttle=JobThrottle.RATE_LIMIT,
         throttle_period=timedelta(hours=1), throttle_max_calls=2)
    async def count(self) -> None:
        tasks = []
        for kiosk in self.kiosks.values():
            tasks.append(kiosk.close())
        await asyncio.gather(*tasks)

    @Job(name="shop_stock", concurrency=JobConcurrency.GROUP_QUEUE)
    async def stock(self) -> None:
        delivery = await self._order()
        await self.dust()
        await delivery

    async def _order(self) -> asyncio.Task:
        return self.sys_create_task(self.sell())

    @Job(name=SELL, concurrency=JobConcurrency.GROUP_QUEUE)
    async def sell(self) -> None:
        await self.sys_ovens.supply()


class Kiosk(JobGroup):
    def __init__(self, coresys: CoreSys, slug: str) -> None:
        super().__init__(coresys, f"kiosk_{slug}")

    @Job(name="kiosk_open")
    async def open(self) -> None:
        """Has no policy."""

    @Job(name="kiosk_close", concurrency=JobConcurrency.GROUP_REJECT)
    async def close(self) -> None:
        await self.sys_shop.sell()
