#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""decode_corpus - one sample of each format that fuzz_decode chooses.

decode_corpus.py OUT BYTECODE-FIXTURE: the first byte of each file is the
number of the decoder in the table at the end of fuzz_decode.c.
"""
import base64
import bz2
import codecs
import gzip
import lzma
import marshal
import pathlib
import pickle
import struct
import sys
import zlib

(ALPHABETS, PACKED, LAYERS, NAMED, CODEC, CIPHER, PICKLE, MARSHAL, BYTECODE,
 NATIVE, DISGUISE, METADATA, KIND) = range(13)
TEXT = b"import os, sys\nprint('hello', os.name, sys.argv)\n" * 3


def pe():
    image = bytearray(1024)
    image[:2] = b"MZ"
    image[0x3c] = 0x80
    image[0x80:0x80 + 24] = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x8664, 1, 0,
                                        0, 0, 240, 0x22)
    image[0x98:0x9a] = b"\x0b\x02"
    image[0x98 + 108:0x98 + 112] = struct.pack("<I", 16)
    image[0x98 + 120:0x98 + 128] = struct.pack("<II", 0x1000, 64)
    image[0x188:0x188 + 40] = struct.pack("<8sIIIIIIHHI", b".idata", 512,
                                          0x1000, 512, 0x200, 0, 0, 0, 0, 0)
    image[0x200:0x214] = struct.pack("<IIIII", 0x1040, 0, 0, 0x1030, 0x1050)
    image[0x230:0x23c] = b"KERNEL32.dll"
    image[0x240:0x248] = struct.pack("<Q", 0x1060)
    image[0x260:0x26a] = b"\0\0WinExec\0"
    return bytes(image)


def elf():
    head = struct.pack("<4sBBB9xHHIQQQIHHHHHH", b"\x7fELF", 2, 1, 1, 3, 62, 1,
                       0, 0, 64, 0, 64, 56, 0, 64, 3, 0)
    dynsym = struct.pack("<IBBHQQ", 0, 0, 0, 0, 0, 0) + struct.pack(
        "<IBBHQQ", 1, 0x12, 0, 0, 0, 0)
    names = b"\0system\0"
    at = 64 + 3 * 64

    def section(kind, offset, size, link, entry):
        return struct.pack("<IIQQQQIIQQ", 0, kind, 0, 0, offset, size, link, 0,
                           8, entry)
    return (head + section(0, 0, 0, 0, 0) +
            section(11, at, len(dynsym), 2, 24) +
            section(3, at + len(dynsym), len(names), 0, 0) + dynsym + names)


def macho():
    command = struct.pack("<IIIIII", 2, 24, 56, 1, 72, 16)
    return (struct.pack("<IIIIIIII", 0xfeedfacf, 0x01000007, 3, 6, 1, 24, 0, 0)
            + command + struct.pack("<IBBHQ", 1, 1, 0, 0, 0) +
            b"\0_system\0" + bytes(16))


def samples(fixture):
    letters = [base64.b64encode(TEXT), base64.b32encode(TEXT),
               base64.b85encode(TEXT), base64.a85encode(TEXT),
               base64.a85encode(TEXT, adobe=True), TEXT.hex().encode(),
               TEXT.decode().encode("utf-16"),
               codecs.encode(TEXT.decode(), "rot13").encode(),
               codecs.encode(TEXT, "uu"), codecs.encode(TEXT, "quopri")]
    packed = [zlib.compress(TEXT), gzip.compress(TEXT), bz2.compress(TEXT),
              lzma.compress(TEXT), lzma.compress(TEXT, lzma.FORMAT_ALONE),
              zlib.compress(TEXT)[::-1], zlib.compress(TEXT)[2:]]
    yield from ((ALPHABETS, s) for s in letters)
    yield from ((PACKED, s) for s in packed)
    yield from ((LAYERS, s) for s in letters + packed)
    for n in range(16):
        yield from ((NAMED, bytes([n]) + s) for s in letters + packed)
        yield from ((CODEC, bytes([n]) + s) for s in letters + packed)
    for mode in range(6):
        yield CIPHER, bytes([mode, 32]) + bytes(range(48)) + TEXT[:64]
    for protocol in range(6):
        yield PICKLE, pickle.dumps({"a": [1, 2.5, (print, b"x", "y")]}, protocol)
    for version in range(5):
        yield MARSHAL, marshal.dumps(compile(TEXT, "a", "exec"), version)
    for line in fixture.read_text().splitlines():
        if not line.startswith("#"):
            yield BYTECODE, bytes.fromhex(line.split()[1])
    for image in (pe(), elf(), macho()):
        yield NATIVE, image
        for key in (0, 0x2a):
            yield DISGUISE, bytes(b ^ key for b in image)
        yield DISGUISE, image[::-1]
        yield DISGUISE, bytes((b + 17) % 256 for b in image)
    yield METADATA, (b"Metadata-Version: 2.1\nName: a\nRequires-Dist: b>=1\n"
                     b"Description: x\n  y\n\nlong\n")
    yield KIND, TEXT


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True)
    for i, (kind, data) in enumerate(samples(pathlib.Path(sys.argv[2]))):
        (out / ("%03d" % i)).write_bytes(bytes([kind]) + data)


main()
