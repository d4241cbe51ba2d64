"""The older name of `runtime.migration`."""

from limbeck.compat.runtime.migration import *  # noqa: F403 - all of it, under another name
