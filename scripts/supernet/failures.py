"""The one exception that a user can act on, and how a script ends with it: one line, no stack trace."""

import sys


class Failure(Exception):
    """What is wrong, where, and what to do about it."""


def run(main):
    """Calls `main`; a `Failure` or an interruption ends the process with one line on standard error."""
    try:
        main()
    except Failure as failure:
        sys.exit(f"error: {failure}")
    except KeyboardInterrupt:
        sys.exit("interrupted: the same command continues from the last checkpoint")
