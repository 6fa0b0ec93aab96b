# SPDX-License-Identifier: Apache-2.0
"""cut - functions that are cut where most of their values pass.

Takes a function of a ways.Module.  Gives a Cut: what stands before gathers,
what stands behind acts; and what the ways of parts.py are made of.
"""
import ast
import collections
import copy

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = FUNCTIONS + (ast.Lambda, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
JUMPS = (ast.Return, ast.Break, ast.Continue)
YIELDS = (ast.Yield, ast.YieldFrom)
OUTSIDE = (ast.Global, ast.Nonlocal, ast.Delete) + YIELDS
SPEAK_OF_PLACE = {"super", "__class__", "locals", "globals", "vars",
                  "__file__", "__name__"}


def parse(text, **holes):
    """Statements of a text, in which a name of holes stands for a tree."""
    return Fill(holes).fill(ast.parse(text).body)


class Fill(ast.NodeTransformer):
    def __init__(self, holes):
        self.holes = holes

    def fill(self, body):
        return [s for old in body for s in listed(self.visit(old))]

    def visit_Expr(self, n):
        inner = self.holes.get(getattr(n.value, "id", None))
        if isinstance(inner, list):
            return inner
        return self.generic_visit(n)

    def visit_Name(self, n):
        inner = self.holes.get(n.id)
        if inner is None or isinstance(inner, list):
            return n
        return copy.deepcopy(inner)


def expr(text):
    return ast.parse(text, mode="eval").body


def listed(x):
    return x if isinstance(x, list) else [x]


def walk(stmts):
    for s in stmts:
        yield from ast.walk(s)


def loaded(stmts):
    return {n.id for n in walk(stmts) if isinstance(n, ast.Name) and
            isinstance(n.ctx, ast.Load)}


def bound(stmts):
    """Names that statements bind in their own function."""
    out = set()
    for n in walk(stmts):
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store):
            out.add(n.id)
    return out - inner_names(stmts)


def inner_names(stmts):
    """Names of comprehensions, lambdas and handlers: they stay names."""
    out = set()
    for n in walk(stmts):
        if isinstance(n, ast.comprehension):
            out |= {x.id for x in ast.walk(n.target)
                    if isinstance(x, ast.Name)}
        elif isinstance(n, ast.arg):
            out.add(n.arg)
        elif isinstance(n, ast.ExceptHandler) and n.name:
            out.add(n.name)
        elif isinstance(n, ast.NamedExpr):
            out.add(n.target.id)
    return out


def surely(stmts):
    """Names that are bound once the statements ran."""
    out = set()
    for s in stmts:
        if isinstance(s, ast.If):
            out |= surely(s.body) & surely(s.orelse)
        elif isinstance(s, ast.Try):
            each = [surely(s.body)] + [
                surely(h.body) for h in s.handlers
                if not isinstance(h.body[-1], (ast.Raise,) + JUMPS)]
            out |= set.intersection(*each) | surely(s.finalbody)
        elif isinstance(s, (ast.With, ast.AsyncWith)):
            out |= bound([ast.Expr(i.optional_vars) for i in s.items
                          if i.optional_vars]) | surely(s.body)
        elif not isinstance(s, (ast.For, ast.AsyncFor, ast.While)):
            out |= bound([s])
    return out


def jumps(stmts, kinds):
    """Is there one that leaves the statements?"""
    todo = [(s, False) for s in stmts]
    while todo:
        n, looped = todo.pop()
        if isinstance(n, SCOPES):
            continue
        if isinstance(n, kinds) and not (
                looped and isinstance(n, (ast.Break, ast.Continue))):
            return True
        looped = looped or isinstance(n, LOOPS)
        todo += [(x, looped) for x in ast.iter_child_nodes(n)]
    return False


def blocks(stmts):
    """Each list of statements of a function, outermost first."""
    out, todo = [], [stmts]
    while todo:
        block = todo.pop(0)
        out.append(block)
        for s in block:
            if isinstance(s, SCOPES):
                continue
            todo += [getattr(s, part) for part in
                     ("body", "orelse", "finalbody") if getattr(s, part, None)]
            todo += [h.body for h in getattr(s, "handlers", [])]
    return out


