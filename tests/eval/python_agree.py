#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares lib/python with CPython's own tokenize and ast.

usage: python_agree.py READER FOLDER|FILE ...

READER is the program tests/tools/python_read.  Every file that this CPython
compiles is read by both; docs/python.md says how the tokens are mapped.  Prints
the files that differ and a summary; the status is 1 if one differs.  To be run
with CPython 3.11, whose tokenize gives a format string as one token.
"""
import ast
import io
import os
import subprocess
import sys
import tokenize
import warnings

NAMES = {
    tokenize.NAME: "NAME", tokenize.NUMBER: "NUMBER",
    tokenize.STRING: "STRING", tokenize.OP: "OP",
    tokenize.COMMENT: "COMMENT", tokenize.NEWLINE: "NEWLINE",
    tokenize.INDENT: "INDENT", tokenize.DEDENT: "DEDENT",
}
PLACELESS = ("INDENT", "DEDENT", "NEWLINE")
warnings.simplefilter("ignore")


class Reader:
    """One python_read process, asked for one file after the other."""

    def __init__(self, program, mode, paths):
        self.process = subprocess.Popen(
            [program, mode, "-"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, encoding="utf-8", errors="replace")
        import threading
        threading.Thread(target=self.feed, args=(paths,), daemon=True).start()
        self.line = self.process.stdout.readline()

    def feed(self, paths):
        with self.process.stdin as pipe:
            for path in paths:
                pipe.write(path + "\n")

    def read(self, path):
        assert self.line == "= " + path + "\n", (self.line, path)
        rows = []
        while True:
            self.line = self.process.stdout.readline()
            if not self.line or self.line.startswith("= "):
                return rows
            rows.append(self.line.rstrip("\n"))


def our_tokens(rows):
    """Format strings become one STRING; what has no place loses it."""
    out, depth, begin = [], 0, None
    for row in rows:
        kind, *place = row.split(" ")
        place = tuple(map(int, place))
        if kind == "FORMAT":
            if depth == 0:
                begin = place
            depth += 1
        elif kind == "FORMAT_END":
            depth -= 1
            if depth == 0:
                out.append(("STRING", begin[:2] + place[2:]))
        elif depth == 0:
            out.append((kind, None if kind in PLACELESS else place))
    return out


def their_tokens(data):
    out = []
    for t in tokenize.tokenize(io.BytesIO(data).readline):
        kind = NAMES.get(t.type)
        if kind is None:
            if t.type == tokenize.ERRORTOKEN and t.string != " ":
                kind = "OTHER"
            else:
                continue
        # A name with combining marks: CPython's parser reads one name, its
        # tokenize module several pieces.
        if (kind in ("NAME", "OTHER") and out and out[-1][0] == "NAME"
                and out[-1][1][2:] == t.start and not t.string.isascii()):
            out[-1] = ("NAME", out[-1][1][:2] + t.end)
        elif (kind == "NAME" and out and out[-1][0] == "NAME"
                and out[-1][1][2:] == t.start):
            out[-1] = ("NAME", out[-1][1][:2] + t.end)
        else:
            out.append((kind, None if kind in PLACELESS
                        else t.start + t.end))
    return out


def call_name(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "?")
    return ".".join(reversed(parts))


class Calls(ast.NodeVisitor):
    """(line, column, name) of calls; inside format strings only the name,
    because 3.11 places those wrongly."""

    def __init__(self, lines):
        self.lines, self.placed, self.loose, self.depth = lines, [], [], 0

    def visit_JoinedStr(self, node):
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1

    def visit_Call(self, node):
        name = call_name(node.func)
        if self.depth:
            self.loose.append(name)
        else:
            line = self.lines[node.lineno - 1]
            column = len(line[:node.col_offset].decode("utf-8", "replace"))
            self.placed.append((node.lineno, column, name))
        self.generic_visit(node)


def their_calls(tree, text):
    calls = Calls(text.encode("utf-8", "surrogatepass").split(b"\n"))
    calls.visit(tree)
    return sorted(calls.placed), sorted(calls.loose)


def our_calls(rows):
    placed, loose = [], []
    for row in rows:
        line, column, inside, name = row.split(" ", 3)
        if inside == "1":
            loose.append(name)
        else:
            placed.append((int(line), int(column), name))
    return sorted(placed), sorted(loose)


def first_difference(ours, theirs):
    for a, b in zip(ours, theirs):
        if a != b:
            return "ours %s, CPython's %s" % (a, b)
    return "ours %d, CPython's %d" % (len(ours), len(theirs))


def decode(data):
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = data.decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def collect(roots):
    for root in roots:
        if os.path.isfile(root):
            yield root
        for folder, _, files in sorted(os.walk(root)):
            for name in sorted(files):
                path = os.path.join(folder, name)
                if name.endswith((".py", ".pyi")) and os.path.isfile(path) \
                        and "\n" not in path:
                    yield path


def main():
    program, paths = sys.argv[1], list(collect(sys.argv[2:]))
    modes = ("tokens", "calls")
    readers = {m: Reader(program, m, paths) for m in modes}
    files = refused = tokens = calls = 0
    differ = {m: 0 for m in modes}
    sys.setrecursionlimit(20000)
    for path in paths:
        rows = {m: readers[m].read(path) for m in modes}
        with open(path, "rb") as f:
            data = f.read()
        try:
            tree = ast.parse(data)
            text = decode(data)
            theirs = {"tokens": their_tokens(data),
                      "calls": their_calls(tree, text)}
        except (SyntaxError, ValueError, RecursionError, LookupError,
                tokenize.TokenError):
            refused += 1
            continue
        files += 1
        tokens += len(theirs["tokens"])
        calls += sum(map(len, theirs["calls"]))
        ours = {"tokens": our_tokens(rows["tokens"]),
                "calls": our_calls(rows["calls"])}
        for m in modes:
            if ours[m] == theirs[m]:
                continue
            differ[m] += 1
            a, b = ours[m], theirs[m]
            if m == "calls":
                a, b = (a[0], b[0]) if a[0] != b[0] else (a[1], b[1])
            print("%s: %s: %s" % (path, m, first_difference(a, b)))
    print("CPython %d.%d: %d files, %d tokens, %d calls compared; "
          "%d files it does not accept" % (*sys.version_info[:2], files,
                                           tokens, calls, refused))
    for m in modes:
        print("%s differ in %d files" % (m, differ[m]))
    sys.exit(1 if any(differ.values()) or files == 0 else 0)


if __name__ == "__main__":
    main()
