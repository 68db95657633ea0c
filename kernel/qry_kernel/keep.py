"""A namespace in a file, and back. What can't be saved is left out and named. Files are only ever read inside the sandbox."""

import io
import os
import pickle
import sys
import types

try:
    import cloudpickle
except ImportError:
    cloudpickle = None

HEAD = b"qry-state-1\n"


def save(names: dict, path: str, most_bytes: int) -> dict:
    """Writes names and values; shared references stay shared. Without cloudpickle functions and classes of cells cannot be saved, so nothing is."""
    if not cloudpickle:
        return {"ok": False, "notSaved": [], "reason": "cloudpickle is not installed"}
    modules = {name: value.__name__ for name, value in names.items() if isinstance(value, types.ModuleType)}
    values = {name: value for name, value in names.items() if name not in modules and name != "_"}
    not_saved = []
    try:
        body = _pickled((modules, values))
    except BaseException:
        for name, value in list(values.items()):
            try:
                _pickled(value)
            except BaseException:
                not_saved.append(name)
                del values[name]
        try:
            body = _pickled((modules, values))
        except BaseException:
            return {"ok": False, "notSaved": sorted(names), "reason": "the state could not be saved"}
    if len(body) > most_bytes:
        return {"ok": False, "notSaved": sorted(values), "reason": f"the state of {len(body) / 2**20:.0f} MB is too large"}
    part = f"{path}.part"
    with open(part, "wb") as file:
        file.write(HEAD)
        file.write(body)
    os.replace(part, path)
    return {"ok": True, "notSaved": not_saved, "bytes": len(HEAD) + len(body)}


def load(names: dict, path: str) -> dict:
    try:
        with open(path, "rb") as file:
            if file.read(len(HEAD)) != HEAD:
                raise ValueError("not a state")
            modules, values = pickle.load(file)
    except BaseException as error:
        return {"ok": False, "lost": [], "reason": f"{type(error).__name__}: {error}"[:500]}
    lost = []
    for name, module in modules.items():
        try:
            __import__(module)
            names[name] = sys.modules[module]
        except ImportError:
            lost.append(name)
    names.update(values)
    return {"ok": True, "lost": lost}


def _pickled(value) -> memoryview:
    buffer = io.BytesIO()
    cloudpickle.CloudPickler(buffer, protocol=5).dump(value)
    return buffer.getbuffer()
