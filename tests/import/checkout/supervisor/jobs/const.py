"""What a policy is made of."""

from enum import StrEnum


class JobConcurrency(StrEnum):
    REJECT = "reject"
    QUEUE = "queue"
    GROUP_REJECT = "group_reject"
    GROUP_QUEUE = "group_queue"


class JobThrottle(StrEnum):
    THROTTLE = "throttle"
    RATE_LIMIT = "rate_limit"
    GROUP_THROTTLE = "group_throttle"
    GROUP_RATE_LIMIT = "group_rate_limit"


class JobExecutionLimit(StrEnum):
    ONCE = "once"
    GROUP_WAIT = "group_wait"


class JobCondition(StrEnum):
    RUNNING = "running"
    HEALTHY = "healthy"
