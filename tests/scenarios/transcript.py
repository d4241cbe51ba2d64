"""
Shell transcripts in Markdown: what the blocks mean, and when an output is the one that was written down.

- A ```` ```console ```` block holds commands (`$ command`, continued by `> ` lines) and what they print.
- A block of any language with `title="path"` is a file; it is written when its turn comes. If its first line is
  `...`, the file exists, and what it has before the block's next line stays.
- Other blocks are not run.

In an expected output, `...` stands for anything on a line, and on a line of its own for any number of lines.
Revision ids, dates, times and durations may differ, but an id that is written twice is the same id twice, in
outputs and commands alike; and where there are two blanks or more, any number will do.

Knows nothing of shells and processes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class File:
    """A file that the reader of the transcript writes."""

    line: int
    path: str
    text: str


@dataclass(frozen=True)
class Command:
    """Something that is typed, and what is printed then; `line` and `end` bound the expected lines."""

    line: int
    text: str
    expected: tuple[str, ...]
    end: int


Step = File | Command

_FENCE = re.compile(r"^(?P<fence>`{3,})(?P<language>[\w+-]*)(?P<rest>.*)$")
_TITLE = re.compile(r'title="([^"]+)"')


def parse(markdown: str) -> list[Step]:
    """The steps of a transcript, in order; lines are counted from 1."""
    steps: list[Step] = []
    lines = markdown.splitlines()
    at = 0
    while at < len(lines):
        opening = _FENCE.match(lines[at].strip())
        at += 1
        if opening is None:
            continue
        start = at
        while lines[at].strip() != opening["fence"]:
            at += 1
        indent = len(lines[start - 1]) - len(lines[start - 1].lstrip())
        body = [line[indent:] for line in lines[start:at]]
        title = _TITLE.search(opening["rest"])
        if opening["language"] == "console":
            steps += _commands(body, start + 1)
        elif title:
            steps.append(File(start + 1, title[1], "\n".join(body) + "\n"))
        at += 1
    return steps


def _commands(body: list[str], first: int) -> list[Command]:
    commands: list[Command] = []
    at = 0
    while at < len(body):
        if not body[at].startswith("$ "):
            raise ValueError(f"line {first + at}: a console block starts with `$ command`")
        start = at
        text = body[at][2:]
        at += 1
        while at < len(body) and body[at].startswith("> "):
            text += "\n" + body[at][2:]
            at += 1
        output = at
        while at < len(body) and not body[at].startswith("$ "):
            at += 1
        commands.append(Command(first + start, text, tuple(body[output:at]), first + at))
    return commands


_ID = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{12}(?![0-9a-zA-Z])")  # also between underscores
_VARYING = re.compile(
    r"(?P<id>(?<![0-9a-zA-Z])[0-9a-f]{12}(?![0-9a-zA-Z]))"
    r"|(?P<date>(?<!\d)20\d{2}([-_]?)[01]\d\3[0-3]\d(?!\d))"
    r"|(?P<clock>(?<![0-9:])\d{2}:\d{2}(:\d{2}(\.\d+)?)?([+-]\d{2}:\d{2})?)"
    r"|(?P<stamp>(?<=[-_])\d{4}(\d{2})?(?=_))"
    r"|(?P<duration>(?<![\w.])\d+(\.\d+)? ?(µs|ms|s|min)\b)"
    r'|(?P<number>(?<="seconds": )[\d.e-]+)'
    r"|(?P<anything>\.\.\.)"
    r"|(?P<blanks> {2,}| +$)"
)
_PATTERNS = {
    "date": r"\d{4}[-_]?\d{2}[-_]?\d{2}",
    "clock": r"\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[+-]\d{2}:\d{2})?",
    "stamp": r"\d{4}(?:\d{2})?",
    "duration": r"[\d.]+ ?(?:µs|ms|s|min)",
    "number": r"[\d.e-]+",
    "anything": r".*?",
    "blanks": r" +",
}


@dataclass
class Matcher:
    """Compares outputs with what was written down, and remembers which id stands for which."""

    ids: dict[str, str] = field(default_factory=dict)

    def matches(self, expected: tuple[str, ...], actual: str) -> bool:
        """Whether the output is the expected one; learns the ids in it if it is."""
        seen: list[str] = []
        pattern = "".join(self._line(line, seen) for line in _without_blank_ends(expected))
        text = "".join(f"{line.rstrip()}\n" for line in _without_blank_ends(actual.splitlines()))
        match = re.fullmatch(pattern, text)
        if match is None:
            return False
        found = {name: match[f"id_{name}"] for name in seen}
        real = [*self.ids.values(), *found.values()]
        if len(set(real)) < len(real):
            return False  # one id that is written in two ways
        self.ids.update(found)
        return True

    def with_ids(self, text: str) -> str:
        """Text of the transcript with the ids that are real in this run."""
        return _ID.sub(lambda match: self.ids.get(match[0], match[0]), text)

    def as_written(self, output: str) -> str:
        """An output with the ids that the transcript has for them; new ids stand for themselves from now on."""
        names = {real: name for name, real in self.ids.items()}
        new = {real for real in _ID.findall(output) if real not in names}
        self.ids.update({real: real for real in new})
        return _ID.sub(lambda match: names.get(match[0], match[0]), output)

    def _line(self, line: str, seen: list[str]) -> str:
        if line.strip() == "...":
            return r"(?:.*\n)*?"
        pattern, at = "", 0
        line = line.rstrip()
        for match in _VARYING.finditer(line):
            pattern += re.escape(line[at : match.start()]) + self._varying(match, seen)
            at = match.end()
        return pattern + re.escape(line[at:]) + r"\n"

    def _varying(self, match: re.Match[str], seen: list[str]) -> str:
        kind = match.lastgroup or ""
        if kind != "id":
            return _PATTERNS[kind]
        name = match[0]
        if name in self.ids:
            return self.ids[name]
        if name in seen:
            return f"(?P=id_{name})"
        seen.append(name)
        return f"(?P<id_{name}>[0-9a-f]{{12}})"


def _without_blank_ends(lines: tuple[str, ...] | list[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
