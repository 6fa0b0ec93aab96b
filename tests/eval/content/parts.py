# SPDX-License-Identifier: Apache-2.0
"""parts - functions that are taken to pieces: ways of writing a module anew.

PARTS names the ways in which what a function gathers is handed to what acts
({what: way}).  A way takes a Cut and says whether it could.
"""
import ast
import copy

from cut import (FUNCTIONS, IMPORTS, JUMPS, LOOPS, Names, attribute, bound,
                 each_function, expr, item, jumps, names, parse, text_of, walk)

# ---- what is gathered goes into something, and out of it --------------------

def gathered(c, made, use, yields=False):
    """The first part in a function of its own that gives `made` of its
    values; what follows asks that by `use`."""
    if not c.makes:
        return None
    name = c.name("gather")
    ending = parse("yield made" if yields else "return made", made=made)
    c.function(name, c.takes, c.first + ending)
    last = c.last
    twice = bound(c.last) & set(c.makes)
    again = [ast.Assign([ast.Name(i, ast.Store())], use(i, ast.Load()))
             for i in twice]
    last = Names(set(c.makes) - twice, use).of(last)
    return name, again + last


def keyword_text(ids):
    return ", ".join("%s=%s" % (i, i) for i in ids)


def dict_of(ids):
    return ast.Dict([ast.Constant(i) for i in ids], names(ids))


def in_record(kind):
    def way(c):
        if not c.makes:
            return None
        owner = c.name("result")
        if kind == "dataclass":
            c.put(parse("from dataclasses import dataclass\n"
                        "from typing import Any\n@dataclass\n"
                        "class %s:\n%s" % (owner, "".join(
                            "    %s: Any\n" % i for i in c.makes))))
        elif kind == "namedtuple":
            c.put(parse("from collections import namedtuple\n"
                        "%s = namedtuple('%s', %r)" % (owner, owner,
                                                       c.makes)))
        elif kind == "NamedTuple":
            c.put(parse("from typing import Any, NamedTuple\n"
                        "class %s(NamedTuple):\n%s" % (owner, "".join(
                            "    %s: Any\n" % i for i in c.makes))))
        made = {"dict": dict_of(c.makes)}.get(kind) or expr(
            "%s(%s)" % (owner, keyword_text(c.makes)))
        use = item if kind == "dict" else attribute
        name, last = gathered(c, made, use("parts"))
        c.replace(parse("parts = made", made=c.value(
            "%s(%s)" % (name, text_of(c.takes)))), last)
        return True
    return way


def as_tuple(c):
    if not c.makes:
        return None
    name = c.name("gather")
    c.function(name, c.takes, c.first + parse("return made", made=ast.Tuple(
        names(c.makes), ast.Load())))
    c.replace(ast.Assign([ast.Tuple(names(c.makes, ast.Store), ast.Store())],
                         c.value("%s(%s)" % (name, text_of(c.takes)))), c.last)
    return True


def yielded(c):
    """A generator gives pairs, a dict is made of them."""
    if not c.makes or c.is_async:
        return None
    name = c.name("items")
    c.function(name, c.takes, c.first + [s for i in c.makes for s in parse(
        "yield %r, %s" % (i, i))])
    c.replace(parse("parts = dict(%s(%s))" % (name, text_of(c.takes))),
              Names(c.makes, item("parts")).of(c.last))
    return True


def gone_through(c):
    """A generator gives all of them at once, a loop takes them."""
    if not c.makes or c.is_async or jumps(c.last, JUMPS):
        return None
    name = c.name("each")
    c.function(name, c.takes, c.first + parse("yield made", made=ast.Tuple(
        names(c.makes), ast.Load())))
    c.replace(ast.For(ast.Tuple(names(c.makes, ast.Store), ast.Store()),
                      expr("%s(%s)" % (name, text_of(c.takes))), c.last, []))
    return True


def with_function(c):
    if not c.makes or c.is_async:
        return None
    name, last = gathered(c, dict_of(c.makes), item("parts"), True)
    c.before[-1].decorator_list = [expr("contextlib.contextmanager")]
    c.before[:0] = parse("import contextlib")
    c.replace(ast.With([ast.withitem(
        expr("%s(%s)" % (name, text_of(c.takes))),
        ast.Name("parts", ast.Store()))], last))
    return True


