# SPDX-License-Identifier: Apache-2.0
"""ways - other ways of writing a module that change nothing of what it does.

WAYS names them.  Each takes a Module and changes its tree; gives the modules
beside it that are needed now ({stem: statements}), or None where there is
nothing to do.  parts.py has those that take a function to pieces.
"""
import ast
import collections
import pathlib
import re

from calls import CALLS
from parts import PARTS

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
IMPORTS = (ast.Import, ast.ImportFrom)


class Module:
    """One source: its tree, and what it binds at its top level."""

    def __init__(self, path, tree, others):
        self.path, self.tree, self.others = path, tree, others
        self.stem = "_" + re.sub(r"\W", "", pathlib.PurePath(path).stem)
        body = tree.body
        self.head = 0           # docstring and __future__ imports stay first
        if body and isinstance(body[0], ast.Expr) and isinstance(
                getattr(body[0].value, "value", None), str):
            self.head = 1
        while self.head < len(body) and getattr(
                body[self.head], "module", None) == "__future__":
            self.head += 1
        self.bound = self.bindings()
        self.inner = self.inner_names()

    def name(self, wanted):
        """One that the module does not use yet."""
        while wanted in self.names:
            wanted += "_"
        self.names.add(wanted)
        return wanted

    def bindings(self):
        """{name: "import", "const", "def" or "other"}"""
        out = {}

        def put(name, how):
            out[name] = how if name not in out else "other"

        for s in self.tree.body:
            if isinstance(s, IMPORTS):
                for a in s.names:
                    put((a.asname or a.name).split(".")[0], "import")
            elif is_assign(s):
                put(s.targets[0].id, "const" if is_literal(s.value) else
                    "other")
            elif isinstance(s, FUNCTIONS):
                put(s.name, "def")
            else:
                for name in stored(s):
                    put(name, "other")
        for n in ast.walk(self.tree):
            if isinstance(n, ast.Global):
                out.update((x, "other") for x in n.names)
        return out

    def inner_names(self):
        """Names that something below the top level binds."""
        out = set()
        for s in self.tree.body:
            inner = stored(s)
            if is_assign(s):
                inner.discard(s.targets[0].id)
            elif isinstance(s, FUNCTIONS + (ast.ClassDef,)):
                inner = set().union(*map(stored, s.body)) | {
                    a.arg for a in ast.walk(s) if isinstance(a, ast.arg)}
            elif isinstance(s, IMPORTS):
                continue
            out |= inner
        return out

    def is_private(self, name):
        """Nobody else binds it, and no other module speaks of it."""
        return (name not in self.inner and name not in self.others and
                not name.startswith("__"))

    def constants(self, private=True):
        return [s for s in self.tree.body if is_assign(s) and
                self.bound[s.targets[0].id] == "const" and
                not s.targets[0].id.startswith("__") and
                (not private or self.is_private(s.targets[0].id))]

    def functions(self, private=True):
        return [s for s in self.tree.body if isinstance(s, FUNCTIONS) and
                self.bound[s.name] == "def" and not s.decorator_list and
                not any(isinstance(n, ast.Global) for n in ast.walk(s)) and
                (not private or self.is_private(s.name))]

    def movable(self, functions):
        """Those that need nothing of the module but imports, constants and
        each other."""
        bad = {n for n, how in self.bound.items() if how == "other"}
        bad |= {n for n, how in self.bound.items() if how == "def"} - {
            f.name for f in functions} | {"__file__", "__name__"}
        while True:
            keep = [f for f in functions if not names_of(f) & bad]
            if len(keep) == len(functions):
                return keep
            bad |= {f.name for f in functions if f not in keep}
            functions = keep

    def imports(self):
        return [s for s in self.tree.body[self.head:] if
                isinstance(s, IMPORTS)]

    def rest(self, *gone):
        dropped = [s for group in gone for s in group]
        return [s for s in self.tree.body[self.head:] if s not in dropped]

    def set_body(self, *parts):
        self.tree.body[self.head:] = [s for part in parts for s in part]

    def sibling(self, name, names):
        """The statement that imports those from a module beside this one."""
        dot = "." if "/" in self.path else ""
        return ast.parse("from %s%s%s import %s" % (dot, self.stem, name,
                                                    ", ".join(names))).body