class Hoist:
    """What is handed to a call gets a name first: f(g(x)) is v = g(x); f(v)."""

    def __init__(self, taken):
        self.taken, self.n = taken, 0

    def name_for(self, hint):
        while True:
            self.n += 1
            out = "%s_%d" % (hint or "value", self.n)
            if out not in self.taken:
                return out

    def argument(self, arg, hint, before):
        if isinstance(arg, (ast.Name, ast.Constant, ast.Lambda, ast.Starred,
                            ast.GeneratorExp)):
            return arg
        self.call(arg, before)
        made = self.name_for(hint)
        before.append(ast.Assign([ast.Name(made, ast.Store())], arg))
        return ast.Name(made, ast.Load())

    def call(self, value, before):
        if isinstance(value, ast.Await):
            value = value.value
        if not isinstance(value, ast.Call):
            return
        value.args = [self.argument(a, None, before) for a in value.args]
        for k in value.keywords:
            if k.arg:
                k.value = self.argument(k.value, k.arg, before)

    def block(self, stmts):
        out = []
        for s in stmts:
            if isinstance(s, (ast.Expr, ast.Assign, ast.Return)):
                self.call(s.value, out)
            elif isinstance(s, (ast.With, ast.AsyncWith)):
                self.call(s.items[0].context_expr, out)
            out.append(s)
        stmts[:] = out


def names(ids, ctx=ast.Load):
    return [ast.Name(i, ctx()) for i in ids]


def text_of(ids):
    return ", ".join(ids)


class Named:
    """Names that statements load and store, so often, and how they leave."""

    def __init__(self, stmts=()):
        self.loads, self.stores = collections.Counter(), collections.Counter()
        self.inner = inner_names(stmts)
        self.calls = False
        for n in walk(stmts):
            if isinstance(n, ast.Name):
                (self.stores if isinstance(n.ctx, ast.Store) else
                 self.loads)[n.id] += 1
            self.calls = self.calls or isinstance(n, ast.Call)
        for i in self.inner:
            del self.stores[i]
        self.leaves = jumps(stmts, JUMPS + YIELDS)
        self.yields = jumps(stmts, YIELDS)

    def add(self, other):
        self.loads.update(other.loads)
        self.stores.update(other.stores)
        self.inner |= other.inner
        self.calls = self.calls or other.calls
        self.leaves = self.leaves or other.leaves
        self.yields = self.yields or other.yields


