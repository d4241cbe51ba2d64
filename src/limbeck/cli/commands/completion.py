"""`limbeck completion`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = (
    'eval "$(limbeck completion bash)"        in ~/.bashrc',
    'eval "$(limbeck completion zsh)"         in ~/.zshrc',
    "limbeck completion fish | source         in ~/.config/fish/config.fish",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell that you use")


def run(call: Call) -> None:
    """Print what the shell has to execute."""
    from argcomplete.shell_integration import shellcode

    # argcomplete writes one code for bash and zsh, which asks at run time which of the two it is in.
    shell = "fish" if call.args.shell == "fish" else "bash"
    call.output.data(shellcode(["limbeck"], shell=shell).strip())
