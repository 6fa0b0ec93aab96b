# SPDX-License-Identifier: Apache-2.0
# Inert: what came with Python 3.8 to 3.12.
type Pair[T: (int, str), *Ts, **P] = tuple[T, T]
type = 3
def first[T](items: list[T], /, *, key=None) -> T: ...
class Box[T](Base[T], metaclass=Meta): ...
f'{a['x']!r:>{width}} {f"{f'{deep(1)}'}"} {{no}} {x = } {y:%H:%M}'
f'''{
    call(  # a comment in a field
        "}"
    )
}'''
f"{'\n'.join(names)}{lambda: 1}"
rf'\{raw}\N' f'\N{DASH}'
with (open(a) as x, open(b) as y,): pass
with (a, b): pass
if (n := len(a)) > 10: pass
match command.split():
    case [action]: run(action)
    case [Point(x=0) as p, *rest] if p.ok(): pass
    case {"k": 1 | 2, **others}:
        pass
    case -1 | 1.5j | None: pass
match = case = {}
match[1] = case(match)
match (x)
match(x, y): int
async def g():
    async with a as b, c: await d(e)
    async for i in j: yield i
    return [k async for k in l if await m(k)]
try: pass
except* OSError as group: raise
@decorators[0].make(1)
def h(a, b=1, /, c: int=2, *args: int, d, e=3, **kw) -> None: ...
print(*a, **b, sep='')
x = yield
