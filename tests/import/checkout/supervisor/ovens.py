"""A class hierarchy with a group for each object; jobs that are inherited and overridden."""

from abc import ABC, abstractmethod
from collections import defaultdict
from datetime import timedelta

from .const import OVEN_GROUP, SHORT
from .coresys import CoreSys, CoreSysAttributes
from .jobs import Job, JobGroup
from .jobs.const import JobConcurrency, JobExecutionLimit, JobThrottle


class Oven(JobGroup, ABC):
    def __init__(self, coresys: CoreSys, name: str) -> None:
        super().__init__(coresys, OVEN_GROUP.format_map(defaultdict(str, name=name)))

    @property
    @abstractmethod
    def programme(self) -> str:
        """What it bakes."""

    @Job(name="oven_heat", concurrency=JobConcurrency.GROUP_REJECT)
    async def heat(self) -> None:
        await self.clean()

    @Job(name="oven_clean", concurrency=JobConcurrency.GROUP_QUEUE)
    async def clean(self) -> None:
        try:
            self.programme.sweep()
        except KeyError, ValueError:
            pass

    @Job(
        name="oven_glance",
        throttle=JobThrottle.GROUP_RATE_LIMIT,
        throttle_period=timedelta(minutes=1, seconds=30),
        throttle_max_calls=4,
    )
    async def glance(self) -> None:
        """Has no lock."""

    @Job(name="oven_cool", limit=JobExecutionLimit.GROUP_WAIT)
    async def cool(self) -> None:
        await self.heat()


class BreadOven(Oven):
    @property
    def programme(self) -> str:
        return "bread"


class CakeOven(Oven):
    @property
    def programme(self) -> str:
        return "cake"

    @Job(name="cake_oven_clean", concurrency=JobConcurrency.GROUP_QUEUE)
    async def clean(self) -> None:
        await super().clean()

    @Job(name="cake_oven_cool", throttle=JobThrottle.GROUP_THROTTLE, throttle_period=SHORT)
    async def cool(self) -> None:
        """Without the one that it overrides."""

    async def prepare(self) -> None:
        await self.heat()


class OvenManager(CoreSysAttributes):
    """In no group."""

    def __init__(self, coresys: CoreSys) -> None:
        self.coresys = coresys
        self.bread: BreadOven = BreadOven(coresys, "bread")
        self.cake = CakeOven(coresys, "cake")
        self._all: dict[str, Oven] = {}

    @property
    def all(self) -> list[Oven]:
        return list(self._all.values())

    @Job(name="ovens_heat", concurrency=JobConcurrency.REJECT)
    async def heat_all(self) -> None:
        await self._heat_bread()
        await self.cake.heat()

    async def _heat_bread(self) -> None:
        await self.bread.heat()

    @Job(name="ovens_prepare")
    async def prepare_all(self) -> None:
        await self.cake.prepare()

    @Job("ovens_clean", concurrency=JobConcurrency.QUEUE, throttle=JobThrottle.THROTTLE,
         throttle_period=SHORT)
    async def clean_all(self) -> None:
        for oven in self.all:
            await oven.clean()
