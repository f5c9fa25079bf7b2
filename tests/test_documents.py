"""README.md and CONTRIBUTING.md tell the truth: commands work, links lead somewhere, and the tree is this tree."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from secondlook import cli

ROOT = Path(__file__).parents[1]
DOCUMENTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")}
TARGETS = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
MADE = {"report/report.pdf", "notebooks/NN_name.py", "assignments/NN_name.py", "report/results/NAME.json"}
"""Paths that a command or a reader makes."""
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:make|secondlook|\.venv/bin/secondlook) [a-z].*$")


def fenced(text: str) -> list[str]:
    return [line for language, body in FENCE.findall(text) if language == "sh" for line in body.splitlines() if line]


def quoted(text: str) -> list[str]:
    """Commands in running text."""
    return [code for code in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", FENCE.sub("", text)) if COMMAND.match(code)]


COMMANDS = sorted({command for text in DOCUMENTS.values() for command in fenced(text) + quoted(text)})
CHEAP = [command for command in COMMANDS if " claims " in command]


def test_there_are_commands_to_test_and_each_is_of_a_kind_we_know() -> None:
    assert len(CHEAP) >= 5
    assert [command for command in COMMANDS if not COMMAND.match(command)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_exists_and_takes_its_arguments(command: str) -> None:
    program, name, *arguments = shlex.split(command)
    if program == "make":
        assert name in TARGETS
        assert not arguments
    else:
        known = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
        assert name in known
        known[name].make_context(name, arguments)  # parses, and does not run


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("make ")])
def test_a_target_is_made_of_commands_that_are_there(command: str) -> None:
    """What make would do, told and not done: each of our own commands in it exists and takes its arguments."""
    told = subprocess.run([*shlex.split(command), "-n"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    ours = [line for line in told.splitlines() if line.startswith(".venv/bin/secondlook ")]
    assert ours or command in ("make elsewhere", "make lab", "make lint", "make test")
    for line in ours:
        test_a_command_exists_and_takes_its_arguments(line)


@pytest.mark.parametrize("command", [command for command in COMMANDS if "secondlook" in command])
def test_a_command_tells_what_it_does(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, name, *_ = shlex.split(command)
    with pytest.raises(SystemExit) as end:
        cli.app([name, "--help"])
    assert end.value.code == 0
    assert f"{name} [OPTIONS]" in capsys.readouterr().out


@pytest.mark.parametrize("command", CHEAP)
def test_a_cheap_command_runs(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 0
    out, err = capsys.readouterr()
    assert out
    assert not err


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_and_every_path_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", DOCUMENTS[name])
    paths = re.findall(r"`((?:lib|tests|report|notebooks|assignments|figures)/[\w./]*)`", DOCUMENTS[name])
    for target in {*links, *paths} - MADE:
        if not target.startswith("https://"):
            assert (ROOT / target).exists(), target


def test_the_tree_is_this_tree() -> None:
    (tree,) = (body for language, body in FENCE.findall(DOCUMENTS["README.md"]) if body.startswith("README.md"))
    shown = [line.split()[0].rstrip("/") for line in tree.splitlines()]
    assert all((ROOT / name).exists() for name in shown)
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - {"course", "data", "dist", "site"}
    assert {name.split("/")[0] for name in shown} == there


def test_lines_are_short_enough_to_read_in_a_terminal() -> None:
    for name, text in DOCUMENTS.items():
        prose = re.sub(r"^(\||!\[).*$", "", text, flags=re.MULTILINE)
        assert max(map(len, prose.splitlines())) <= 120, name
