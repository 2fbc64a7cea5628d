"""Jobs."""

from .decorator import Job
from .job_group import JobGroup
