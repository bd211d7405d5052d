"""A submission in its confined process: run a notebook, and let nothing it does reach anybody else."""
