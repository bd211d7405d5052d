"""Notebook 0: the first test cell."""

from course_utils.exercises.registry import Entry

NOTEBOOK = "00_start_here"

EXERCISES = (Entry("centre_images", "centre_images", "test_centre_images"),)
"""In the notebook's order: each exercise, the module that it is in, and its test functions."""