def is_assign(s):
    return (isinstance(s, ast.Assign) and len(s.targets) == 1 and
            isinstance(s.targets[0], ast.Name))


def is_literal(n):
    if isinstance(n, (ast.List, ast.Tuple, ast.Set)):
        return all(map(is_literal, n.elts))
    if isinstance(n, ast.Dict):
        return None not in n.keys and all(map(is_literal, n.keys + n.values))
    return isinstance(n, ast.Constant)


def stored(tree):
    """Names that a statement binds, at whatever depth."""
    out = set()
    for n in ast.walk(tree):
        if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load):
            out.add(n.id)
        elif isinstance(n, FUNCTIONS + (ast.ClassDef,)):
            out.add(n.name)
        elif isinstance(n, ast.arg):
            out.add(n.arg)
        elif isinstance(n, ast.ExceptHandler) and n.name:
            out.add(n.name)
        elif isinstance(n, IMPORTS):
            out |= {(a.asname or a.name).split(".")[0] for a in n.names}
    return out


def names_of(tree):
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}


def name(text):
    return ast.Name(text, ast.Load())


class Loads(ast.NodeTransformer):
    """Each use of one of the names becomes what `make` gives for it."""

    def __init__(self, names, make):
        self.names, self.make = names, make

    def visit_Name(self, n):
        if n.id in self.names and isinstance(n.ctx, ast.Load):
            return self.make(n.id)
        return n


def attribute_of(owner):
    return lambda text: ast.Attribute(name(owner), text, ast.Load())


def item_of(owner):
    return lambda text: ast.Subscript(name(owner), ast.Constant(text),
                                      ast.Load())


# ---- ways ------------------------------------------------------------------
def constants_aside(m):
    consts = m.constants(private=False)
    if not consts:
        return None
    m.set_body(m.sibling("_kept", [c.targets[0].id for c in consts]),
               m.rest(consts))
    return {"_kept": consts}


def functions_aside(m):
    funcs = m.movable(m.functions(private=False))
    if not funcs:
        return None
    consts, imports = m.constants(private=False), m.imports()
    moved = [s.targets[0].id for s in consts] + [f.name for f in funcs]
    m.set_body(imports, m.sibling("_work", moved),
               m.rest(imports, consts, funcs))
    return {"_work": imports + consts + funcs}


def made_static(m):
    funcs = m.functions()
    if not funcs:
        return None
    loads = Loads({f.name for f in funcs}, attribute_of("_Ops"))
    at = m.tree.body.index(funcs[0])
    body = [loads.visit(s) for s in m.tree.body]
    for f in funcs:
        f.decorator_list = [name("staticmethod")]
    m.tree.body = ([s for s in body[:at] if s not in funcs] +
                   [ast.ClassDef("_Ops", [], [], funcs, [])] +
                   [s for s in body[at:] if s not in funcs])
    return {}


def as_methods(funcs):
    inner = Loads({f.name for f in funcs}, attribute_of("self"))
    for f in funcs:
        inner.visit(f)
        f.args.args.insert(0, ast.arg("self"))
    return [ast.ClassDef("_Ops", [], [], funcs, [])]


def made_methods(m):
    funcs = m.functions()
    if not funcs:
        return None
    at = m.tree.body.index(funcs[0])
    owner = as_methods(funcs) + ast.parse("_ops = _Ops()").body
    loads = Loads({f.name for f in funcs}, attribute_of("_ops"))
    body = [s if s in funcs else loads.visit(s) for s in m.tree.body]
    m.tree.body = ([s for s in body[:at] if s not in funcs] + owner +
                   [s for s in body[at:] if s not in funcs])
    return {}


def methods_aside(m):
    funcs = m.movable(m.functions())
    if not funcs:
        return None
    consts, imports = m.constants(private=False), m.imports()
    owner = as_methods(funcs)
    loads = Loads({f.name for f in funcs}, attribute_of("_ops"))
    rest = [loads.visit(s) for s in m.rest(imports, consts, funcs)]
    moved = [s.targets[0].id for s in consts] + ["_Ops"]
    m.set_body(imports, m.sibling("_ops", moved),
               ast.parse("_ops = _Ops()").body, rest)
    return {"_ops": imports + consts + owner}


