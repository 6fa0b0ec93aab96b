# SPDX-License-Identifier: Apache-2.0
# Inert: what came with Python 3.14.
t"select {name} from {table!r:{spec}}" rt'\{x}'
T'''{
    nested(t"{f'{1}'}")
}'''
try: pass
except ValueError, TypeError: pass
except KeyError, IndexError as e: pass
def pairs():
    yield "a", b
    c = yield d, e
