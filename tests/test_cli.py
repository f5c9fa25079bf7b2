"""The command line: help at once, one line for every mistake, and output a program can read back."""

import csv
import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from secondlook import board, claims, cli
from secondlook.claims import KINDS
from secondlook.process import SHORT_WORK
from secondlook.results import ResultError, root

HEAVY = ("jax", "keras", "tensorflow_probability", "dask", "sklearn", "scipy.stats", "matplotlib", "IPython")

BOOKS = sorted({claim.notebook for claim in claims.ledger().values()})

Secondlook = Callable[..., tuple[int, str, str]]


@pytest.fixture
def secondlook(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Secondlook:
    """The command: its exit status, and what it wrote to standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["secondlook", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        if isinstance(stop.value.code, str):  # as the interpreter does
            print(stop.value.code, file=sys.stderr)
            return 1, *capsys.readouterr()
        return int(stop.value.code or 0), *capsys.readouterr()

    return call


def test_help_lists_every_command_with_what_it_does(secondlook: Secondlook) -> None:
    status, out, _ = secondlook("--help")
    assert status == 0
    names = [command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback]
    assert {"run", "notebooks", "report", "claims", "check"} <= set(names)
    for name in names:
        assert any(line.split()[:1] == [name] and len(line.split()) > 1 for line in out.splitlines())
        assert secondlook(name, "--help")[0] == 0


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, secondlook.cli; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize(("command", "told"), [("claims", True), ("bench", False)])
def test_every_command_but_a_benchmark_sums_in_one_order_and_compiles_quickly(
    secondlook: Secondlook, monkeypatch: pytest.MonkeyPatch, command: str, told: bool
) -> None:
    monkeypatch.setattr(os, "environ", {name: value for name, value in os.environ.items() if name not in SHORT_WORK})
    assert secondlook(command)[0] == 0
    assert {name: os.environ.get(name) for name in SHORT_WORK} == (SHORT_WORK if told else dict.fromkeys(SHORT_WORK))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["D49"], "D49: no such claim; the ledger holds A01–A21, B01–B68, C01–C26, D01–D48"),
        (["--kind", "wrong"], f"'wrong' is no verdict; choose from {', '.join(KINDS)}"),
        (["--document", "4"], "'4' is no document; choose from 000, 001, 002, 003"),
        (["--notebook", "00"], f"'00' is no notebook with claims; choose from {', '.join(BOOKS)}"),
        (["--json", "--csv"], "--summary, --json and --csv exclude each other; choose one"),
        (["D03", "--kind", "upheld"], "no claim is all of that; ask for less"),
        (["D03", "--kind", "upheld", "--summary"], "no claim is all of that; ask for less"),
    ],
)
def test_a_mistake_is_one_line_and_status_1(secondlook: Secondlook, arguments: list[str], line: str) -> None:
    assert secondlook("claims", *arguments) == (1, "", f"secondlook: {line}\n")


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        (["notebooks", "99"], "secondlook: 99: no such notebook; there are "),
        (["run", "nothing"], "secondlook: 'nothing': no such study; there are "),
        (["verify", "Z1"], "secondlook: Z1: no such claim; the ledger holds "),
        (["verify"], "secondlook: name a claim, or say --sample N"),
        (["verify", "B09", "--sample", "1"], "secondlook: name a claim, or say --sample N"),
        (["verify", "--sample", "99999"], "secondlook: 99999 runs asked for, and "),
        (
            ["verify", "--sample", "1", "--longest", "nan"],
            "secondlook: 1 runs asked for, and 0 took at most nan minutes",
        ),
        (["verify", "B09", "--seed", "0"], "secondlook: B09: --seed and --longest are of a sample; leave them out"),
        (
            ["verify", "B09", "--longest", "inf"],
            "secondlook: B09: --seed and --longest are of a sample; leave them out",
        ),
    ],
)
def test_what_is_not_there_is_told_with_what_is(secondlook: Secondlook, arguments: list[str], start: str) -> None:
    status, out, err = secondlook(*arguments)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(start)


def test_an_error_of_ours_is_its_line_and_a_bug_is_a_traceback(
    secondlook: Secondlook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: str) -> None:
        raise ResultError("cifar10.json: no such record; make it with `secondlook run cifar10`")

    monkeypatch.setattr(board, "verdict", missing)
    line = "secondlook: cifar10.json: no such record; make it with `secondlook run cifar10`\n"
    assert secondlook("claims", "D44") == (1, "", line)

    monkeypatch.setattr(board, "verdict", {}.__getitem__)
    with pytest.raises(KeyError):
        secondlook("claims", "D44")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.ENOTDIR, errno.EEXIST, errno.EIO])
def test_a_fault_of_the_system_is_one_line(
    secondlook: Secondlook, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def full(*_: object) -> None:
        raise OSError(number, os.strerror(number), "there/report.pdf")

    monkeypatch.setattr(board, "judge", full)
    said = f"cannot be read or written ({os.strerror(number)}); mend that, or work in another place"
    assert secondlook("claims", "D44") == (1, "", f"secondlook: there/report.pdf: {said}\n")


def test_a_working_folder_that_is_gone_is_one_line(
    secondlook: Secondlook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    root.cache_clear()  # another test may have asked for the checkout before
    said = "cannot be read or written (No such file or directory); mend that, or work in another place"
    assert secondlook("bench") == (1, "", f"secondlook: the working folder: {said}\n")


def test_a_claim_is_shown_as_its_card_in_any_case_of_its_letter(secondlook: Secondlook) -> None:
    card = board.card(*board.judge(["D03"])[0])
    assert secondlook("claims", "D03") == secondlook("claims", "d03") == (0, card + "\n", "")


def test_json_and_csv_hold_the_same_rows(secondlook: Secondlook) -> None:
    rows = [board.row(*judged) for judged in board.judge(["D03", "B01", "D20"])]
    assert json.loads(secondlook("claims", "D03", "B01", "D20", "--json")[1]) == rows
    assert list(csv.DictReader(io.StringIO(secondlook("claims", "D03", "B01", "D20", "--csv")[1]))) == rows


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_what_a_program_reads_is_written_whatever_the_terminals_letters(form: str) -> None:
    command = [sys.executable, "-c", "from secondlook.cli import main; main()", "claims", "B26", form]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Scherer, Müller and Behnke" in done.stdout.decode("utf-8")


def test_a_claim_named_twice_is_one(secondlook: Secondlook) -> None:
    for form in ("--summary", "--json", "--csv"):
        assert secondlook("claims", "D03", "d03", form) == secondlook("claims", "D03", form)


def test_json_and_csv_of_nothing_are_empty_but_whole(secondlook: Secondlook) -> None:
    nothing = ("claims", "D03", "--document", "000")
    assert json.loads(secondlook(*nothing, "--json")[1]) == []
    assert secondlook(*nothing, "--csv") == (0, ",".join(board.FIELDS) + "\n", "")


def test_filters_go_together(secondlook: Secondlook) -> None:
    rows = json.loads(secondlook("claims", "--document", "003", "--kind", "corrected", "--json")[1])
    assert {(row["document"], row["verdict"]) for row in rows} == {("003", "corrected")}
    assert [row["id"] for row in rows] == [
        key for key in claims.ledger() if key[0] == "D" and claims.verdict(key).kind == "corrected"
    ]


@pytest.mark.parametrize("notebook", ["02", "02_backprop_by_hand"])
def test_a_notebook_is_asked_for_by_number_or_name(secondlook: Secondlook, notebook: str) -> None:
    rows = json.loads(secondlook("claims", "--notebook", notebook, "--json")[1])
    assert [row["id"] for row in rows] == ["D25", "D26", "D27"]
    assert secondlook("claims", "D25", "D03", "--notebook", notebook) == secondlook("claims", "D25")


def test_the_summary_counts_what_is_asked_for(secondlook: Secondlook) -> None:
    assert secondlook("claims", "--summary") == (0, board.summary(board.judge()) + "\n", "")
    assert secondlook("claims", "--summary", "--document", "000")[1].startswith("A Second Look: 21 claims")
