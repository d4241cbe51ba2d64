"""
A plug-in of pytest: what a failed test leaves behind does not fail the next.

The suite's folder for files is removed when the class changes, and what an unfinished test has made current is forgotten.
"""

import os
import shutil

import pytest

_before = None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Clean up before a test of another class."""
    global _before
    here = (item.fspath, getattr(item, "cls", None))
    if here != _before:
        for folder in ("scratch", "scratch_test_package"):
            shutil.rmtree(os.path.join(os.getcwd(), folder), ignore_errors=True)
        _before = here
