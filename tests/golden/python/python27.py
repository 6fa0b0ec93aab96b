# SPDX-License-Identifier: Apache-2.0
# Inert: the grammar of Python 2.7.
import os, sys
print "hello", name
print >>sys.stderr, "to %s" % place,
print
print (a), b
exec code in scope
exec "x = 1"
exec(code) in scope
raise ValueError, "text", trace
try:
    pass
except (A, B), error:
    print `error`
if a <> b or 0777 == 10L:
    x = ur'\u0041' + ur"b"
def f(a, (b, c), *d):
    return lambda (x, y): x
d = [x for x in 1, 2, 3]
print "%s" % (a,) if a else "b"
async = await = None
nonlocal = 5
