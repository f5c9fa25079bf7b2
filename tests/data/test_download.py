"""Downloading, against a server on this machine that can do everything wrong a server can do."""

import errno
import gzip
import hashlib
import io
import socket
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import requests
from typer.testing import CliRunner
from urllib3 import HTTPResponse

from secondlook import cli
from secondlook.data import DataError, archives, catalog, download, fetch, recipes, transfer
from secondlook.data.catalog import File, Source

CONTENT = np.random.default_rng(0).bytes(300_000)
Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Does, at each request for a path, the next thing planned for it; the last one again and again."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Range")))
        plan = self.server.plans[self.path]
        (plan.pop(0) if len(plan) > 1 else plan[0])(self)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass

    def begin(self, status: int, **headers: object) -> None:
        self.send_response(status)
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.plans: dict[str, list[Behaviour]] = {}
        self.asked: list[tuple[str, str | None]] = []

    def address(self, path: str, *plan: Behaviour) -> str:
        self.plans[path] = list(plan)
        return f"http://127.0.0.1:{self.server_port}{path}"


def send(content: bytes = CONTENT, ranges: bool = True, **headers: object) -> Behaviour:
    def behave(handler: Handler) -> None:
        asked = handler.headers.get("Range")
        if not asked or not ranges:
            handler.begin(200, Content_Length=len(content), **headers)
            handler.wfile.write(content)
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= len(content):
            handler.begin(416, Content_Range=f"bytes */{len(content)}", Content_Length=0)
            return
        span = f"bytes {start}-{len(content) - 1}/{len(content)}"
        handler.begin(206, Content_Length=len(content) - start, Content_Range=span)
        handler.wfile.write(content[start:])

    return behave


def answer(status: int, **headers: object) -> Behaviour:
    return lambda handler: handler.begin(status, Content_Length=0, **headers)


def drop(after: int) -> Behaviour:
    """Promise the whole, send a part, hang up."""

    def behave(handler: Handler) -> None:
        handler.begin(200, Content_Length=len(CONTENT))
        handler.wfile.write(CONTENT[:after])
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)

    return behave


def stall(after: int) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.begin(200, Content_Length=len(CONTENT))
        handler.wfile.write(CONTENT[:after])
        handler.wfile.flush()
        time.sleep(1.0)

    return behave


