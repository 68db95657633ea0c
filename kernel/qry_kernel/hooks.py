"""Small changes to plotting packages when a cell imports them: what they would open in a browser is shown by the cell."""

import importlib.abc
import importlib.util
import sys


def install(displays) -> None:
    sys.meta_path.insert(0, _Watch(displays))


class _Watch(importlib.abc.MetaPathFinder):
    def __init__(self, displays):
        self.changes = {
            "matplotlib.pyplot": lambda module: setattr(module, "show", lambda *_, **__: displays.show_open_figures()),
            "plotly.basedatatypes": lambda module: setattr(module.BaseFigure, "show", lambda figure, *_, **__: displays.display(figure)),
            "altair.vegalite.v4.api": lambda module: _show_charts(module, displays),
            "altair.vegalite.v5.api": lambda module: _show_charts(module, displays),
            "altair.vegalite.v6.api": lambda module: _show_charts(module, displays),
        }
        self.looking = False

    def find_spec(self, name, path=None, target=None):
        change = self.changes.get(name)
        if not change or self.looking:
            return None
        self.looking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.looking = False
        if not spec or not spec.loader:
            return None
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            change(module)

        spec.loader.exec_module = exec_module
        return spec


def _show_charts(module, displays) -> None:
    module.TopLevelMixin.show = lambda chart, *_, **__: displays.display(chart)
    module.TopLevelMixin.display = lambda chart, *_, **__: displays.display(chart)
