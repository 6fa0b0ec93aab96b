# SPDX-License-Identifier: Apache-2.0
"""calls - other ways of calling what a module calls, and of being called.

CALLS names the ways ({what: way}); see ways.py.
"""
import ast

from cut import (FUNCTIONS, IMPORTS, YIELDS, Names, expr, functions_of,
                 inner_names, loaded, parse)

VERBS = {"get", "post", "put", "patch", "delete", "request"}


def dotted(n):
    """"requests.post" of such a tree, or None."""
    out = []
    while isinstance(n, ast.Attribute):
        out.append(n.attr)
        n = n.value
    if not isinstance(n, ast.Name):
        return None
    return ".".join([n.id] + out[::-1])


def imported(m):
    """Names that the module's imports bind."""
    return {(a.asname or a.name).split(".")[0] for n in ast.walk(m.tree)
            if isinstance(n, IMPORTS) for a in n.names}


def in_blocks(m, change):
    """Statements that call something imported, in functions, become what
    change(statement, call) gives for them, or stay."""
    known, n = imported(m), 0

    def block(stmts):
        nonlocal n
        out = []
        for s in stmts:
            value = getattr(s, "value", None) if isinstance(
                s, (ast.Expr, ast.Assign, ast.Return)) else None
            new = None
            if isinstance(value, ast.Call) and (value.args or value.keywords):
                name = dotted(value.func)
                if name and name.split(".")[0] in known:
                    new = change(s, value)
            n += new is not None
            out += [s] if new is None else new
        stmts[:] = out

    for f in ast.walk(m.tree):
        if isinstance(f, FUNCTIONS):
            for s in list(ast.walk(f)):
                for part in ("body", "orelse", "finalbody"):
                    if isinstance(getattr(s, part, None), list):
                        block(getattr(s, part))
    return n > 0


def options(m):
    def change(s, call):
        given = [k for k in call.keywords if k.arg]
        if not given or len(given) < len(call.keywords):
            return None
        table = ast.Dict([ast.Constant(k.arg) for k in given],
                         [k.value for k in given])
        call.keywords = [ast.keyword(None, expr("options"))]
        return parse("options = table", table=table) + [s]
    return {} if in_blocks(m, change) else None


def options_later(m):
    """The table is filled key by key."""
    def change(s, call):
        given = [k for k in call.keywords if k.arg]
        if not given or len(given) < len(call.keywords):
            return None
        call.keywords = [ast.keyword(None, expr("options"))]
        return parse("options = {}") + [x for k in given for x in parse(
            "options[%r] = value" % k.arg, value=k.value)] + [s]
    return {} if in_blocks(m, change) else None


def arguments(m):
    def change(s, call):
        if not call.args or any(isinstance(a, ast.Starred)
                                for a in call.args):
            return None
        made = ast.Tuple(call.args, ast.Load())
        call.args = [ast.Starred(expr("given"), ast.Load())]
        return parse("given = made", made=made) + [s]
    return {} if in_blocks(m, change) else None


def partials(m):
    def change(s, call):
        made = ast.Call(expr("functools.partial"), [call.func] + call.args,
                        call.keywords)
        s.value = expr("act()")
        return parse("act = made", made=made) + [s]
    if not in_blocks(m, change):
        return None
    m.tree.body[m.head:m.head] = parse("import functools")
    return {}


def named(m):
    """send = requests.post; send(...)"""
    def change(s, call):
        func, call.func = call.func, expr("act")
        return parse("act = func", func=func) + [s]
    return {} if in_blocks(m, change) else None


class Web(ast.NodeTransformer):
    """Calls of requests or httpx become the client's."""

    def __init__(self, awaits):
        self.awaits, self.n = awaits, 0

    def visit_Call(self, n):
        self.generic_visit(n)
        parts = (dotted(n.func) or "").split(".")
        if len(parts) == 2 and parts[0] in ("requests", "httpx") and (
                parts[1] in VERBS):
            self.n += 1
            n.func.value = ast.Name("client", ast.Load())
            return ast.Await(n) if self.awaits else n
        return n


def client(made, awaits):
    """The function opens a client and calls that."""
    def way(m):
        done = False
        for s in m.tree.body:
            for _, f in functions_of(s):
                done = opened(f, made, awaits) or done
        if not done:
            return None
        m.tree.body[m.head:m.head] = parse(
            "import asyncio, httpx" if awaits else "import requests, httpx")
        return {}
    return way


def opened(f, made, awaits):
    if isinstance(f, ast.AsyncFunctionDef) or any(
            isinstance(n, YIELDS + FUNCTIONS + (ast.Lambda, ast.comprehension))
            for s in f.body for n in ast.walk(s)):
        return False
    head = 1 if ast.get_docstring(f) is not None else 0
    web = Web(awaits)
    body = [web.visit(s) for s in f.body[head:]]
    if not web.n:
        return False
    item = [ast.withitem(expr(made), ast.Name("client", ast.Store()))]
    if not awaits:
        f.body[head:] = [ast.With(item, body)]
        return True
    f.body[head:] = parse("async def talk():\n    pass\n"
                          "return asyncio.run(talk())")
    f.body[head].body = [ast.AsyncWith(item, body)]
    bound = {n.id for n in ast.walk(f.body[head]) if isinstance(n, ast.Name)
             and isinstance(n.ctx, ast.Store)}
    again = sorted(bound & {a.arg for a in ast.walk(f.args)
                            if isinstance(a, ast.arg)})
    if again:
        f.body[head].body.insert(0, ast.Nonlocal(again))
    return True