def hang_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    monkeypatch.setattr(download, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(transfer, "STALL_SECONDS", 0.3)
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def source(*mirrors: str, path: str = "made/file.bin", content: bytes = CONTENT) -> Source:
    return Source("made", "t", "l", "c", "u", (entry(*mirrors, path=path, content=content),))


def entry(*mirrors: str, path: str, content: bytes) -> File:
    return File(path, len(content), hashlib.sha256(content).hexdigest(), mirrors)


def names(home: Path) -> set[str]:
    """Every file below the home, but for the lock."""
    return {str(file.relative_to(home)) for file in home.rglob("*") if file.is_file() and file.name != "lock"}


@pytest.mark.parametrize("plan", [
    [send()], [send(ranges=False)],
    [answer(500), send()], [answer(503), answer(429), send()], [hang_up, send()],
    [drop(1000), send()], [drop(1000), send(ranges=False)], [drop(0), drop(70_000), send()],
    [stall(1000), send()],
    [answer(302, Location="/elsewhere")], [drop(1000), answer(302, Location="/elsewhere")],
    [send(Content_Encoding="gzip")],
])  # fmt: skip
def test_the_right_file_arrives(server: Server, tmp_path: Path, plan: list[Behaviour]) -> None:
    server.address("/elsewhere", send())
    assert download.download(source(server.address("/file.bin", *plan)), tmp_path) == []
    assert (tmp_path / "made/file.bin").read_bytes() == CONTENT
    assert names(tmp_path) == {"made/file.bin"}


def test_a_broken_transfer_goes_on_where_it_broke_off(server: Server, tmp_path: Path) -> None:
    made = source(server.address("/file.bin", drop(100_000)))
    assert download.download(made, tmp_path) == [
        f"made/file.bin not obtained: 127.0.0.1:{server.server_port} breaks off"
    ]
    (left,) = names(tmp_path)
    kept = (tmp_path / left).stat().st_size
    assert left.startswith(".partial/") and 0 < kept <= 100_000
    server.asked.clear()
    server.address("/file.bin", send())
    assert download.download(made, tmp_path) == []
    assert server.asked == [("/file.bin", f"bytes={kept}-")]


def test_a_transfer_ended_before_its_file_was_named_needs_no_second(server: Server, tmp_path: Path) -> None:
    address = server.address("/file.bin", send())
    part = tmp_path / ".partial" / hashlib.sha256(address.encode()).hexdigest()[:16]
    part.parent.mkdir()
    part.write_bytes(CONTENT)
    assert download.download(source(address), tmp_path) == [] and names(tmp_path) == {"made/file.bin"}


@pytest.mark.parametrize("left", [b"x" * 1000, CONTENT + b"x", b"x" * len(CONTENT)])
def test_a_wrong_beginning_is_thrown_away(server: Server, tmp_path: Path, left: bytes) -> None:
    address = server.address("/file.bin", send())
    part = tmp_path / ".partial" / hashlib.sha256(address.encode()).hexdigest()[:16]
    part.parent.mkdir()
    part.write_bytes(left)
    assert download.download(source(address), tmp_path) == [] and names(tmp_path) == {"made/file.bin"}


@pytest.mark.parametrize(("plan", "said", "asked"), [
    ([answer(404)], "answers 404 Not Found", 1),
    ([answer(403)], "answers 403 Forbidden", 1),
    ([answer(500)], "answers 500 Internal Server Error", 3),
    ([send(CONTENT[:-1])], "sends other bytes than expected", 1),
    ([send(CONTENT[:-1] + b"x")], "sends other bytes than expected", 1),
    ([send(CONTENT + b"x")], "sends more than the 300000 bytes expected", 1),
    ([send(b"")], "sends other bytes than expected", 1),
    ([send(gzip.compress(CONTENT), Content_Encoding="gzip")], "sends more than", 1),
    ([hang_up], "cannot be reached", 3),
    ([drop(10)], "breaks off", 3),
    ([stall(0)], "sends nothing for 0.3 seconds", 3),
    ([answer(302, Location="/file.bin")], "sends us on without end", 31),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_stored(
    server: Server, tmp_path: Path, plan: list[Behaviour], said: str, asked: int
) -> None:
    (sentence,) = download.download(source(server.address("/file.bin", *plan)), tmp_path)
    assert sentence.startswith(f"made/file.bin not obtained: 127.0.0.1:{server.server_port} {said}")
    assert not (tmp_path / "made").exists() and "\n" not in sentence
    assert len(server.asked) == asked


def test_the_next_mirror_is_tried(server: Server, tmp_path: Path) -> None:
    mirrors = [
        server.address("/gone", answer(404)),
        server.address("/false", send(CONTENT[::-1])),
        server.address("/file.bin", send()),
        server.address("/never", send()),
    ]
    assert download.download(source(*mirrors), tmp_path) == []
    assert [path for path, _ in server.asked] == ["/gone", "/false", "/file.bin"]
    (sentence,) = download.download(source(*mirrors[:2], path="other"), tmp_path)
    assert "answers 404 Not Found; 127.0.0.1" in sentence and sentence.endswith("sends other bytes than expected")


def test_a_host_that_cannot_be_reached_is_asked_for_one_file_only(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    files = tuple(entry(f"{nobody}/{k}", path=f"made/{k}", content=CONTENT) for k in range(3))
    spy = Mock(wraps=requests.get)
    monkeypatch.setattr(requests, "get", spy)
    sentences = download.download(Source("made", "t", "l", "c", "u", files), tmp_path)
    assert len(sentences) == 3 and all("cannot be reached" in sentence for sentence in sentences)
    assert [call.args for call in spy.call_args_list] == [(f"{nobody}/0",)] * 3


def test_being_sent_from_https_to_http_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = requests.Response()
    answer.url, answer.status_code, answer.raw = "http://127.0.0.1/", 200, io.BytesIO(CONTENT)
    monkeypatch.setattr(requests, "get", lambda *_, **__: answer)
    (sentence,) = download.download(source("https://127.0.0.1/"), tmp_path)
    assert sentence.endswith("127.0.0.1 sends us on to an address without https, http://127.0.0.1/")


@pytest.mark.parametrize(("host", "taken"), [("127.0.0.1", True), ("codeload.github.com", True), ("evil.org", False)])
def test_being_sent_to_an_unknown_host_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, taken: bool
) -> None:
    answer = requests.Response()
    answer.url, answer.status_code = f"https://{host}/", 200
    answer.raw = HTTPResponse(io.BytesIO(CONTENT), preload_content=False)
    monkeypatch.setattr(requests, "get", lambda *_, **__: answer)
    said = download.download(source("https://127.0.0.1/"), tmp_path)
    refusal = "127.0.0.1 sends us on to a host that the catalog does not know, evil.org"
    assert said == ([] if taken else [f"made/file.bin not obtained: {refusal}"])


def test_what_is_there_and_right_is_left_alone(server: Server, tmp_path: Path) -> None:
    made = source(server.address("/file.bin", send()))
    download.download(made, tmp_path)
    before = (tmp_path / "made/file.bin").stat().st_mtime_ns
    assert download.download(made, tmp_path) == []
    assert len(server.asked) == 1 and (tmp_path / "made/file.bin").stat().st_mtime_ns == before


def test_what_is_there_and_wrong_is_replaced_by_the_right_file_alone(server: Server, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made/file.bin").write_bytes(b"mine")
    assert len(download.download(source(server.address("/file.bin", answer(404))), tmp_path)) == 1
    assert (tmp_path / "made/file.bin").read_bytes() == b"mine"
    assert download.download(source(server.address("/file.bin", send())), tmp_path) == []
    assert (tmp_path / "made/file.bin").read_bytes() == CONTENT


def test_a_file_without_mirrors_is_said_to_have_none(tmp_path: Path) -> None:
    assert download.download(source(), tmp_path) == ["made/file.bin not obtained: no public copy is known"]


@pytest.fixture
def data(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """The command, of one source on the server and one that nobody publishes: its exit status, and what it says."""
    made = source(server.address("/file.bin", answer(404), send()))
    private = replace(source(path="private/file.bin"), name="private")
    monkeypatch.setattr(catalog, "catalog", lambda: {"made": made, "private": private})
    monkeypatch.setenv("SECONDLOOK_DATA", str(tmp_path))

    def call(*names: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.app, ["data", *names])
        return done.exit_code, done.output

    return call


def test_what_nobody_publishes_fails_the_command_only_where_it_is_named(
    data: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    lacking = "private: 0 of 1 files there and verified\n"
    line = f"secondlook: private: no public copy is known; put private/file.bin into {tmp_path} by hand\n"
    status, said = data()
    assert status == 1 and said.endswith("what is there is kept, and calling it again goes on\n") and line in said
    assert data() == (0, f"made: 1 of 1 files there and verified\n{lacking}{line}")
    assert data("private") == (1, f"{lacking}{line}")
    with pytest.raises(DataError, match=r"not there; no public copy is known: put a whole one there by hand, or set"):
        fetch.path("private", "file.bin")
    (tmp_path / "private").mkdir()
    (tmp_path / "private/file.bin").write_bytes(CONTENT)
    assert data("private") == (0, "private: 1 of 1 files there and verified\n")


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"file/home: cannot be written \(Not a directory\)"):
        download.download(source("http://127.0.0.1:9/x"), tmp_path / "file" / "home")


def test_two_downloads_do_not_meet(server: Server, tmp_path: Path) -> None:
    made = source(server.address("/file.bin", send()))
    with download._alone(tmp_path), pytest.raises(DataError, match="another download is at work there"):
        download.download(made, tmp_path)
    assert download.download(made, tmp_path) == []


def annotations(*ingredients: File, text: bytes = CONTENT) -> Source:
    """A source whose one file is made by the recipe of that name: its ingredient, packed."""
    content = hashlib.sha256(text).hexdigest()
    return Source("tagtraum", "t", "l", "c", "u", (File("made/a.cls.gz", 1, "0" * 64, (), content),), ingredients)


def test_a_file_nobody_publishes_is_made_of_its_ingredients(server: Server, tmp_path: Path) -> None:
    raw = entry(server.address("/raw", drop(1000), send()), path="msd_tagtraum_cd1.cls", content=CONTENT)
    assert download.download(annotations(raw), tmp_path) == []
    assert gzip.decompress((tmp_path / "made/a.cls.gz").read_bytes()) == CONTENT
    assert names(tmp_path) == {"made/a.cls.gz"}
    server.asked.clear()
    assert download.download(annotations(raw), tmp_path) == [] and server.asked == []


@pytest.mark.parametrize(
    ("stop", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), r"cannot be written \(No space left on device\); make room"),
        (KeyboardInterrupt(), "^$"),
    ],
)
def test_ingredients_outlast_a_full_disc_and_an_interruption(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: BaseException, told: str
) -> None:
    def recipe(folder: Path, made: Path) -> None:
        made.write_bytes(b"half")
        raise stop

    raw = File("msd_tagtraum_cd1.cls", 0, "", (server.address("/raw", send()),))
    with monkeypatch.context() as patch:
        patch.setitem(recipes.RECIPES, "tagtraum", recipe)
        with pytest.raises((DataError, KeyboardInterrupt), match=told):
            download.download(annotations(raw), tmp_path)
    assert names(tmp_path) == {".partial/tagtraum/msd_tagtraum_cd1.cls"}
    assert download.download(annotations(raw), tmp_path) == [] and names(tmp_path) == {"made/a.cls.gz"}
    assert len(server.asked) == 1


def test_a_missing_ingredient_is_named_and_the_others_kept(server: Server, tmp_path: Path) -> None:
    raw = entry(server.address("/raw", answer(404)), path="msd_tagtraum_cd1.cls", content=CONTENT)
    other = entry(server.address("/other", send()), path="other", content=CONTENT)
    (sentence,) = download.download(annotations(raw, other), tmp_path)
    assert "made/a.cls.gz not obtained: to make it, msd_tagtraum_cd1.cls not obtained: 127.0.0.1" in sentence
    assert names(tmp_path) == {".partial/tagtraum/other"}


def test_an_unknown_ingredient_is_judged_by_what_is_made_of_it(server: Server, tmp_path: Path) -> None:
    raw = File("msd_tagtraum_cd1.cls", 0, "", (server.address("/raw", send(CONTENT[1:])),))
    (sentence,) = download.download(annotations(raw), tmp_path)
    assert sentence.endswith("what was made of its ingredients is not what it should be") and names(tmp_path) == set()
    assert download.download(annotations(raw, text=CONTENT[1:]), tmp_path) == []


def test_an_ingredient_that_makes_a_recipe_fail_is_said(server: Server, tmp_path: Path) -> None:
    files = tuple(
        File(f"{drawing}_{part}.json", 0, "", (server.address(f"/{drawing}{part}", send(b"[[[300]]]")),))
        for drawing in ("k18", "k13b", "k13a")
        for part in ("train", "test")
    )
    made = Source("codewords", "t", "l", "c", "u", (File("made/a.npz", 1, "0" * 64, (), "0"),), files)
    (sentence,) = download.download(made, tmp_path)
    assert "k18_train.json: " in sentence and "\n" not in sentence and names(tmp_path) == set()


def tar(*members: tuple[str | tarfile.TarInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as opened:
        for name, content in members:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            info.size = len(content)
            opened.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return stream.getvalue()


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b"two"  # only its length is told, which a link should not have


def archived(address: str) -> Source:
    files = (
        entry(f"{address}#inner/one.bin", path="made/one.bin", content=CONTENT),
        entry(f"{address}#inner/two.bin", path="made/deep/two.bin", content=b"two"),
    )
    return Source("made", "t", "l", "c", "u", files)


def test_an_archive_is_fetched_once_and_its_members_stored(server: Server, tmp_path: Path) -> None:
    packed = tar(("inner/one.bin", CONTENT), ("inner/other", b"other"), ("inner/two.bin", b"two"))
    address = server.address("/a.tar.gz", drop(0), send(packed))
    assert download.download(archived(address), tmp_path) == []
    assert (tmp_path / "made/one.bin").read_bytes() == CONTENT
    assert (tmp_path / "made/deep/two.bin").read_bytes() == b"two"
    assert names(tmp_path) == {"made/one.bin", "made/deep/two.bin"} and len(server.asked) == 2


def test_tricks_with_paths_have_no_effect(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that climb, absolute names, links in place of files: only what is declared is written, where declared."""
    home = tmp_path / "home"
    packed = tar(
        ("../outside.bin", b"x"),
        (str(tmp_path / "absolute.bin"), b"x"),
        ("inner/../../outside.bin", b"x"),
        link("inner", str(tmp_path)),
        link("inner/one.bin", "/etc/hostname"),
        link("inner/two.bin", "/etc/hostname", tarfile.LNKTYPE),
        link("inner/two.bin", "", tarfile.FIFOTYPE),
        ("inner/two.bin", b"far too long"),
        ("inner/two.bin", b"no!"),
        ("inner/two.bin", b"two"),
    )
    spy = Mock(wraps=fetch.store)
    monkeypatch.setattr(archives, "store", spy)
    (sentence,) = download.download(archived(server.address("/a.tar.gz", send(packed))), home)
    assert spy.call_count == 2  # "no!" and "two": nothing else was even unpacked
    assert sentence.startswith("made/one.bin not obtained") and "has no right inner/one.bin in it" in sentence
    assert names(home) == {"made/deep/two.bin"} and {file.name for file in tmp_path.iterdir()} == {"home"}


@pytest.mark.parametrize("content", [
    b"", b"no archive", tar(("inner/one.bin", CONTENT))[:-2000], gzip.compress(b"no tar" * 1000), tar(),
    tar(("inner/one.bin", CONTENT))[:100_000] + bytes(100) + tar(("inner/one.bin", CONTENT))[100_100:],
], ids=["nothing", "text", "truncated", "no tar inside", "no members", "damaged inside"])  # fmt: skip
def test_what_is_no_whole_archive_gives_nothing(server: Server, tmp_path: Path, content: bytes) -> None:
    sentences = download.download(archived(server.address("/a.tar.gz", send(content))), tmp_path)
    assert len(sentences) == 2 and names(tmp_path) == set()
    assert all("is not a whole archive" in sentence or "has no right" in sentence for sentence in sentences)


def test_an_archive_that_unpacks_without_end_is_left(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secondlook.data.archives.LIMIT", 10**6)
    packed = tar(("inner/zeros", bytes(2 * 10**6)), ("inner/one.bin", CONTENT), ("inner/two.bin", b"two"))
    sentences = download.download(archived(server.address("/a.tar.gz", send(packed))), tmp_path)
    assert all("unpacks to more than 1000000 bytes" in sentence for sentence in sentences) and names(tmp_path) == set()


def test_the_home_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECONDLOOK_DATA", str(tmp_path))
    assert fetch.data_home() == tmp_path
    monkeypatch.setenv("SECONDLOOK_DATA", "")
    assert fetch.data_home().parts[-2:] == ("secondlook", "data")
