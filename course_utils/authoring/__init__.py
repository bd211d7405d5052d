"""Making the course: from the texts in `solutions/` to the notebooks that people open (extra `instructor`)."""
