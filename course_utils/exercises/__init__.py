"""One module for each exercise: what right code does, the checks, the known mistakes, the hints."""
