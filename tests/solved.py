"""The classes and functions of a solved notebook, without running the rest of it."""

from course_utils.authoring.answers import ROOT, cells, run_solution

__all__ = ["ROOT", "cells", "run_solution"]