def with_object(c):
    if not c.makes or c.is_async or set(c.takes + c.makes) & c.store():
        return None
    name = c.name("scope")
    own = own_names(c)
    make = Names(own, own_attribute)
    inputs = c.takes
    body = parse("class %s:\n    def __init__(self, %s):\n        head\n"
                 "    def __enter__(self):\n        first\n"
                 "        return self\n"
                 "    def __exit__(self, *why):\n        return None"
                 % (name, text_of(map(renamed, inputs))),
                 head=set_own(inputs) or parse("pass"),
                 first=make.of(c.imports_for(c.first) + c.first))
    c.put(body)
    last = Names(c.makes, lambda i, ctx: ast.Attribute(
        ast.Name("scope", ast.Load()), i, ctx)).of(c.last)
    c.replace(ast.With([ast.withitem(
        expr("%s(%s)" % (name, text_of(inputs))),
        ast.Name("scope", ast.Store()))], last))
    return True


def global_state(c):
    if not c.makes:
        return None
    prefix = c.name("state")
    make = Names(c.makes, lambda i, ctx: ast.Name(prefix + "_" + i, ctx))
    if set(c.makes) & (set(c.args) | c.store()):
        return None
    name = c.name("gather")
    ids = [prefix + "_" + i for i in c.makes]
    c.put(*[parse("%s = None" % i) for i in ids])
    c.function(name, c.takes, [ast.Global(ids)] + make.of(c.first))
    c.replace(ast.Expr(c.value("%s(%s)" % (name, text_of(c.takes)))),
              make.of(c.last))
    if bound(c.last) & set(ids):
        c.body.insert(0, ast.Global(ids))
    return True


# ---- the last part is somebody else's ---------------------------------------

def end(c):
    name = c.name("end")
    c.function(name, c.needs, c.last)
    return name


def two_helpers(c):
    name, through = end(c), c.name("pass")
    c.function(through, c.needs, parse("return made", made=c.value(
        "%s(%s)" % (name, text_of(c.needs)))))
    c.replace(c.first, c.ending(c.value("%s(%s)" % (
        through, text_of(c.needs)))))
    return True


def stars(signature, given):
    def way(c):
        if set(c.needs) & {"args", "kwargs"}:
            return None
        name, through = end(c), c.name("pass")
        c.function(through, [signature], parse("return made", made=c.value(
            "%s(%s)" % (name, signature))))
        c.replace(c.first, c.ending(c.value("%s(%s)" % (
            through, given(c.needs)))))
        return True
    return way


def options(c):
    name = end(c)
    c.replace(c.first, parse("options = made", made=dict_of(c.needs)),
              c.ending(c.value("%s(**options)" % name)))
    return True


def whole_record(kind):
    """Helpers are handed one object that holds everything."""
    def way(c):
        if set(c.needs) & c.store():
            return None
        name, through, owner = c.name("end"), c.name("pass"), c.name("job")
        fields = "".join("    %s: Any\n" % renamed(i) for i in c.needs)
        use = item("job") if kind == "dict" else lambda i, ctx: attribute(
            "job")(renamed(i), ctx)
        body = Names(c.needs, use).of(c.last)
        if kind == "dataclass":
            c.put(parse("from dataclasses import dataclass\n"
                        "from typing import Any\n@dataclass\nclass %s:\n%s"
                        % (owner, fields)))
        elif kind == "SimpleNamespace":
            c.put(parse("from types import SimpleNamespace as %s" % owner))
        c.function(name, ["job"], body)
        c.function(through, ["job"], parse("return made", made=c.value(
            "%s(job)" % name)))
        made = dict_of(c.needs) if kind == "dict" else expr(
            "%s(%s)" % (owner, ", ".join("%s=%s" % (renamed(i), i)
                                         for i in c.needs)))
        c.replace(c.first, parse("job = made", made=made),
                  c.ending(c.value("%s(job)" % through)))
        return True
    return way


def in_table(c):
    name, table = end(c), c.name("HANDLERS")
    c.put(parse("%s = {}\n%s['end'] = %s" % (table, table, name)))
    c.replace(c.first, c.ending(c.value("%s['end'](%s)" % (
        table, text_of(c.needs)))))
    return True


def in_list(c):
    if c.gives or c.is_async:
        return None
    name, hooks = end(c), c.name("HOOKS")
    c.put(parse("%s = []\n%s.append(%s)" % (hooks, hooks, name)))
    c.replace(c.first, parse("for hook in %s:\n    hook(%s)" % (
        hooks, text_of(c.needs))))
    return True


