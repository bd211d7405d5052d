"""What a set of versions may lack: a test that needs it is left out there, and is run with the others."""

import importlib.util

import pytest

needs_nbgrader = pytest.mark.skipif(
    importlib.util.find_spec("nbgrader") is None, reason="nbgrader isn't installed, as on Colab: nothing is built there"
)
