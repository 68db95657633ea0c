"""What a cell shows: values as MIME bundles, the way notebooks have them, and tables as Parquet files."""

import base64
import io
import json
import os
import sys
import types

from .tables import is_table, preview_of, write_table

VEGA_LITE = "application/vnd.vegalite.v5+json"
PLOTLY = "application/vnd.plotly.v1+json"
TABLE = "application/vnd.qry.table+json"
MOST_TABLE_ROWS = 1_000_000
SVG_BYTES = 600_000


class Displays:
    def __init__(self, tell, settings: dict):
        self.tell = tell
        self.out = settings["out"]
        self.limits = settings["limits"]
        self.count = 0
        self.tables = 0

    def begin(self) -> None:
        self.count = 0

    def display(self, *values, **options) -> None:
        """Shows values at once, in the middle of a cell. `raw=True` takes MIME bundles as they are."""
        for value in values:
            if options.get("raw") and isinstance(value, dict):
                self._send("display", dict(value))
            else:
                self.show(value, "display")

    def show(self, value, kind: str) -> None:
        self._send(kind, self.bundle_of(value))

    def _send(self, kind: str, bundle: dict) -> None:
        self.count += 1
        if self.count > self.limits["displays"]:
            if self.count == self.limits["displays"] + 1:
                print(f"More than {self.limits['displays']} things were shown; the rest is left out.", file=sys.stderr)
            return
        for mime, item in list(bundle.items()):
            size = len(item) if isinstance(item, str) else len(json.dumps(item))
            if size > self.limits["display_bytes"]:
                del bundle[mime]
                bundle.setdefault("text/plain", "")
                bundle["text/plain"] += f"\n({mime} of {size / 2**20:.0f} MB is too large to show)"
        self.tell({"t": kind, "data": bundle})

    def bundle_of(self, value) -> dict:
        if is_table(value):
            return self._table(value)
        for make in (_matplotlib, _plotly, _altair, _own_bundle):
            bundle = make(value)
            if bundle:
                return bundle
        return {"text/plain": _plain(value)}

    def _table(self, value) -> dict:
        self.tables += 1
        name = f"table-{os.getpid()}-{self.tables}.parquet"
        path = os.path.join(self.out, name)
        try:
            written = write_table(value, path, MOST_TABLE_ROWS)
        except Exception as error:
            return {"text/plain": f"{_plain(value)}\n(not kept as a table: {error})"}
        return {TABLE: {"file": name, **written}, "text/plain": preview_of(value)}

    # -- figures that are drawn but not shown yet

    def show_open_figures(self) -> None:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if not pyplot:
            return
        for number in pyplot.get_fignums():
            self.show(pyplot.figure(number), "display")
        pyplot.close("all")

    def forget_open_figures(self) -> None:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot:
            try:
                pyplot.close("all")
            except Exception:
                pass

    def install(self) -> None:
        """`IPython.display`, which people import by habit."""
        package = types.ModuleType("IPython")
        module = types.ModuleType("IPython.display")
        package.display = module
        package.get_ipython = lambda: None
        package.__path__ = []
        package.version_info = (8, 0, 0)
        module.display = self.display
        module.clear_output = lambda *_, **__: None
        for name, mime in (("HTML", "text/html"), ("Markdown", "text/markdown"), ("SVG", "image/svg+xml"), ("Latex", "text/latex"), ("JSON", "application/json")):
            setattr(module, name, _holder(name, mime))
        module.Image = _Image
        sys.modules["IPython"] = package
        sys.modules["IPython.display"] = module


def _holder(name: str, mime: str):
    def __init__(self, data=None, **_):
        self.data = data

    def _repr_mimebundle_(self, *_, **__):
        return {mime: self.data, "text/plain": f"<{name}>"}

    return type(name, (), {"__init__": __init__, "_repr_mimebundle_": _repr_mimebundle_})


