"""How far a student has come: a log of test runs in the student's own folder, and the page that shows it."""
