"""What a session may use. Set once, before any code of strangers runs; hard limits cannot be raised again."""

import resource
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    memory_bytes: int
    processes: int
    file_bytes: int
    output_bytes: int
    displays: int
    display_bytes: int
    hot_copies: int

    @staticmethod
    def of(given: dict) -> "Limits":
        limits = Limits(**{name: given[name] for name in Limits.__dataclass_fields__})
        for name, value in vars(limits).items():
            if not isinstance(value, int) or value <= 0:
                raise ValueError(f"the limit {name} must be a whole number above zero")
        return limits


def set_limits(limits: Limits) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_MEMLOCK, 65536),
    ):
        resource.setrlimit(kind, (value, value))
