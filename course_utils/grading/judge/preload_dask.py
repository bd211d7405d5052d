"""What Dask's workers have in common beyond that."""

import distributed  # noqa: F401

from course_utils.grading.judge.forkserver import quiet_dask

quiet_dask()
