"""Where a part of what shuts a submission in is not to be had."""

import sys

import pytest

from course_utils.grading.run import confinement
from course_utils.grading.run.limits import Limits


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing can be shut in")
def test_without_its_library_it_says_so_and_shuts_nothing_in_halfway(monkeypatch):
    """Catches a worker on a machine without libseccomp that runs submissions with network and processes."""
    monkeypatch.setattr(confinement, "_LIBSECCOMP", "libnone.so.2")
    assert [line for line in confinement.missing() if "network: libnone.so.2 is not installed" in line]
    with pytest.raises(OSError, match=r"not confined would be: .*libnone\.so\.2"):
        confinement.confine(Limits(), [], [], confined=True)
