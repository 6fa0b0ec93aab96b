#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""rewrite - the same packages, written in another way.

rewrite.py PYPIWATCH CONF FOLDER: writes the modules of FOLDER's wheels anew by
each of the ways of ways.py, scans both, and prints how many of those that scored 60
no longer do, and of those apart that somebody has to call (labels.tsv): of how
many the finding that told most is gone.  Nothing of what a package does changes,
so that is a value or a call that the scanner lost sight of; where the finding is
still there, it is worth less.  With SPLIT_NAMES=yes those are named; SPLIT_WAYS
chooses ways by a regular expression.  Sources are parsed and written, never run.
"""
import ast
import base64
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

from ways import WAYS, Module

THRESHOLD = 60
BATCH = 50


def rewritten(way, path, data, others):
    """{path: source} of a module and those that it needs now, or None."""
    try:
        m = Module(path, ast.parse(data), others)
        beside = way(m)
        if beside is None:
            return None
        out = {path: ast.unparse(ast.fix_missing_locations(m.tree))}
        folder = os.path.dirname(path)
        for end, body in beside.items():
            tree = ast.Module(body=body, type_ignores=[])
            out[os.path.join(folder, m.stem + end + ".py")] = ast.unparse(
                ast.fix_missing_locations(tree))
        for at, text in out.items():
            compile(text, at, "exec", dont_inherit=True)
        return {at: text.encode() for at, text in out.items()}
    except (SyntaxError, ValueError, RecursionError):
        return None             # of another Python, or not to be read at all


def write_wheel(path, files):
    record = next((f for f in files if f.endswith(".dist-info/RECORD")), None)
    lines = []
    with zipfile.ZipFile(path, "w") as z:
        for at, data in files.items():
            if at == record:
                continue
            z.writestr(at, data)
            digest = base64.urlsafe_b64encode(
                hashlib.sha256(data).digest()).rstrip(b"=").decode()
            lines.append("%s,sha256=%s,%d\n" % (at, digest, len(data)))
        if record is not None:
            z.writestr(record, "".join(lines) + record + ",,\n")


def rewrite_wheel(way, source, target):
    """Was anything of it written anew?"""
    with zipfile.ZipFile(source) as z:
        members = {i: z.read(i) for i in z.namelist()}
    words = {at: set(re.findall(r"\w+", data.decode("latin-1")))
             for at, data in members.items() if ".dist-info/" not in at}
    files, changed = {}, False
    for at, data in members.items():
        new = None
        if at.endswith(".py"):
            others = set().union(*(w for o, w in words.items() if o != at))
            new = rewritten(way, at, data, others)
        changed = changed or new is not None
        files.update(new if new is not None else {at: data})
    if changed:
        write_wheel(target, files)
    return changed


def scan(pypiwatch, conf, files):
    """{file: (score, {rule: weight})}"""
    out = {}
    for start in range(0, len(files), BATCH):
        done = subprocess.run(
            [pypiwatch, "-c", conf, "scan", "--no-network", "--format",
             "json", *files[start:start + BATCH]],
            stdout=subprocess.PIPE, timeout=1800)
        if done.returncode not in (0, 1, 2):
            sys.exit("scan ended with %d" % done.returncode)
        for line in done.stdout.splitlines():
            answer = json.loads(line)
            rules = {}
            for f in answer["findings"]:
                rules[f["rule"]] = max(f["weight"], rules.get(f["rule"], 0))
            out[os.path.basename(answer["file"])] = answer["score"], rules
    return out


def called(folder):
    """Wheels whose label says that somebody has to call what acts."""
    try:
        with open(os.path.join(folder, "labels.tsv")) as labels:
            rows = [line.rstrip("\n").split("\t") for line in labels]
    except FileNotFoundError:
        return set()
    return {r[0] for r in rows if len(r) > 3 and r[3] == "call"}


def why(before, after):
    """Is the finding that told most no longer there, or worth less?"""
    rules = before[1]
    most = max(rules, key=rules.get)
    return "less" if most in after[1] else "gone"


def told(name, before, after):
    rules = before[1]
    return "   %3d, was %3d  %s  %s  %s" % (
        after[0], before[0], why(before, after), max(rules, key=rules.get),
        name)


def main():
    pypiwatch, conf, folder = sys.argv[1:4]
    wheels = sorted(f for f in os.listdir(folder) if f.endswith(".whl"))
    before = scan(pypiwatch, conf, [os.path.join(folder, w) for w in wheels])
    wait = called(folder)
    print("%-39s %7s %6s %12s %6s %6s" % ("written anew", "of told", "lost",
                                          "of called", "lost", "gone"))
    for what, way in WAYS.items():
        if not re.search(os.environ.get("SPLIT_WAYS", ""), what):
            continue
        with tempfile.TemporaryDirectory() as work:
            new = [os.path.join(work, w) for w in wheels
                   if before[w][0] >= THRESHOLD and rewrite_wheel(
                       way, os.path.join(folder, w), os.path.join(work, w))]
            after = scan(pypiwatch, conf, new)
        lost = sorted(w for w in after if after[w][0] < THRESHOLD)
        late = [w for w in lost if w in wait]
        print("%-39s %7d %6d %5.1f %% %4d %6d %6d" % (
            what, len(after), len(lost),
            100 * len(lost) / max(1, len(after)),
            sum(w in wait for w in after), len(late),
            sum(why(before[w], after[w]) == "gone" for w in late)),
            flush=True)
        if os.environ.get("SPLIT_NAMES") == "yes":
            for w in lost:
                print(told(w, before[w], after[w]))


main()
