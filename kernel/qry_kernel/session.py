"""
A namespace and what happens to it: cells run in it, it is saved and loaded. Knows nothing of processes and channels, so that the same code runs in
CPython and in Pyodide.
"""

import ast
import builtins
import io
import linecache
import os
import sys
import traceback
import types
import warnings
from collections.abc import Callable

from . import hooks, keep
from .displays import Displays
from .qry_module import make_qry
from .tables import load_table, memory_of, shape_of

KERNEL = os.path.dirname(os.path.abspath(__file__))
HIDDEN = {"qry", "load", "display"}


class Session:
    def __init__(self, settings: dict, tell: Callable[[dict], None], ask: Callable[[dict], dict]):
        self.settings = settings
        self.tell = tell
        self.ask = ask
        self.module = types.ModuleType("__main__")
        self.displays = Displays(tell, settings)
        self.qry = make_qry(self._sql, self._load, self.displays.display)

    @property
    def names(self) -> dict:
        return self.module.__dict__

    def prepare(self) -> dict:
        """Makes the namespace and says what there is. Packages named in `preload` are imported here, once for all cells."""
        os.chdir(self.settings["cwd"])
        self._take_fonts()
        # NOTE: once in memory the program is not needed again, and its names must not stand in the way of what cells import.
        sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != os.path.dirname(KERNEL)]
        sys.argv = [""]
        sys.modules["__main__"] = self.module
        sys.modules["qry"] = self.qry
        self.names.update(__name__="__main__", __builtins__=builtins, **{name: getattr(self.qry, name) for name in ("load", "display")})
        self.names["qry"] = self.qry
        # NOTE: packages warn one another of their own futures; cells are told what concerns them.
        for package in ("altair", "matplotlib", "plotly", "seaborn", "statsmodels"):
            for category in (FutureWarning, DeprecationWarning):
                warnings.filterwarnings("ignore", category=category, module=package)
        self.displays.install()
        hooks.install(self.displays)
        found = {}
        for name in self.settings.get("preload", []):
            try:
                found[name] = getattr(__import__(name), "__version__", "")
            except ImportError:
                continue
        if "matplotlib" in found:
            __import__("matplotlib.pyplot")
        return {"python": sys.version.split()[0], "packages": found}

    def _take_fonts(self) -> None:
        """Matplotlib's list of fonts takes seconds to make; one was made for all sessions."""
        fonts, own = self.settings.get("fonts"), os.environ.get("MPLCONFIGDIR")
        if fonts and own and os.path.isdir(fonts):
            os.makedirs(own, exist_ok=True)
            for name in os.listdir(fonts):
                with open(os.path.join(fonts, name), "rb") as source, open(os.path.join(own, name), "wb") as target:
                    target.write(source.read())

    # -- cells

    def run(self, code: str, name: str) -> bool:
        """Runs a cell; the value of its last expression is its result. What goes wrong is told; true when nothing did."""
        filename = f"<{name}>"
        self.displays.begin()
        linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True) or [""], filename)
        try:
            body, last = _compiled(code, filename)
            exec(body, self.names)
            if last is not None:
                value = eval(last, self.names)
                if value is not None:
                    self.names["_"] = value
                    self.displays.show(value, "result")
            self.displays.show_open_figures()
            return True
        except BaseException as error:
            self.flush()
            # NOTE: a figure that was half drawn when the cell failed belongs to no cell.
            self.displays.forget_open_figures()
            self.tell(self._told(error, filename))
            return False

    def _told(self, error: BaseException, filename: str) -> dict:
        kind = "python"
        advice = ""
        if isinstance(error, KeyboardInterrupt):
            kind = "interrupted"
        elif isinstance(error, MemoryError):
            kind = "memory"
        elif isinstance(error, ModuleNotFoundError) and error.name:
            kind = "missing-package"
            advice = f"{error.name.partition('.')[0]} is not installed here. There are: {', '.join(self._installed())}."
        line = _line_of(error, filename)
        return {
            "t": "error",
            "kind": kind,
            "ename": type(error).__name__[:200],
            "evalue": (advice or _text_of(error))[:2000],
            "traceback": _traceback_of(error)[:20_000],
            **({"line": line} if line else {}),
        }

    def _installed(self) -> list[str]:
        import importlib.util

        wanted = self.settings.get("packages", [])
        return [name for name in wanted if importlib.util.find_spec(name)] or ["the standard library only"]

    def flush(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                pass

    # -- data

    def _sql(self, statement: str):
        if not isinstance(statement, str):
            raise TypeError("qry.sql takes the SELECT as text.")
        return self._table_from(self.ask({"name": "sql", "text": statement}))

    def _load(self, name: str):
        return self._table_from(self.ask({"name": "load", "text": str(name)}))

    def _table_from(self, answer: dict):
        if "error" in answer:
            raise self.qry.QueryError(answer["error"])
        return load_table(os.path.join(self.settings["data"], answer["file"]))

    # -- state

    def _own(self) -> dict:
        return {
            name: value
            for name, value in self.names.items()
            if not (name.startswith("__") and name.endswith("__")) and not (name in HIDDEN and value is getattr(self.qry, name, self.qry))
        }

    def variables(self) -> list[dict]:
        """Names that cells made, for people and analysts: type, shape, bytes."""
        listed = []
        for name, value in self._own().items():
            if name.startswith("_") or isinstance(value, types.ModuleType):
                continue
            try:
                listed.append({"name": name, "type": type(value).__name__, "shape": shape_of(value), "bytes": memory_of(value)})
            except Exception:
                listed.append({"name": name, "type": type(value).__name__, "shape": None, "bytes": None})
        return listed[:500]

    def save(self, path: str) -> dict:
        return keep.save(self._own(), path, self.settings["limits"]["file_bytes"] // 2)

    def load(self, path: str) -> dict:
        return keep.load(self.names, path)


def _compiled(code: str, filename: str):
    tree = ast.parse(code, filename)
    last = tree.body[-1] if tree.body else None
    silent = code.rstrip().endswith(";")
    if isinstance(last, ast.Expr) and not silent:
        tree.body.pop()
        return compile(tree, filename, "exec"), compile(ast.Expression(last.value), filename, "eval")
    return compile(tree, filename, "exec"), None


def _is_cell(filename: str) -> bool:
    return filename.startswith("<cell ")


def _line_of(error: BaseException, filename: str) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == filename:
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if _is_cell(frame.filename)]
    return lines[-1] if lines else None


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def _traceback_of(error: BaseException) -> str:
    """Begins at the cell's own frames and holds none of the kernel's."""
    told = traceback.TracebackException.from_exception(error, limit=None)
    seen = set()
    pending = [told]
    while pending:
        one = pending.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        frames = list(one.stack)
        first = next((place for place, frame in enumerate(frames) if _is_cell(frame.filename)), len(frames))
        one.stack[:] = [frame for frame in frames[first:] if not frame.filename.startswith(KERNEL)]
        pending += [one.__cause__, one.__context__]
    return "".join(told.format())


class _Text(io.StringIO):
    """Standard input of cells: there is nobody to type."""

    def readline(self, *_):
        raise EOFError("A cell cannot ask for input: nobody is there to type.")


sys.stdin = _Text()