def as_listener(c):
    if c.gives or c.is_async:
        return None
    name, all_, on, emit = (c.name("end"), c.name("LISTENERS"), c.name("on"),
                            c.name("emit"))
    c.put(parse("%s = {}\n"
                "def %s(event):\n"
                "    def keep(listener):\n"
                "        %s.setdefault(event, []).append(listener)\n"
                "        return listener\n"
                "    return keep\n"
                "def %s(event, *args, **kwargs):\n"
                "    for listener in %s.get(event, ()):\n"
                "        listener(*args, **kwargs)"
                % (all_, on, all_, emit, all_)))
    c.function(name, c.needs, c.last)
    c.before[-1].decorator_list = [expr("%s('ready')" % on)]
    c.replace(c.first, ast.Expr(expr("%s('ready', %s)" % (
        emit, keyword_text(c.needs)))))
    return True


def in_partial(c):
    name = end(c)
    c.put(parse("import functools"))
    c.replace(c.first, parse("act = functools.partial(%s, %s)" % (
        name, text_of(c.needs))), c.ending(c.value("act()")))
    return True


def in_closure(c):
    if c.is_async:
        return None
    through = c.name("call")
    c.put(parse("def %s(action):\n    return action()" % through))
    # What the closure binds is its own: it may not read one of those before.
    if bound(c.last) & set(c.needs):
        return None
    c.replace(c.first, parse("def finish():\n    last", last=c.last),
              c.ending(expr("%s(finish)" % through)))
    return True


def in_lambda(c):
    if c.is_async:
        return None
    name, through = end(c), c.name("call")
    c.put(parse("def %s(action):\n    return action()" % through))
    c.replace(c.first, c.ending(expr("%s(lambda: %s(%s))" % (
        through, name, text_of(c.needs)))))
    return True


def on_thread(c):
    if c.gives or c.is_async:
        return None
    name = end(c)
    c.put(parse("import threading"))
    c.replace(c.first, parse(
        "worker = threading.Thread(target=%s, args=(%s,), daemon=True)\n"
        "worker.start()\nworker.join()" % (name, text_of(c.needs))))
    return True


def on_queue(c):
    if c.gives or c.is_async or "jobs" in c.needs:
        return None
    name = c.name("work")
    c.put(parse("import queue, threading"))
    c.function(name, ["jobs"], parse(
        "while not jobs.empty():\n    made = jobs.get()\n    last",
        last=c.last))
    loop = c.before[-1].body[-1]
    loop.body[0].targets = [ast.Tuple(names(c.needs, ast.Store), ast.Store())]
    c.replace(c.first, parse(
        "jobs = queue.Queue()\njobs.put((%s,))\n"
        "worker = threading.Thread(target=%s, args=(jobs,), daemon=True)\n"
        "worker.start()\nworker.join()" % (text_of(c.needs), name)))
    return True


def on_deque(c):
    if c.gives or c.is_async or set(c.needs) & c.store():
        return None
    name, jobs = c.name("flush"), c.name("pending")
    c.put(parse("from collections import deque\n%s = deque()" % jobs))
    body = Names(c.needs, item("job")).of(c.last)
    c.function(name, [], parse(
        "while %s:\n    job = %s.popleft()\n    last" % (jobs, jobs),
        last=body))
    c.replace(c.first, parse("%s.append(made)\n%s()" % (jobs, name),
                             made=dict_of(c.needs)))
    return True


def on_pool(c):
    if c.is_async:
        return None
    name = end(c)
    c.put(parse("from concurrent.futures import ThreadPoolExecutor"))
    c.replace(c.first, ast.With([ast.withitem(
        expr("ThreadPoolExecutor(max_workers=1)"),
        ast.Name("pool", ast.Store()))], [c.ending(expr(
            "pool.submit(%s, %s).result()" % (name, text_of(c.needs))))]))
    return True


def awaited(run):
    """Both parts are coroutines, and a third one that awaits them."""
    def way(c):
        if c.is_async or not c.makes:
            return None
        first, last, both = c.name("gather"), c.name("end"), c.name("run")
        inputs = sorted(set(c.takes) | (set(c.needs) - set(c.makes)))
        c.put(parse("import asyncio"))
        c.function(first, c.takes, c.first + parse(
            "return made", made=dict_of(c.makes)), True)
        c.function(last, c.needs, c.last, True)
        given = ["parts[%r]" % i if i in c.makes else i for i in c.needs]
        c.function(both, inputs, parse(
            run % (first, text_of(c.takes)) + "\nreturn await %s(%s)" % (
                last, text_of(given))), True)
        c.replace(c.ending(expr("asyncio.run(%s(%s))" % (
            both, text_of(inputs)))))
        return True
    return way


