"""What all workers of one machine have in common: they are forked from a process that has imported this."""

import gc
import os

from course_utils.grading.run.provisioner import warm_process_for_all

os.setpgrp()  # Ctrl-C is for whoever started them. Ignoring it isn't enough: nbclient puts Python's handler back.
warm_process_for_all()  # it imports what submissions need while this process imports what judging them needs

import torchvision  # noqa: E402, F401  (what is right in most exercises)

from course_utils.grading.judge import running  # noqa: E402, F401

gc.freeze()  # nothing that is imported is ever looked through again, nor copied for that
