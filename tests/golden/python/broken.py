# SPDX-License-Identifier: Apache-2.0
# Inert: no version of Python takes this.
x = (1, [2, 3
def f(a, b
    return call(a
class C
    y = "not closed
    z = {'a': 1, 'b'
import os
}}})
if a
  indented(1)
 between(2)
	tab(3)
else:
elif b: one; two(3); if c: three(4)
x = = 5 5 "s" f'{' 
for in range(3):
    {{ cookiecutter.name }} = "{{ cookiecutter.value }}"
a..b.(c).1 d
lambda x, y
[x for y in
try: while 1: g(5)
f'{x:{y:{z}}' + h(6)
x if y
@
def
