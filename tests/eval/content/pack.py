#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""pack - turns the texts of hostile/ and honest/ into real archives.

pack.py OUT FILE...: writes OUT/<name>-<version>.<kind> for every package and
OUT/labels.tsv.  A text holds packages:

    === NAME KIND key=value...     KIND: sdist, wheel, zip (an sdist as .zip)
    --- PATH                       a member; its text follows
    --- PATH !OPS PART             a member made of a part, through OPS
    --- !PART                      a text for use elsewhere, not a member
    --- !description               first line the summary, the rest the README

Anywhere in a text @[OPS PART]@ stands for that part through OPS, applied from
left to right; parts may use parts.  The part py:MODULE is the source of that
module of the running Python's standard library: honest code of real size for
a payload to stand in.  Keys: family, context, layer, year, version, meta
(poor, rich, none), author, url, requires (comma separated), tag (of a wheel).
What stands between a === line and its first member is a note.

Everything is inert: hosts are under example.invalid or carry null
identifiers, executables are headers followed by noise.
"""
import base64
import binascii
import codecs
import gzip
import bz2
import hashlib
import io
import lzma
import marshal
import pathlib
import re
import struct
import sys
import sysconfig
import tarfile
import zipfile
import zlib

sys.dont_write_bytecode = True
import native

STDLIB = pathlib.Path(sysconfig.get_path("stdlib"))
MACRO = re.compile(rb"@\[([^\]\n]+)\]@")


def noise(n, seed=1):
    out, x = bytearray(), seed
    while len(out) < n:
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(x >> 16 & 0xFF)
    return bytes(out)


def image_pe():
    body = bytearray(0x400)
    body[:2] = b"MZ"
    body[0x3C] = 0x80
    body[0x80:0x86] = b"PE\0\0\x64\x86"
    return bytes(body) + noise(6000)


def image_elf():
    return (b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 2, 62, 1) +
            bytes(40) + noise(6000, 2))


def png(width, height, rows):
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", binascii.crc32(kind + data)))
    raw = b"".join(b"\0" + r for r in rows)
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def picture(side=64, seed=3):
    pixels = noise(side * side * 3, seed)
    return [pixels[i * side * 3:(i + 1) * side * 3] for i in range(side)]


def op_pnglsb(data):
    bits = [b >> (7 - i) & 1 for b in data + b"\0" for i in range(8)]
    side = 16
    while side * side * 3 < len(bits):
        side *= 2
    flat = bytearray(b"".join(picture(side)))
    for i, bit in enumerate(bits):
        flat[i] = flat[i] & 0xFE | bit
    return png(side, side, [bytes(flat[i * side * 3:(i + 1) * side * 3])
                            for i in range(side)])


def op_xor(data, key):
    return bytes(b ^ key for b in data)


def op_ints(data):
    return ",".join(str(b) for b in data).encode()


def op_marshal(data):
    return marshal.dumps(compile(data.decode(), "<module>", "exec"))


def op_pyc(data, flags=0):
    return (b"\xa7\r\r\n" + struct.pack("<III", flags, 0, len(data)) +
            op_marshal(data))


def op_chr(data):
    return "+".join("chr(%d)" % b for b in data).encode()


def op_zw(data):
    return "".join("\u200b\u200c"[b >> (7 - i) & 1] for b in data
                   for i in range(8)).encode()


def op_vs(data):
    return "".join(chr(0xFE00 + b) if b < 16 else chr(0xE0100 + b - 16)
                   for b in data).encode()


def op_nest(data, times):
    """The lambda chain: each turn wraps a program in one that unwraps it."""
    for _ in range(times):
        body = base64.b64encode(zlib.compress(data))[::-1]
        data = (b"_ = lambda __ : __import__('zlib').decompress(__import__("
                b"'base64').b64decode(__[::-1]));exec((_)(b'" + body + b"'))\n")
    return data


def op_piece(data, which):
    i, n = map(int, which.split("/"))
    return data[len(data) * (i - 1) // n:len(data) * i // n]


def op_italic(data):
    """Letters that NFKC folds back, as Python folds identifiers."""
    return "".join(chr(0x1D622 + ord(c) - 97) if "a" <= c <= "z" else c
                   for c in data.decode()).encode()


def op_lines(data, width):
    """String literals of WIDTH characters, one a line."""
    text = data.decode()
    return "\n".join("    %r" % text[i:i + width]
                     for i in range(0, len(text), width)).encode()


OPS = {
    "zlib": zlib.compress, "gzip": lambda d: gzip.compress(d, mtime=0),
    "bz2": bz2.compress, "lzma": lzma.compress,
    "b64": base64.b64encode, "b32": base64.b32encode,
    "b85": base64.b85encode, "a85": base64.a85encode,
    "urlb64": base64.urlsafe_b64encode,
    "hex": binascii.hexlify, "rev": lambda d: d[::-1],
    "hexesc": lambda d: "".join("\\x%02x" % b for b in d).encode(),
    "octesc": lambda d: "".join("\\%03o" % b for b in d).encode(),
    "ints": op_ints, "chr": op_chr, "marshal": op_marshal, "pyc": op_pyc,
    "pycu": lambda d: op_pyc(d, 1), "repr": lambda d: repr(d).encode(),
    "rot13": lambda d: codecs.encode(d.decode(), "rot13").encode(),
    "utf16": lambda d: d.decode().encode("utf-16"), "zw": op_zw, "vs": op_vs,
    "utf16le": lambda d: d.decode().encode("utf-16-le"),
    "gbk": lambda d: d.decode().encode("gbk"),
    "sjis": lambda d: d.decode().encode("shift_jis"),
    "euckr": lambda d: d.decode().encode("euc-kr"),
    "latin1": lambda d: d.decode().encode("latin-1"),
    "pnglsb": op_pnglsb, "strip": bytes.strip, "italic": op_italic,
    "so": native.elf_shared, "dll": native.pe_library,
    "pngtail": lambda d: png(32, 32, picture(32)) + d,
    "wavtail": lambda d: b"RIFF" + struct.pack("<I", 2036) + b"WAVEfmt " +
    struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + b"data" +
    struct.pack("<I", 2000) + noise(2000) + d,
}
OPS_WITH = {
    "xor": lambda d, a: op_xor(d, int(a)), "cut": lambda d, a: d[:int(a)],
    "times": lambda d, a: d * int(a), "nest": lambda d, a: op_nest(d, int(a)),
    "piece": op_piece, "lines": lambda d, a: op_lines(d, int(a)),
    "xork": lambda d, a: bytes(b ^ ord(a[i % len(a)]) for i, b in enumerate(d)),
    "ords": lambda d, a: ",".join(str(b + int(a)) for b in d).encode(),
    "shifted": lambda d, a: "/".join(str(b + int(a)) for b in d).encode(),
}
BUILTIN = {"pe": image_pe, "elf": image_elf,
           "macho": lambda: b"\xcf\xfa\xed\xfe\x07\0\0\x01" + noise(6000, 4),
           "noise": lambda: noise(4096, 5), "png": lambda: png(32, 32, picture(32))}


class Package:
    def __init__(self, line):
        words = line.split()
        self.name, self.kind = words[0], words[1]
        self.keys = dict(w.split("=", 1) for w in words[2:])
        self.members, self.parts, self.made = {}, {}, {}

    def part(self, name):
        if name in self.parts:
            return self.expand(self.parts[name])
        if name.startswith("py:"):
            base = STDLIB / name[3:].replace(".", "/")
            if base.is_dir():
                return (base / "__init__.py").read_bytes()
            return base.with_suffix(".py").read_bytes()
        return BUILTIN[name]()

    def through(self, spec):
        *ops, part = spec.split()
        data = self.part(part)
        for op in ops:
            name, _, arg = op.partition(":")
            data = OPS_WITH[name](data, arg) if arg else OPS[name](data)
        return data

    def expand(self, text):
        return MACRO.sub(lambda m: self.through(m.group(1).decode()), text)

    def tag(self):
        return self.keys.get("tag", "py3-none-any")

    def files(self):
        out = {p: self.expand(t) for p, t in self.members.items()}
        out.update({p: self.through(s) for p, s in self.made.items()})
        return out

    def described(self, rich):
        """Gives the summary and the body of the metadata."""
        text = self.parts.get("description", b"").decode()
        if text:
            summary, _, body = text.partition("\n")
            return summary, "\n" + body
        if not rich:
            return "", ""
        return ("Helpers for %s that several teams share" % self.name,
                "\n%s\n%s\n\n%s\n" % (self.name, "=" * len(self.name),
                "A small library with documentation, tests and a change log.\n\n" * 6))

    def metadata(self, rich):
        k = self.keys
        lines = ["Metadata-Version: 2.1", "Name: " + self.name,
                 "Version: " + k.get("version", "1.0.0")]
        summary, body = self.described(rich)
        if rich:
            lines += ["Summary: " + summary,
                      "Home-page: " + k.get("url", "https://github.com/example/" + self.name),
                      "Author: " + k.get("author", "Robin Maintainer").replace("_", " "),
                      "Author-email: maintainer@example.org",
                      "License: MIT",
                      "Project-URL: Documentation, https://%s.example.org/" % self.name,
                      "Classifier: Development Status :: 5 - Production/Stable",
                      "Classifier: License :: OSI Approved :: MIT License",
                      "Classifier: Programming Language :: Python :: 3"]
        lines += ["Requires-Dist: " + r.replace("@", " @ ") for r in k.get("requires", "").split(",") if r]
        return ("\n".join(lines) + "\n" + body).encode()


def add_metadata(p, files, rich):
    stem = "%s-%s" % (p.name.replace("-", "_"), p.keys.get("version", "1.0.0"))
    if p.keys.get("meta") == "none":
        return stem
    if p.kind == "wheel":
        info = stem + ".dist-info/"
        files.setdefault(info + "METADATA", p.metadata(rich))
        files.setdefault(info + "WHEEL", b"Wheel-Version: 1.0\nGenerator: "
                         b"bdist_wheel (0.43.0)\nRoot-Is-Purelib: " +
                         (b"true" if p.tag().endswith("-any") else b"false") +
                         b"\nTag: " + p.tag().encode() + b"\n")
        rows = ["%s,sha256=%s,%d" % (n, base64.urlsafe_b64encode(
            hashlib.sha256(d).digest()).rstrip(b"=").decode(), len(d))
            for n, d in files.items()]
        files.setdefault(info + "RECORD", ("\n".join(rows) + "\n%sRECORD,,\n" %
                                           info).encode())
    else:
        files.setdefault("PKG-INFO", p.metadata(rich))
        if rich:
            files.setdefault("README.md", p.metadata(True).split(b"\n\n", 1)[1])
    return stem


def write(p, out, rich):
    files = p.files()
    stem = add_metadata(p, files, rich)
    if p.kind == "sdist":
        path = out / (stem + ".tar.gz")
        with tarfile.open(path, "w:gz") as tar:
            for name, data in files.items():
                info = tarfile.TarInfo(stem + "/" + name)
                info.size, info.mode = len(data), 0o644
                tar.addfile(info, io.BytesIO(data))
        return path
    wheel = p.kind == "wheel"
    path = out / (stem + ("-%s.whl" % p.tag() if wheel else ".zip"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in files.items():
            z.writestr(name if wheel else stem + "/" + name, data)
    return path


def read(file):
    package, target, packages = None, None, []
    for raw in pathlib.Path(file).read_bytes().split(b"\n"):
        line = raw.decode("utf-8", "surrogateescape")
        if line.startswith("=== "):
            package, target = Package(line[4:]), None
            packages.append(package)
        elif line.startswith("--- ") and package:
            path, _, spec = line[4:].partition(" !")
            target = None
            if path.startswith("!"):
                target = (package.parts, path[1:])
            elif spec:
                package.made[path] = spec
            else:
                target = (package.members, path)
            if target:
                target[0][target[1]] = b""
        elif target:
            target[0][target[1]] += raw + b"\n"
    return packages


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    seen = set()
    with open(out / "labels.tsv", "w") as labels:
        for file in sys.argv[2:]:
            label = "malicious" if "hostile" in pathlib.Path(file).parts else "benign"
            for p in read(file):
                assert p.name not in seen, "%s stands twice" % p.name
                seen.add(p.name)
                rich = p.keys.get("meta", "poor" if label == "malicious" else "rich")
                path = write(p, out, rich == "rich")
                print(path.name, label, *(p.keys.get(k, "-") for k in
                      ("family", "context", "layer", "year")), sep="\t", file=labels)


if __name__ == "__main__":
    main()
