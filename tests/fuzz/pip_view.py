# SPDX-License-Identifier: Apache-2.0
"""What pip would install is delivered, however the archive is damaged.

Mutates the archives in CORPUS (written by test_archive --corpus), reads each
as pip does, with zipfile and tarfile, and looks for every content that Python
read among the entries that the program ENTRIES prints.

usage: pip_view.py ENTRIES CORPUS WORK SEED COUNT
"""
import gzip
import hashlib
import os
import random
import subprocess
import sys
import tarfile
import zipfile

NAMES = {0: "p-1.tar.gz", 1: "p-1-py3-none-any.whl", 2: "p-1.zip"}
BYTES = [0, 1, 5, 0x20, 0x30, 0x31, 0x35, 0x37, 0x4C, 0x53, 0x67, 0x78, 0xFF]
BATCH = 200


def tar_header(raw, at, rng):
    """Another type, perhaps another size, and the sum made right."""
    header = raw[at:at + 512]
    header[156] = rng.choice(b"0123456LKxgSVMDN\0")
    if rng.random() < 0.5:
        size = rng.choice([0, 5, 512, 1024, 1 << 20])
        header[124:136] = b"%011o\0" % size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    raw[at:at + 512] = header


def mutate(raw, rng):
    for _ in range(rng.choice([0, 1, 1, 2, 3, 6])):
        if not raw:
            return
        at, kind = rng.randrange(len(raw)), rng.random()
        if kind < 0.5:
            raw[at] = rng.choice(BYTES + [rng.randrange(256)])
        elif kind < 0.7:
            other, size = rng.randrange(len(raw)), rng.choice([1, 8, 512])
            raw[at:at + size] = raw[other:other + size]
        elif kind < 0.85:
            at = at // 512 * 512
            if len(raw) >= at + 512:
                tar_header(raw, at, rng)
        else:
            del raw[at:at + rng.choice([1, 512])]


def digest(data):
    return hashlib.sha256(data).hexdigest()[:12]


def zip_view(path):
    archive = zipfile.ZipFile(path)
    for info in archive.infolist():
        try:
            if not info.is_dir():
                yield info.filename, archive.read(info)
        except Exception:       # whatever stops Python stops pip
            pass


def tar_view(path):
    mode = "r:gz" if path.endswith(".gz") else "r:*"
    for member in (archive := tarfile.open(path, mode)):
        try:
            if member.isreg() and not member.sparse:    # a finding as such
                yield member.name, archive.extractfile(member).read()
        except Exception:
            pass


def is_zip(path):
    try:
        return zipfile.is_zipfile(path)
    except zipfile.BadZipFile:  # it raises what it should return
        return False


def pip_view(path):
    for view in [zip_view] * is_zip(path) + [tar_view]:
        try:
            found = list(view(path))
        except Exception:
            continue
        return found
    return []


def entries_of(program, paths):
    """The digests that the program prints, for each path."""
    result, current = {}, set()
    run = subprocess.run([program] + paths, capture_output=True)
    if run.returncode < 0:
        sys.exit(f"{program}: signal {-run.returncode}")
    for line in run.stdout.decode(errors="replace").splitlines():
        words = line.split()
        if line.startswith(paths[0].split("/w/")[0] + "/w/"):
            result[line.split(": ")[0]] = current
            current = set()
        elif len(words) > 3 and words[0].startswith("f"):
            current.add(words[3])
    return result


def write_files(corpus, work, rng, count):
    seeds = sorted(os.listdir(corpus))
    for n in range(count):
        with open(os.path.join(corpus, rng.choice(seeds)), "rb") as f:
            data = f.read()
        name, data = NAMES.get(data[0]), data[1:]
        plain, packed = data, False
        if data[:2] == b"\x1f\x8b":
            try:
                plain = gzip.decompress(data)
                packed = rng.random() < 0.8
            except Exception:
                pass
        if name is None or len(plain) > 400000:
            continue
        raw = bytearray(plain if packed else data)
        mutate(raw, rng)
        folder = os.path.join(work, "w", str(n))
        os.makedirs(folder)
        path = os.path.join(folder, name)
        with open(path, "wb") as f:
            f.write(gzip.compress(raw, mtime=0) if packed else raw)
        yield path


def main(program, corpus, work, seed, count):
    paths = list(write_files(corpus, work, random.Random(int(seed)),
                             int(count)))
    members = missing = 0
    for at in range(0, len(paths), BATCH):
        have = entries_of(program, paths[at:at + BATCH])
        for path in paths[at:at + BATCH]:
            for name, data in pip_view(path):
                members += 1
                if data and digest(data) not in have.get(path, ()):
                    missing += 1
                    print(f"{path}: pip sees {name!r}, unpack does not")
    print(f"{len(paths)} archives, {members} members, {missing} missing")
    return missing != 0 or members == 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