RETRY = """
import functools, time
def _retry(times):
    def wrap(f):
        @functools.wraps(f)
        def inner(*args, **kwargs):
            for i in range(times):
                try:
                    return f(*args, **kwargs)
                except OSError:
                    if i + 1 == times:
                        raise
                    time.sleep(i)
        return inner
    return wrap
"""
LOGGED = """
import functools, logging
def _logged(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        logging.getLogger(__name__).debug('%s', f.__name__)
        try:
            return f(*args, **kwargs)
        finally:
            logging.getLogger(__name__).debug('done')
    return inner
"""


def decorated(text, decorator):
    def way(m):
        found = [f for s in m.tree.body for _, f in functions_of(s)
                 if isinstance(f, ast.FunctionDef) and not f.decorator_list
                 and not any(isinstance(n, YIELDS) for n in ast.walk(f))]
        if not found:
            return None
        for f in found:
            f.decorator_list = [expr(decorator)]
        m.tree.body[m.head:m.head] = parse(text)
        return {}
    return way


def public(m):
    """Functions that only its user calls."""
    used = {n.id for s in m.tree.body for n in ast.walk(s)
            if isinstance(n, ast.Name)}
    return [f for f in m.functions() if isinstance(f, ast.FunctionDef) and
            not f.name.startswith("_") and f.name not in used and
            not f.args.vararg and not f.args.kwarg and
            not f.args.posonlyargs]


def as_command(head, group, option):
    def way(m):
        found = public(m)
        if not found:
            return None
        for f in found:
            args = [a.arg for a in f.args.args + f.args.kwonlyargs]
            f.decorator_list = [expr(group)] + [expr(option % a)
                                                for a in args if option]
        m.tree.body[m.head:m.head] = parse(head)
        return {}
    return way


def by_argparse(m):
    """main() reads arguments and calls what set_defaults() kept."""
    found = public(m)
    if not found or "main" in m.bound:
        return None
    lines = ["import argparse"]
    body = ["def main(argv=None):",
            "    parser = argparse.ArgumentParser()",
            "    sub = parser.add_subparsers()"]
    for f in found:
        args = [a.arg for a in f.args.args]
        only = [a.arg for a in f.args.kwonlyargs]
        lines += ["def _cmd_%s(args):" % f.name,
                  "    return %s(%s)" % (f.name, ", ".join(
                      ["args." + a for a in args] +
                      ["%s=args.%s" % (a, a) for a in only]))]
        body += ["    one = sub.add_parser(%r)" % f.name] + [
            "    one.add_argument('--%s')" % a for a in args + only] + [
            "    one.set_defaults(func=_cmd_%s)" % f.name]
    body += ["    args = parser.parse_args(argv)",
             "    return args.func(args)"]
    m.tree.body[m.head:m.head] = parse(lines[0])
    m.tree.body += parse("\n".join(lines[1:] + body))
    return {}


# ---- what acts as a module is loaded waits for a call ------------------------

def acting(m):
    """Statements at the top level that do something."""
    out = []
    for s in m.rest():
        if isinstance(s, IMPORTS + FUNCTIONS + (ast.ClassDef,)):
            continue
        if isinstance(s, ast.If) and "__name__" in loaded([s.test]):
            continue
        if s in m.constants(private=False):
            continue
        if any(isinstance(n, IMPORTS + FUNCTIONS + (ast.ClassDef,
                                                    ast.AnnAssign))
               for n in ast.walk(s)):
            continue
        if any(isinstance(n, ast.Call) for n in ast.walk(s)):
            out.append(s)
    return out


def kept(m, acts):
    """Those and all that follow them among the plain statements."""
    names = {n.id for s in acts for n in ast.walk(s)
             if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return sorted(names)


def into_function(m):
    acts = acting(m)
    if not acts or "setup" in m.bound:
        return None
    ids = kept(m, acts)
    rest = m.rest(acts)
    made = parse('def setup():\n    """Prepare the package for use."""\n'
                 '    acts', acts=acts)
    if ids:
        made[0].body.insert(1, ast.Global(ids))
    m.set_body(rest, made)
    return {}


def into_method(m):
    acts = acting(m)
    if not acts or "Session" in m.bound:
        return None
    ids = kept(m, acts)
    if any(set(ids) & {n.id for n in ast.walk(s) if isinstance(n, ast.Name)}
           for s in m.rest(acts)):
        return None
    if set(ids) & inner_names(acts):
        return None
    own = Names(ids, lambda i, ctx: ast.Attribute(
        ast.Name("self", ast.Load()), i, ctx)).of(acts)
    rest = m.rest(acts)
    m.set_body(rest, parse(
        'class Session:\n    """A session of the package."""\n'
        '    def __init__(self):\n        first\n'
        '    def start(self):\n        """Start the session."""\n'
        '        last', first=own[:-1] or parse("pass"), last=own[-1:]))
    return {}


CALLS = {
    "keywords of calls in a table": options,
    "keywords of calls, key by key": options_later,
    "arguments of calls in a tuple": arguments,
    "calls of functools.partial": partials,
    "calls by another name": named,
    "requests.Session as a context": client("requests.Session()", False),
    "httpx.Client as a context": client("httpx.Client()", False),
    "httpx.AsyncClient as a context": client("httpx.AsyncClient()", True),
    "decorated, tried again": decorated(RETRY, "_retry(3)"),
    "decorated, logged": decorated(LOGGED, "_logged"),
    "commands of click": as_command(
        "import click", "click.command()", "click.option('--%s')"),
    "commands of typer": as_command(
        "import typer\napp = typer.Typer()", "app.command()", ""),
    "commands of argparse": by_argparse,
    "acts at load in a function": into_function,
    "acts at load in a method": into_method,
}
