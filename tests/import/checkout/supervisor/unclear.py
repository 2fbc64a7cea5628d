"""What cannot be resolved; each of these lines is to be listed."""

from abc import ABC

from .coresys import CoreSys, CoreSysAttributes
from .jobs import Job, JobGroup
from .jobs.const import JobConcurrency, JobThrottle


def period(coresys, last, calls):
    return calls


class Nameless(JobGroup):
    def __init__(self, coresys: CoreSys) -> None:
        super().__init__(coresys, coresys.invent())

    @Job(name="nameless_run", concurrency=JobConcurrency.GROUP_QUEUE)
    async def run(self) -> None:
        """Of a group that has no known name."""


class Unclear(CoreSysAttributes):
    def __init__(self, helper) -> None:
        self.helper = helper

    @Job(name="unclear_period", throttle=JobThrottle.THROTTLE, throttle_period=period)
    async def refresh(self) -> None:
        """When it may run again is computed."""

    @Job(name="unclear_twice", concurrency=JobConcurrency.GROUP_REJECT)
    async def lonely(self) -> None:
        """A group policy in no group."""

    @Job(name="unclear_twice", concurrency=pick())
    async def picked(self) -> None:
        await self.helper.lonely()
        self.helper.sell({})
        await self.helper.fetch()
        self.pending = self.lonely()
        self.helper.every(60, self.refresh)

        async def later() -> None:
            await self.refresh()

        self.helper.on_event(later)


class Stand(JobGroup, ABC):
    @Job(name="stand_move", concurrency=JobConcurrency.GROUP_QUEUE)
    async def move(self) -> None:
        """Inherited into groups of different names."""


class LeftStand(Stand):
    def __init__(self, coresys: CoreSys) -> None:
        super().__init__(coresys, "left")


class RightStand(Stand):
    def __init__(self, coresys: CoreSys) -> None:
        super().__init__(coresys, "right")

    @Job(name="stand_turn")
    async def turn(self) -> None:
        self.later(lambda: self.move())


class Namesakes(CoreSysAttributes):
    @Job(name="namesake")
    async def first(self) -> None:
        """Has nothing wrong but its name."""

    @Job(name="namesake")
    async def second(self) -> None:
        """The same."""
