"""The error that tells an author what is wrong with a source, a notebook or a build."""


class AuthoringError(Exception):
    """Nothing was changed; the message says what is wrong, where, and what to do."""
