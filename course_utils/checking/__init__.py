"""The engine behind a test cell: run checks on a student's code, find out what went wrong, and say so."""
