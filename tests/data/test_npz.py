"""The archive reader: reads what is declared; refuses everything else before taking memory for it."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from secondlook.data import DataError, npz

PAIR = {"x": npz.Array("f", ("items", 3)), "y": npz.Array("iu", ("items",))}


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def archive(file: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return file


def test_reads_what_numpy_wrote(tmp_path: Path) -> None:
    x, y = np.arange(12, dtype=np.float16).reshape(4, 3), np.arange(4, dtype=np.uint8)
    np.savez(tmp_path / "plain.npz", x=x, y=y, more=x)
    np.savez_compressed(tmp_path / "small.npz", x=np.asfortranarray(x), y=y)
    for name in ("plain.npz", "small.npz"):
        found = npz.read(tmp_path / name, PAIR, "do this")
        assert set(found) == {"x", "y"}
        assert np.array_equal(found["x"], x) and found["x"].dtype == np.float16 and found["x"].flags.writeable
        assert np.array_equal(found["y"], y)


def test_reads_scalars_and_empty_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.zeros((0, 3)), y=np.zeros(0, int), name=np.bytes_(b"abc"))
    found = npz.read(tmp_path / "a.npz", {**PAIR, "name": npz.Array("S", ())}, "do this")
    assert found["x"].shape == (0, 3) and found["name"].item() == b"abc"


GOOD = {"x.npy": npy(np.ones((4, 3))), "y.npy": npy(np.arange(4))}
HUGE = npy(np.ones((4, 3))).replace(b"(4, 3), }       ", b"(400000000, 3), }")
LONG = npy(np.ones((4, 3))).replace(b"(4, 3)", b"(2, 3)")


@pytest.mark.parametrize(("changed", "said"), [
    ({"x.npy": npy(np.ones((4, 2)))}, r"x has shape \(4, 2\), not \('items', 3\)"),
    ({"x.npy": npy(np.ones((5, 3)))}, r"y has shape \(4,\), not \(5,\)"),
    ({"x.npy": npy(np.ones(4))}, "x has shape"),
    ({"x.npy": npy(np.ones((4, 3), int))}, "x holds int64"),
    ({"x.npy": npy(np.array([[None] * 3] * 4))}, "x holds object"),
    ({"x.npy": npy(np.zeros((4, 3), [("a", "f8"), ("b", object)]))}, "x holds"),
    ({"x.npy": npy(np.full((4, 3), np.nan))}, "NaN or infinity"),
    ({"x.npy": npy(np.full((4, 3), -np.inf))}, "NaN or infinity"),
    ({"x.npy": npy(np.ones((4, 3)))[:-5]}, "x declares 96 bytes and holds 91"),
    ({"x.npy": LONG, "y.npy": npy(np.arange(2))}, "x declares 48 bytes and holds more"),
    ({"x.npy": HUGE}, "x declares 9600000000 bytes, more than the"),
    ({"x.npy": b"\x93NUMPY\x01\x00\xff\xff{'descr'"}, "x declares a header of 65535 bytes, more than the"),
    ({"x.npy": b"\x93NUMPY\x01\x00\x00\x01{'descr'"}, "EOF: reading array header"),
    ({"x.npy": b"\x93NUMPY\x02\x00\x00\x01"}, "EOF: reading array header length"),
    ({"x.npy": b"\x93NUMPY\x07\x00v\x00" + bytes(100)}, "7"),
    ({"x.npy": b"not an array"}, "magic"),
    ({"x.npy": npy(np.ones((4, 3))).replace(b"'fortran_order'", b"'fortran_order\n")}, "EOF|unterminated|header"),
    ({"x.npy": npy(np.ones((4, 3))).replace(b"(4, 3), }  ", b"(4L, 3L), }")}, "Python 2"),
    ({"x.npy": npy(np.ones((4, 3))).replace(b"{", b"(")}, "EOF|header|never closed|does not match"),
    ({"x.npy": npy(np.ones((4, 3))).replace(b"(4, 3)", b"(-4,3)")}, "x has shape"),
    ({"x.npy": npy(np.ones((4, 3))).replace(b"'<f8'", b"'|O8'")}, "x holds object"),
    ({"x.npy": None}, "no item named 'x.npy'"),
])  # fmt: skip
def test_one_line_for_each_fault(tmp_path: Path, changed: dict[str, bytes | None], said: str) -> None:
    members = {name: content for name, content in {**GOOD, **changed}.items() if content is not None}
    file = archive(tmp_path / "made.npz", members)
    with pytest.raises(DataError, match=said) as caught:
        npz.read(file, PAIR, "do this")
    message = str(caught.value)
    assert message.startswith(f"{file}: ") and message.endswith("; do this") and "\n" not in message


@pytest.mark.parametrize("order", ["<", ">"])
def test_text_is_of_characters_that_unicode_has(tmp_path: Path, order: str) -> None:
    for point, is_character in [
        *((number, True) for number in (0x41, 0xD7FF, 0xE000, 0x10FFFF)),
        *((number, False) for number in (0xD800, 0xDFFF, 0x110000, 2**32 - 1)),
    ]:
        text = np.array([0x41, point], f"{order}u4").view(f"{order}U2")
        made = archive(tmp_path / "a.npz", {"name.npy": npy(text)})
        if is_character:
            found = npz.read(made, {"name": npz.Array("U", ("names",))}, "do this")
            assert found["name"].tolist() == ["A" + chr(point)]
        else:
            with pytest.raises(DataError, match="name holds numbers that are no characters of Unicode; do this"):
                npz.read(made, {"name": npz.Array("U", ("names",))}, "do this")


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + bytes(18), np.random.default_rng(0).bytes(500)])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "made.npz"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"made\.npz"):
        npz.read(file, PAIR, "do this")


def test_a_flipped_byte_of_content_is_noticed(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.ones((40, 3)), y=np.arange(40))
    content = bytearray((tmp_path / "a.npz").read_bytes())
    content[400] ^= 1
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(DataError, match="CRC"):
        npz.read(tmp_path / "a.npz", PAIR, "do this")


def test_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    """Two hundred megabytes of zeros in two hundred kilobytes, declared truly, then untruly."""
    zeros = npy(np.zeros((8_000_000, 3)))
    honest = archive(tmp_path / "honest.npz", {"x.npy": zeros, "y.npy": npy(np.arange(4))})
    sly = archive(tmp_path / "sly.npz", {**GOOD, "x.npy": zeros.replace(b"(8000000, 3), }", b"(4, 3), }      ")})
    del zeros
    for file, limit in ((honest, 2**20), (sly, 2**28)):
        tracemalloc.start()
        with pytest.raises(DataError, match=r"more"):
            npz.read(file, PAIR, "do this", limit)
        assert tracemalloc.get_traced_memory()[1] < 2**23
        tracemalloc.stop()


def test_a_header_without_end_is_not_read(tmp_path: Path) -> None:
    endless = b"\x93NUMPY\x02\x00" + (2**26).to_bytes(4, "little") + b" " * 2**26
    made = archive(tmp_path / "a.npz", {**GOOD, "x.npy": endless})
    del endless
    tracemalloc.start()
    with pytest.raises(DataError, match="x declares a header of 67108864 bytes"):
        npz.read(made, PAIR, "do this")
    assert tracemalloc.get_traced_memory()[1] < 2**23
    tracemalloc.stop()


def test_a_header_of_numpys_second_version_is_read(tmp_path: Path) -> None:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ones((4, 3)), version=(2, 0))
    found = npz.read(archive(tmp_path / "a.npz", {**GOOD, "x.npy": stream.getvalue()}), PAIR, "do this")
    assert np.array_equal(found["x"], np.ones((4, 3)))


def test_the_limit_is_for_all_arrays_together(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.ones((40, 3)), y=np.arange(40))
    npz.read(tmp_path / "a.npz", PAIR, "do this", limit=40 * 4 * 8)
    with pytest.raises(DataError, match="more than the"):
        npz.read(tmp_path / "a.npz", PAIR, "do this", limit=40 * 4 * 8 - 1)
