"""Ways to damage a file: blindly, and inside what it is packed in, with the packing's own checks made right again."""

import gzip
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

INTERESTING: tuple[int, ...] = (
    0,
    1,
    2,
    7,
    8,
    10,
    12,
    16,
    25,
    28,
    120,
    127,
    128,
    255,
    256,
    1023,
    2**15 - 1,
    2**15,
    2**16 - 1,
    2**20,
)
INTERESTING += (2**28, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1, 2**63, 2**64 - 1)
MARKS = re.compile(rb"TREE|HEAP|SNOD|OHDR|OCHK|FRHP|FHDB|BTHD|GCOL|\x89HDF")
"""Where structures of HDF5 begin: superblocks, trees, heaps, tables of symbols, headers of objects."""
KINDS = ("<f8", "<f2", ">f8", "|u1", "<i8", ">i4", "|S5", "<U3", "|b1", "|O", "<M8[s]", "<c16", "|V7", "|S2000000000")
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        -1,
        0,
        300,
        2**70,
        1e400,
        float("nan"),
        "",
        "x" * 300,
        "\ud800",
        "\0",
        [],
        {},
        [[]],
        [None],
        [[1], 2],
    ),
    *({"a": 1}, [0.5, "x"]),
)


def blind(content: bytes, rng: Random) -> bytes:
    """One to four changes of bytes, anywhere."""
    broken = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 4))):
        change(broken, rng, rng.randrange(len(broken) + 1))
    return bytes(broken)


def change(broken: bytearray, rng: Random, at: int) -> None:
    """One change at a place: a bit, an integer, or a block that is cut, copied, moved or inserted."""
    length = rng.choice((1, 2, 4, 8, 40, 300, 5000))
    match rng.randrange(8):
        case 0 | 1 if at < len(broken):
            broken[at] ^= 1 << rng.randrange(8)
        case 2 | 3:
            size, order = rng.choice((1, 2, 4, 8)), rng.choice(("little", "big"))
            number = (rng.choice(INTERESTING) + rng.choice((0, 0, -1, 1))) % 256**size
            broken[at : at + size] = number.to_bytes(size, order)
        case 4:
            broken[at : at + length] = b""
        case 5:
            broken[at:at] = rng.randbytes(length)
        case 6:
            start = rng.randrange(len(broken) + 1)
            piece = broken[start : start + length]
            broken[at : at + rng.choice((0, len(piece)))] = piece
        case 7:
            del broken[at:]


def gzipped(content: bytes, rng: Random) -> bytes:
    """What is packed, damaged and packed again."""
    return gzip.compress(blind(gzip.decompress(content), rng), 1)


def arrays(content: bytes, rng: Random) -> bytes:
    """A member of an ``.npz`` changed, lost, doubled or given for another; every CRC is right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    k = rng.randrange(len(members))
    name, body = members[k]
    match rng.randrange(8):
        case 0:
            del members[k]
        case 1:
            members[k] = name, rng.choice(members)[1]
        case 2:
            members[k] = rng.choice(members)[0], body
        case 3:
            members[k] = name, blind(body[:128], rng) + body[128:]
        case 4 | 5:
            members[k] = name, header(body, rng)
        case _:
            members[k] = name, body[:128] + blind(body[128:], rng)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in dict(members).items():
            archive.writestr(name, body)
    return out.getvalue()


def header(body: bytes, rng: Random) -> bytes:
    """Another type or shape in the header of an array, and sometimes as many bytes as that would take."""
    text, rest = body[10:128], body[128:]
    if rng.random() < 0.4:
        text = re.sub(rb"'descr': '[^']*'", f"'descr': '{rng.choice(KINDS)}'".encode(), text)
    if rng.random() < 0.7:
        axes = [rng.choice((*INTERESTING, -1)) for _ in range(rng.randrange(5))]
        lengths = "".join(f"{n}," for n in axes)
        text = re.sub(rb"\([^)]*\)", f"({lengths})".encode(), text)
    if rng.random() < 0.2:
        text = text.replace(b"False", rng.choice((b"True", b"None", b"False, 'x': 1", b"[" * 90)))
    text = text.rstrip() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + rest[: rng.choice((len(rest), 8, 0))]


def picture(content: bytes, rng: Random) -> bytes:
    """A chunk of a PNG changed, lost or doubled, or its pixels changed; every CRC is right."""
    chunks, at = [], 8
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        chunks.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += 12 + length
    k = rng.randrange(len(chunks))
    kind, body = chunks[k]
    match rng.randrange(6):
        case 0:
            chunks[k:k] = [rng.choice(chunks)]
        case 1:
            chunks[k] = rng.choice((b"tRNS", b"PLTE", b"acTL", b"zTXt", b"iCCP", b"gAMA", b"eXIf")), rng.randbytes(9)
        case 2 if kind == b"IDAT" and len([0 for name, _ in chunks if name == b"IDAT"]) == 1:
            chunks[k] = kind, zlib.compress(blind(zlib.decompress(body), rng), 1)
        case _:
            chunks[k] = kind, blind(body, rng)
    packed = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return content[:8] + b"".join(packed)


def structured(content: bytes, rng: Random) -> bytes:
    """Changes close behind a place where a structure of HDF5 begins."""
    broken = bytearray(content)
    places = [mark.start() for mark in MARKS.finditer(content)] or [0]
    for _ in range(rng.choice((1, 1, 2, 3))):
        change(broken, rng, min(rng.choice(places) + rng.randrange(120), len(broken)))
    return bytes(broken)


def tree(content: bytes, rng: Random) -> bytes:
    """A node of a JSON document lost or given another value."""
    document = json.loads(content)
    nodes: list[tuple[Any, Any]] = []

    def visit(node: Any) -> None:
        for key in list(node if isinstance(node, dict) else range(len(node))):
            nodes.append((node, key))
            if isinstance(node[key], dict | list):
                visit(node[key])

    if isinstance(document, dict | list):
        visit(document)
    if not nodes or rng.random() < 0.02:
        return json.dumps(rng.choice(VALUES)).encode()
    parent, key = rng.choice(nodes)
    if rng.random() < 0.2:
        del parent[key]
    else:
        other, there = rng.choice(nodes)
        parent[key] = rng.choice((*VALUES, json.loads(json.dumps(other[there]))))
    return json.dumps(document).encode()


INSIDE: dict[str, Callable[[bytes, Random], bytes]] = {
    "plain": blind,
    "gzip": gzipped,
    "npz": arrays,
    "png": picture,
    "hdf5": structured,
    "json": tree,
}


def mutated(content: bytes, packed: str, rng: Random) -> bytes:
    """The content, damaged inside its packing where that can still be opened, else blindly."""
    if rng.random() < 0.75:
        try:
            return INSIDE[packed](content, rng)
        except Exception:  # it was damaged before
            return blind(content, rng)
    return blind(content, rng)