def through_table(m):
    funcs = m.functions()
    ids = {f.name for f in funcs}

    class Calls(ast.NodeTransformer):
        n = 0

        def visit_Call(self, c):
            self.generic_visit(c)
            if isinstance(c.func, ast.Name) and c.func.id in ids:
                self.n += 1
                c.func = item_of("_TABLE")(c.func.id)
            return c

    calls = Calls()
    body = [calls.visit(s) for s in m.tree.body]
    if calls.n == 0:
        return None
    last = max(body.index(f) for f in funcs)
    table = ast.Dict([ast.Constant(i) for i in sorted(ids)],
                     [name(i) for i in sorted(ids)])
    body.insert(last + 1, ast.Assign([ast.Name("_TABLE", ast.Store())],
                                     table))
    m.tree.body = body
    return {}


def in_pieces(m):
    class Pieces(ast.NodeTransformer):
        n = 0

        def visit_JoinedStr(self, node):
            return node

        def visit_Constant(self, node):
            text = node.value
            if not isinstance(text, str) or len(text) < 12 or "\n" in text:
                return node
            self.n += 1
            half = len(text) // 2
            return ast.Call(ast.Attribute(ast.Constant(""), "join",
                                          ast.Load()),
                            [ast.List([ast.Constant(text[:half]),
                                       ast.Constant(text[half:])],
                                      ast.Load())], [])

    pieces = Pieces()
    m.set_body([pieces.visit(s) for s in m.rest()])
    return {} if pieces.n else None


def settings_class(consts):
    return [ast.ClassDef("_Settings", [], [], consts, [])] + ast.parse(
        "_cfg = _Settings()").body


def settings_made(consts):
    made = ast.parse("class _Settings:\n    def __init__(self):\n"
                     "        pass\n_cfg = _Settings()").body
    made[0].body[0].body = [ast.Assign([ast.Attribute(
        name("self"), c.targets[0].id, ast.Store())], c.value)
        for c in consts]
    return made


def keywords(consts):
    return [ast.keyword(c.targets[0].id, c.value) for c in consts]


def settings_namespace(consts):
    return ast.parse("from types import SimpleNamespace").body + [
        ast.Assign([ast.Name("_cfg", ast.Store())],
                   ast.Call(name("SimpleNamespace"), [], keywords(consts)))]


def settings_dataclass(consts):
    fields = "".join("    %s: Any\n" % c.targets[0].id for c in consts)
    return ast.parse("from dataclasses import dataclass\n"
                     "from typing import Any\n"
                     "@dataclass\nclass _Settings:\n" + fields).body + [
        ast.Assign([ast.Name("_cfg", ast.Store())],
                   ast.Call(name("_Settings"), [], keywords(consts)))]


def settings_dict(consts):
    return [ast.Assign([ast.Name("_cfg", ast.Store())], ast.Dict(
        [ast.Constant(c.targets[0].id) for c in consts],
        [c.value for c in consts]))]


def settings(made, use, aside):
    def way(m):
        consts = m.constants()
        if not consts:
            return None
        loads = Loads({c.targets[0].id for c in consts}, use("_cfg"))
        rest = [loads.visit(s) for s in m.rest(consts)]
        owner = made(consts)
        m.set_body(m.sibling("_cfg", ["_cfg"]) if aside else owner, rest)
        return {"_cfg": owner} if aside else {}
    return way


WAYS = collections.OrderedDict([
    ("constants in another module", constants_aside),
    ("functions in another module", functions_aside),
    ("functions made static methods", made_static),
    ("functions made methods", made_methods),
    ("methods of another module's object", methods_aside),
    ("functions called through a table", through_table),
    ("texts in two pieces", in_pieces),
])
for _what, _made, _use in (
        ("a dictionary", settings_dict, item_of),
        ("attributes of a class", settings_class, attribute_of),
        ("attributes of an object", settings_made, attribute_of),
        ("a namespace", settings_namespace, attribute_of),
        ("a dataclass", settings_dataclass, attribute_of)):
    WAYS["constants in " + _what] = settings(_made, _use, False)
    WAYS["constants in %s, elsewhere" % _what] = settings(_made, _use, True)
WAYS.update(PARTS)
WAYS.update(CALLS)