class Cut:
    """A function (f) of a module, cut in one of its blocks before the i-th
    statement, into first and last."""

    def __init__(self, m, owner, f):
        self.m, self.owner, self.f = m, owner, f
        self.is_async = isinstance(f, ast.AsyncFunctionDef)
        self.before = []        # statements to put before the one it stands in
        self.args = [a.arg for a in ast.walk(f.args)
                     if isinstance(a, ast.arg)]

    def find(self):
        f = self.f
        head = 1 if ast.get_docstring(f) is not None else 0
        self.doc, body = f.body[:head], f.body[head:]
        if not body or any(isinstance(n, OUTSIDE + FUNCTIONS + (ast.ClassDef,))
                           for n in walk(body)):
            return False
        if loaded(body) & SPEAK_OF_PLACE or any(
                isinstance(n, ast.Attribute) and n.attr.startswith("__") and
                not n.attr.endswith("__") for n in walk(body)):
            return False
        hoist = Hoist(self.m.names)
        for block in blocks(body):
            hoist.block(block)
        self.body, self.known = body, {}
        self.imported = {(a.asname or a.name).split(".")[0]
                         for n in walk(body) if isinstance(n, IMPORTS)
                         for a in n.names}
        best = None
        for block in blocks(body):
            for i in range(len(block)):
                fits = self.fits(block, i)
                if fits is not None and (best is None or fits > best[0]):
                    best = (fits, block, i)
        if best is None:
            return False
        self.set(best[1], best[2])
        return bool(self.needs)

    def set(self, block, i):
        self.block, self.first, self.last = block, block[:i], block[i:]
        first, last = self.sum(self.first), self.sum(self.last)
        whole = self.sum(self.body)
        local = (set(whole.stores) | set(self.args)) - self.imported
        self.makes = sorted(set(first.stores) &
                            set(whole.loads - first.loads))
        self.takes = sorted((set(first.loads) & local) -
                            (set(first.stores) - set(self.args)))
        self.needs = sorted(set(last.loads) & local &
                            (set(self.args) |
                             set(whole.stores - last.stores)))
        self.gives = jumps(self.last, (ast.Return,))

    def sum(self, stmts):
        """Names of statements, each looked at once."""
        out = Named()
        for s in stmts:
            one = self.known.get(id(s))
            if one is None:
                one = self.known[id(s)] = Named([s])
            out.add(one)
        return out

    def fits(self, block, i):
        """How many values pass there, or None where it may not be cut."""
        first, last = self.sum(block[:i]), self.sum(block[i:])
        whole = self.sum(self.body)
        if first.leaves or not last.calls:
            return None
        if last.yields if block is self.body else last.leaves:
            return None
        if block is not self.body and set(last.stores) & set(
                whole.loads - last.loads):
            return None
        passing = (set(first.stores) & set(last.loads)) - self.imported
        if passing & whole.inner or passing - surely(block[:i]):
            return None
        return (len(passing), i)

    # what the ways are made of

    def imports_for(self, stmts):
        """Imports of the function that a piece of it needs."""
        out, need = [], loaded(stmts) - bound(stmts)
        have = {id(n) for n in walk(stmts)}
        for n in walk(self.body):
            if isinstance(n, IMPORTS) and id(n) not in have and any(
                    (a.asname or a.name).split(".")[0] in need
                    for a in n.names):
                out.append(copy.deepcopy(n))
        return out

    def name(self, end):
        return self.m.name("_%s_%s" % (self.f.name.strip("_"), end))

    def put(self, *stmts):
        """Statements of the module before the function, or its class."""
        self.before += [s for part in stmts for s in listed(part)]

    def function(self, name, args, body, is_async=None):
        """One that stands in the module."""
        kind = ast.AsyncFunctionDef if (
            self.is_async if is_async is None else is_async) else \
            ast.FunctionDef
        f = ast.parse("def x(%s): pass" % text_of(args)).body[0]
        self.put(kind(name, f.args, self.imports_for(body) + body, [], None))

    def await_(self, value):
        return ast.Await(value) if self.is_async else value

    def value(self, text):
        return self.await_(ast.parse(text, mode="eval").body)

    def ending(self, value):
        """The statement that does what the last part did."""
        return ast.Return(value) if self.gives else ast.Expr(value)

    def replace(self, *stmts):
        self.block[:] = [s for part in stmts for s in listed(part)]

    def store(self):
        """Names that cannot be anything else than names."""
        return inner_names(self.body) | self.imported


class Names(ast.NodeTransformer):
    """Each use of a name of the table becomes what it makes of it."""

    def __init__(self, ids, make):
        self.ids, self.make = set(ids), make

    def visit_Name(self, n):
        if n.id in self.ids:
            return self.make(n.id, type(n.ctx)())
        return n

    def of(self, stmts):
        return [self.visit(s) for s in stmts]


def attribute(owner):
    return lambda i, ctx: ast.Attribute(ast.Name(owner, ast.Load()), i, ctx)


def item(owner):
    return lambda i, ctx: ast.Subscript(ast.Name(owner, ast.Load()),
                                        ast.Constant(i), ctx)


# ---- modules ----------------------------------------------------------------

def each_function(way):
    """The way for every function and method of a module that can be cut."""
    def whole(m):
        m.names = {n.id for n in ast.walk(m.tree) if isinstance(n, ast.Name)}
        m.names |= {n.name for n in ast.walk(m.tree)
                    if isinstance(n, FUNCTIONS + (ast.ClassDef,))}
        imports, body, changed = {}, [], False
        for s in m.tree.body:
            for owner, f in functions_of(s):
                c = Cut(m, owner, f)
                spare = copy.deepcopy(f.body)
                if not c.find() or not way(c):
                    f.body = spare
                    continue
                f.body = c.doc + c.body
                changed = True
                imports.update((ast.dump(x), x) for x in c.before
                               if isinstance(x, IMPORTS))
                body += [x for x in c.before if not isinstance(x, IMPORTS)]
            body.append(s)
        body[m.head:m.head] = imports.values()
        m.tree.body = body
        return {} if changed else None
    return whole


def functions_of(s):
    """(class or None, function) of a statement of a module."""
    if isinstance(s, FUNCTIONS):
        return [(None, s)]
    if isinstance(s, ast.ClassDef):
        return [(s, f) for f in list(s.body) if isinstance(f, FUNCTIONS) and
                f.name != "__init__"]
    return []
