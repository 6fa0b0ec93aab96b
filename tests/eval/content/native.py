# SPDX-License-Identifier: Apache-2.0
"""native - small well-formed libraries for fixtures, from a text.

Lines of the text: `import NAME` (for a DLL `import FILE NAME`),
`export NAME`, `string WORDS`.  What stands where code would be is noise;
nothing here can run.
"""
import struct


def noise(n, seed):
    out, x = bytearray(), seed
    while len(out) < n:
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(x >> 16 & 0xFF)
    return bytes(out)


def wanted(text):
    found = {"import": [], "export": [], "string": []}
    for line in text.decode().splitlines():
        kind, _, rest = line.strip().partition(" ")
        if kind in found:
            found[kind].append(rest)
    return found


def elf_shared(text):
    """ELF64, little endian, with .dynsym, .dynstr, .dynamic and .rodata."""
    w = wanted(text)
    needed, names = b"\0libc.so.6\0", {}
    dynstr = bytearray(needed)
    for n in w["import"] + w["export"]:
        names[n] = len(dynstr)
        dynstr += n.encode() + b"\0"
    code = noise(8192, 11)
    rodata = b"\0".join(s.encode() for s in w["string"]) + b"\0"
    at, where = 64 + 2 * 56, {}
    layout = (("text", len(code)), ("rodata", len(rodata)),
              ("dynstr", len(dynstr)), ("dynsym", 24 * (1 + len(names))),
              ("dynamic", 16 * 5))
    for part, size in layout:
        at = at + 15 & ~15
        where[part] = at
        at += size
    dynsym = bytearray(24)
    for n in w["import"]:
        dynsym += struct.pack("<IBBHQQ", names[n], 0x12, 0, 0, 0, 0)
    for n in w["export"]:
        dynsym += struct.pack("<IBBHQQ", names[n], 0x12, 0, 1, where["text"], 64)
    dynamic = b"".join(struct.pack("<qQ", *p) for p in (
        (1, 1), (5, where["dynstr"]), (6, where["dynsym"]),
        (10, len(dynstr)), (0, 0)))
    shstr = b"\0.text\0.rodata\0.dynstr\0.dynsym\0.dynamic\0.shstrtab\0"
    body = bytearray(at)
    for part, data in (("text", code), ("rodata", rodata), ("dynstr", dynstr),
                       ("dynsym", dynsym), ("dynamic", dynamic)):
        body[where[part]:where[part] + len(data)] = data
    shstr_at = len(body)
    body += shstr
    while len(body) % 8:
        body += b"\0"
    sections = [(0,) * 10]
    for part, kind, flags, link, info, entry in (
            ("text", 1, 6, 0, 0, 0), ("rodata", 1, 2, 0, 0, 0),
            ("dynstr", 3, 2, 0, 0, 0), ("dynsym", 11, 2, 3, 1, 24),
            ("dynamic", 6, 3, 3, 0, 16)):
        sections.append((shstr.index(b"." + part.encode() + b"\0"), kind, flags,
                         where[part], where[part], dict(layout)[part], link,
                         info, 8, entry))
    sections.append((shstr.index(b".shstrtab"), 3, 0, 0, shstr_at, len(shstr),
                     0, 0, 1, 0))
    table = len(body)
    for s in sections:
        body += struct.pack("<IIQQQQIIQQ", *s)
    body[:64] = (b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, table, 0, 64, 56, 2, 64,
        len(sections), len(sections) - 1))
    body[64:120] = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, at, at, 4096)
    body[120:176] = struct.pack("<IIQQQQQQ", 2, 6, where["dynamic"],
                                where["dynamic"], where["dynamic"], 80, 80, 8)
    return bytes(body)


def rdata(w, base):
    """Import directory, export directory and strings at address BASE."""
    files = {}
    for line in w["import"]:
        file, _, name = line.partition(" ")
        files.setdefault(file, []).append(name)
    out = bytearray(20 * (len(files) + 1))
    for i, (file, names) in enumerate(files.items()):
        hints = []
        for n in names:
            hints.append(base + len(out))
            out += b"\0\0" + n.encode() + b"\0"
        name_at = base + len(out)
        out += file.encode() + b"\0" * (8 - len(file) % 8)
        thunks = b"".join(struct.pack("<Q", h) for h in hints + [0])
        first = base + len(out)
        out += thunks + thunks
        out[20 * i:20 * i + 20] = struct.pack("<IIIII", first, 0, 0, name_at,
                                              first + len(thunks))
    export_at = len(out)
    out += bytes(40)
    names_at = []
    for n in w["export"]:
        names_at.append(base + len(out))
        out += n.encode() + b"\0"
    dll = base + len(out)
    out += b"module.pyd\0"
    count = len(names_at)
    functions = base + len(out)
    out += struct.pack("<%dI" % count, *[0x1000] * count)
    pointers = base + len(out)
    out += struct.pack("<%dI" % count, *names_at)
    ordinals = base + len(out)
    out += struct.pack("<%dH" % count, *range(count))
    out[export_at:export_at + 40] = struct.pack(
        "<IIHHIIIIIII", 0, 0, 0, 0, dll, 1, count, count, functions, pointers,
        ordinals)
    out += b"\0".join(s.encode() for s in w["string"]) + b"\0"
    return bytes(out), base, 20 * (len(files) + 1), (base + export_at, len(out) - export_at)


def pe_library(text):
    """PE32+ DLL with .text and .rdata."""
    w = wanted(text)
    code = noise(0x2000, 12)
    data, imports, size, exports = rdata(w, 0x4000)
    raw = len(data) + 0x1FF & ~0x1FF
    dos = bytearray(0x80)
    dos[:2], dos[0x3C] = b"MZ", 0x80
    dos[0x40:0x78] = b"This program cannot be run in DOS mode.".ljust(0x38, b"\0")
    coff = struct.pack("<HHIIIHH", 0x8664, 2, 0x65000000, 0, 0, 240, 0x2022)
    optional = struct.pack("<HBBIIIII", 0x20B, 14, 0, len(code), raw, 0, 0x1000, 0x1000)
    optional += struct.pack("<QIIHHHHHHIIIIHH", 0x180000000, 0x1000, 0x200, 6, 0,
                            0, 0, 6, 0, 0, 0x8000, 0x400, 0, 2, 0x160)
    optional += struct.pack("<QQQQII", 0x100000, 0x1000, 0x100000, 0x1000, 0, 16)
    optional += struct.pack("<IIII", *exports, imports, size) + bytes(14 * 8)
    table = b""
    for name, va, n, at, flags in ((b".text", 0x1000, len(code), 0x400, 0x60000020),
                                   (b".rdata", 0x4000, raw, 0x400 + len(code), 0x40000040)):
        table += struct.pack("<8sIIIIIIHHI", name, n, va, n, at, 0, 0, 0, 0, flags)
    head = bytes(dos) + b"PE\0\0" + coff + optional + table
    return head.ljust(0x400, b"\0") + code + data.ljust(raw, b"\0")
