"""The older name of `runtime.environment`."""

from limbeck.compat.runtime.environment import *  # noqa: F403 - all of it, under another name