class _Image:
    def __init__(self, data=None, filename=None, **_):
        if data is None and filename:
            with open(filename, "rb") as file:
                data = file.read()
        self.data = data

    def _repr_mimebundle_(self, *_, **__):
        return {"image/png": base64.b64encode(self.data or b"").decode(), "text/plain": "<Image>"}


def _module_of(value) -> str:
    return type(value).__module__ or ""


def _matplotlib(value) -> dict | None:
    figure = value
    if _module_of(value).startswith(("matplotlib", "seaborn")) and not hasattr(value, "savefig"):
        figure = getattr(value, "figure", None)
    if not hasattr(figure, "savefig") or "matplotlib" not in sys.modules:
        return None
    if getattr(figure, "fig", None) is not None and hasattr(figure, "axes"):
        figure = figure.fig
    bundle = {"text/plain": _title_of(figure)}
    vector = io.StringIO()
    figure.savefig(vector, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    if len(vector.getvalue()) <= SVG_BYTES:
        bundle["image/svg+xml"] = vector.getvalue()
    else:
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=144, bbox_inches="tight", metadata={"Software": None})
        bundle["image/png"] = base64.b64encode(picture.getvalue()).decode()
    sys.modules["matplotlib.pyplot"].close(figure) if "matplotlib.pyplot" in sys.modules else None
    return bundle


def _title_of(figure) -> str:
    """What the figure says it shows: its title, else the labels of its axes."""
    axes = list(getattr(figure, "axes", []))
    heading = getattr(figure, "_suptitle", None)
    titles = [heading.get_text() if heading else "", *(one.get_title() for one in axes)]
    labels = [f"{one.get_ylabel()} by {one.get_xlabel()}" for one in axes if one.get_ylabel() and one.get_xlabel()]
    return next((text for text in [*titles, *labels] if text), "Figure")


def _plotly(value) -> dict | None:
    if not _module_of(value).startswith("plotly") or not hasattr(value, "to_plotly_json"):
        return None
    figure = json.loads(value.to_json())
    title = (figure.get("layout") or {}).get("title")
    text = title.get("text") if isinstance(title, dict) else title
    return {PLOTLY: figure, "text/plain": text or "Plotly figure"}


def _altair(value) -> dict | None:
    if not _module_of(value).startswith("altair") or not hasattr(value, "to_dict"):
        return None
    spec = value.to_dict()
    title = spec.get("title")
    text = title.get("text") if isinstance(title, dict) else title
    return {VEGA_LITE: spec, "text/plain": text if isinstance(text, str) and text else "Altair chart"}


def _own_bundle(value) -> dict | None:
    """What an object says of itself, by the names that notebooks use. A class is not its objects."""
    if isinstance(value, type):
        return None
    try:
        found = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else None
        if isinstance(found, tuple):
            found = found[0]
        bundle = {mime: _sendable(item) for mime, item in (found or {}).items()}
        for method, mime in (
            ("_repr_html_", "text/html"),
            ("_repr_markdown_", "text/markdown"),
            ("_repr_svg_", "image/svg+xml"),
            ("_repr_png_", "image/png"),
            ("_repr_latex_", "text/latex"),
        ):
            item = getattr(value, method)() if mime not in bundle and hasattr(value, method) else None
            if item is not None:
                bundle[mime] = _sendable(item[0] if isinstance(item, tuple) else item)
    except Exception:
        return None
    if bundle:
        bundle.setdefault("text/plain", _plain(value))
    return bundle or None


def _sendable(item):
    if isinstance(item, bytes):
        return base64.b64encode(item).decode()
    if isinstance(item, (str, dict, list)):
        return item
    return str(item)


def _plain(value) -> str:
    import pprint

    try:
        text = value if False else pprint.pformat(value, width=100, compact=True) if isinstance(value, (dict, list, tuple, set)) else repr(value)
    except Exception as error:
        text = f"<{type(value).__name__}, whose repr failed: {error}>"
    return text if len(text) <= 20_000 else text[:20_000] + "…"
