"""What a worker is given to do. Nothing heavy is imported before it begins: the driver names this, too."""

from course_utils.grading.judge.task import Result, Task


def work(task: Task) -> Result:
    """Run a notebook, and have it judged."""
    from course_utils.grading.run.provisioner import warm_process

    warm_process()  # begins to import what submissions need while this process imports what judging them needs
    from course_utils.grading.judge.running import run
    from course_utils.grading.run.confinement import limit_memory

    limit_memory(task.limits.judge)  # what a student's code tells can be large, and the judge calculates with it
    return run(task)
