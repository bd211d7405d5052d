"""How much of the machine one submission may use."""

from dataclasses import dataclass

MB = 2**20


@dataclass(frozen=True)
class Limits:
    """What a submission may use; sizes in MB, times in seconds.

    cell: a cell's time, twice nbgrader's: several submissions share the machine. test: the time of a test with all its
    seeds, in which judge and student's code take turns.
    notebook: all of it. memory: beyond what Python and torch take at the start; judge: the same, of who judges.
    output: what one notebook may show. kept: what is kept of that, in the graded notebook and in the feedback.
    disk: what it may write. files and threads: how many it may have.
    """

    cell: int = 60
    test: int = 120
    notebook: int = 600
    memory: int = 3000
    judge: int = 3000
    output: int = 10
    kept: int = 1
    disk: int = 200
    files: int = 5000
    threads: int = 500
