"""nbgrader's settings for this course: where things lie, and what a stub looks like. All else is nbgrader's default."""

c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.course_id = "resnet-course"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
# nbgrader copies whatever lies beside a notebook: the texts in *.py are the solutions, the rest is litter.
c.CourseDirectory.ignore = ["*.py", "*.pyc", "__pycache__", ".ipynb_checkpoints", "gradebook.db*", ".DS_Store", "*~"]

c.ClearSolutions.code_stub = {"python": "raise NotImplementedError()"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# Seconds for a cell. nbgrader's own 30 are too few for a cell that trains, even cut short, on a busy machine.
c.Execute.timeout = 180

# What waits for a human has no score, in the file for the registrar as in the feedback for the student.
c.ExportApp.plugin_class = "course_utils.grading.course.export.ExportWhatStands"
c.GenerateFeedback.preprocessors = [
    "course_utils.grading.course.feedback.GradesThatStand",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# Late work, by the course's term.toml; without that file, by nbgrader's own methods.
c.AssignLatePenalties.plugin_class = "course_utils.grading.course.late.LateDays"

# A submission that is looked at, in formgrader or as feedback, runs nothing in the browser, and asks for nothing.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.exclude_anchor_links = True
c.HTMLExporter.preprocessors = ["course_utils.grading.course.harmless.HarmlessOutputs"]
c.HTMLExporter.filters = {
    "markdown2html": "course_utils.grading.course.harmless.markdown2html",
    "clean_html": "course_utils.grading.course.harmless.clean_html",
}
