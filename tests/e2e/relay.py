#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""relay.py LISTEN CONNECT: Unix sockets, a link that can be cut.

SIGUSR1 cuts it: the far side sees the connections end, the near side sees
nothing at all, new ones are accepted and hear nothing.  SIGUSR2 restores it:
what is left of the old connections is reset.
"""
import os
import selectors
import signal
import socket
import sys

listen, connect = sys.argv[1:]
pairs = {}          # socket -> its other side, or None
cut = False
pick = selectors.DefaultSelector()
wake = socket.socketpair()
for s in wake:
    s.setblocking(False)


def drop(s):
    if s in pairs:
        pick.unregister(s)
        del pairs[s]
    s.close()


def accept():
    near, _ = server.accept()
    far = None
    if not cut:
        far = socket.socket(socket.AF_UNIX)
        try:
            far.connect(connect)
        except OSError:
            near.close()
            return
        pairs[far] = near
        pick.register(far, selectors.EVENT_READ)
    pairs[near] = far
    pick.register(near, selectors.EVENT_READ)
    nears.add(near)


def move(s):
    other = pairs.get(s)
    if cut and s in nears:          # lost on the way
        if not s.recv(65536):
            nears.discard(s)
            drop(s)
        return
    try:
        data = s.recv(65536)
        if data:
            other.sendall(data)
            return
    except OSError:
        pass
    for end in (s, other):
        nears.discard(end)
        if end is not None:
            drop(end)


def switch(now_cut):
    global cut
    cut = now_cut
    for s in list(pairs):
        if cut and s not in nears:
            drop(s)
        elif not cut and s in nears:
            nears.discard(s)
            drop(s)
    for s in nears:
        pairs[s] = None


nears = set()
server = socket.socket(socket.AF_UNIX)
server.bind(listen)
os.chmod(listen, 0o777)
server.listen(16)
pick.register(server, selectors.EVENT_READ)
pick.register(wake[0], selectors.EVENT_READ)
signal.set_wakeup_fd(wake[1].fileno())
signal.signal(signal.SIGUSR1, lambda *_: None)
signal.signal(signal.SIGUSR2, lambda *_: None)
while True:
    for key, _ in pick.select():
        if key.fileobj is wake[0]:
            switch(wake[0].recv(64)[-1] == signal.SIGUSR1)
        elif key.fileobj is server:
            accept()
        elif key.fileobj in pairs:
            move(key.fileobj)