# ---- objects ----------------------------------------------------------------

def renamed(i):
    return "owner" if i == "self" else i


def own_attribute(i, ctx):
    return ast.Attribute(ast.Name("self", ast.Load()), renamed(i), ctx)


def own_names(c):
    return ((bound(c.first) | bound(c.last) | set(c.takes) | set(c.needs)) -
            c.store())


def set_own(ids):
    return [s for i in ids for s in parse("self.%s = %s" % (renamed(i),
                                                            renamed(i)))]


JOB = """
class {0}:
    def __init__(self{1}):
        head
    def run(self):
        self.gather()
        return self.finish()
    def gather(self):
        first
    def finish(self):
        last
"""
BUILT = """
class {0}:
    def __init__(self):
        blank
    setters
    def run(self):
        self.gather()
        return self.finish()
    def gather(self):
        first
    def finish(self):
        last
"""
ACTS_BELOW = """
import abc
class {2}(abc.ABC):
    def __init__(self{1}):
        head
    def run(self):
        self.gather()
        return self.finish()
    def gather(self):
        first
    @abc.abstractmethod
    def finish(self):
        '''Do what is to be done.'''
class {0}({2}):
    def finish(self):
        last
"""
GATHERS_BELOW = """
class {2}:
    def __init__(self{1}):
        head
    def run(self):
        self.gather()
        return self.finish()
    def gather(self):
        raise NotImplementedError
    def finish(self):
        last
class {0}({2}):
    def __init__(self{1}):
        super().__init__({3})
    def gather(self):
        first
"""


def made_async(c, tree):
    """The methods that hold the parts are coroutines where f is one."""
    if not c.is_async:
        return tree
    parts = {"run", "gather", "finish"}

    class Awaits(ast.NodeTransformer):
        def visit_FunctionDef(self, n):
            if n.name not in parts:
                return n
            self.generic_visit(n)
            return ast.AsyncFunctionDef(**dict(ast.iter_fields(n)))

        def visit_Call(self, n):
            if getattr(n.func, "attr", "") in parts and not n.args:
                return ast.Await(n)
            return n
    return [Awaits().visit(s) for s in tree]


def in_object(text):
    def way(c):
        own = own_names(c)
        inputs = sorted(set(c.takes) | (set(c.needs) - set(c.makes)))
        if not c.makes or (set(inputs) | set(c.makes)) & c.store():
            return None
        name, base = c.name("job"), c.name("base")
        make = Names(own, own_attribute)
        params = list(map(renamed, inputs))
        setters = [s for i in params for s in parse(
            "def with_%s(self, value):\n    self.%s = value\n    return self"
            % (i, i))]
        tree = parse(
            text.format(name, "".join(", " + i for i in params), base,
                        text_of(params)),
            head=set_own(inputs) or parse("pass"), setters=setters,
            blank=parse("\n".join("self.%s = None" % i for i in params) or
                        "pass"),
            first=make.of(c.imports_for(c.first) + c.first) or parse("pass"),
            last=make.of(c.imports_for(c.last) + c.last))
        c.put(made_async(c, tree))
        made = "%s(%s)" % (name, text_of(inputs))
        if text is BUILT:
            made = "%s()%s" % (name, "".join(
                ".with_%s(%s)" % (p, i) for p, i in zip(params, inputs)))
        c.replace(c.ending(c.value("%s.run()" % made)))
        return True
    return way


def by_property(decorator):
    def way(c):
        if c.is_async or not c.makes:
            return None
        own = set(c.takes)
        if own & c.store() or bound(c.first) & own:
            return None
        name = c.name("facts")
        c.put(parse("import functools\nclass %s:\n"
                    "    def __init__(self%s):\n        head\n"
                    "    @%s\n    def parts(self):\n        first\n"
                    "        return made" % (name, "".join(
                        ", " + renamed(i) for i in c.takes), decorator),
                    head=set_own(c.takes) or parse("pass"),
                    first=Names(own, own_attribute).of(
                        c.imports_for(c.first) + c.first),
                    made=dict_of(c.makes)))
        twice = bound(c.last) & set(c.makes)
        if twice:
            return None
        make = Names(c.makes, lambda i, ctx: ast.Subscript(
            ast.Attribute(ast.Name("facts", ast.Load()), "parts", ast.Load()),
            ast.Constant(i), ctx))
        c.replace(parse("facts = %s(%s)" % (name, text_of(c.takes))),
                  make.of(c.last))
        return True
    return way


