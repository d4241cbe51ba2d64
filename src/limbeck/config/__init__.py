"""What a project says about itself: settings, where they come from, and how `init` writes them."""

from __future__ import annotations

from limbeck.config.describe import Row, describe
from limbeck.config.load import load, prepend_sys_path
from limbeck.config.secret import DatabaseUrl, hide_password, hide_passwords
from limbeck.config.settings import NAMINGS, PostWriteHook, Settings
from limbeck.config.write import add_section

__all__ = [
    "NAMINGS",
    "DatabaseUrl",
    "PostWriteHook",
    "Row",
    "Settings",
    "add_section",
    "describe",
    "hide_password",
    "hide_passwords",
    "load",
    "prepend_sys_path",
]