def kept_in_self(c):
    """A method keeps what it gathered in its object; another one acts."""
    if c.owner is None or not c.makes or "self" not in c.args:
        return None
    kept = set(c.needs) - {"self"}
    if kept & c.store():
        return None
    make = Names(kept, lambda i, ctx: ast.Attribute(
        ast.Name("self", ast.Load()), "_kept_" + i, ctx))
    name = c.name("end")
    kind = ast.AsyncFunctionDef if c.is_async else ast.FunctionDef
    args = ast.parse("def x(self): pass").body[0].args
    rest = make.of(c.imports_for(c.last) + c.last)
    c.owner.body.append(kind(name, args, rest, [], None))
    c.replace(c.first, *[parse("self._kept_%s = %s" % (i, i))
                         for i in sorted(kept)],
              c.ending(c.value("self.%s()" % name)))
    return True


# ---- detours ----------------------------------------------------------------

def tried(c):
    if not c.first:
        return None
    c.replace(ast.Try(c.first, [ast.ExceptHandler(
        expr("KeyboardInterrupt"), None, parse("raise"))], c.last, []))
    return True


def at_last(c):
    if not c.first or c.gives:
        return None
    c.replace(ast.Try(c.first, [], [], c.last))
    return True


def walrus(c):
    if not any(isinstance(s, ast.Assign) for s in c.first):
        return None
    for i, s in enumerate(c.first):
        if isinstance(s, ast.Assign) and len(s.targets) == 1 and isinstance(
                s.targets[0], ast.Name):
            c.first[i] = ast.If(ast.Compare(
                ast.NamedExpr(s.targets[0], s.value), [ast.Is()],
                [ast.Constant(None)]), parse("pass"), [])
    c.replace(c.first, c.last)
    return True


def early(c):
    """What is asked before the rest of a function or loop leaves early."""
    done = False
    for block, leave in [(c.body, "return None")] + [
            (n.body, "continue") for n in walk(c.body)
            if isinstance(n, LOOPS)]:
        s = block[-1]
        if isinstance(s, ast.If) and not s.orelse:
            block[-1:] = [ast.If(ast.UnaryOp(ast.Not(), s.test),
                                 parse(leave), [])] + s.body
            done = True
    return done


PARTS = {what: each_function(way) for what, way in (
    ("results in a tuple", as_tuple),
    ("results in a dictionary", in_record("dict")),
    ("results in a dataclass", in_record("dataclass")),
    ("results in a namedtuple", in_record("namedtuple")),
    ("results in a NamedTuple", in_record("NamedTuple")),
    ("results yielded as pairs", yielded),
    ("results yielded at once", gone_through),
    ("results of a context manager", with_function),
    ("results in a context's object", with_object),
    ("results in globals", global_state),
    ("results of a property", by_property("property")),
    ("results of a cached property", by_property(
        "functools.cached_property")),
    ("handed on through two helpers", two_helpers),
    ("handed on by *args", stars("*args", text_of)),
    ("handed on by **kwargs", stars("**kwargs", keyword_text)),
    ("handed on as **options", options),
    ("handed on in a dictionary", whole_record("dict")),
    ("handed on in a dataclass", whole_record("dataclass")),
    ("handed on in a namespace", whole_record("SimpleNamespace")),
    ("callback in a dictionary", in_table),
    ("callback in a list", in_list),
    ("callback of an event", as_listener),
    ("callback of functools.partial", in_partial),
    ("callback that is a closure", in_closure),
    ("callback that is a lambda", in_lambda),
    ("worker on a thread", on_thread),
    ("worker of a queue", on_queue),
    ("worker of a deque", on_deque),
    ("worker of a pool", on_pool),
    ("coroutines, awaited", awaited("parts = await %s(%s)")),
    ("coroutines, gathered", awaited("parts, = await asyncio.gather(%s(%s))")),
    ("coroutines, as tasks", awaited(
        "task = asyncio.create_task(%s(%s))\nparts = await task")),
    ("state of an object", in_object(JOB)),
    ("state of a builder", in_object(BUILT)),
    ("base gathers, heir acts", in_object(ACTS_BELOW)),
    ("heir gathers, base acts", in_object(GATHERS_BELOW)),
    ("state of the method's object", kept_in_self),
    ("try and else", tried),
    ("try and finally", at_last),
    ("assigned in conditions", walrus),
    ("early returns", early),
)}
