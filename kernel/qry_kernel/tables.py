"""Tables in and out: the server's columnar encoding becomes a data frame, a data frame becomes a Parquet file. Without pandas, records take its place."""

import json
import struct
import sys
from datetime import date, datetime, time, timedelta, timezone

from . import parquet

EPOCH = date(1970, 1, 1)
FIRST_DATE_NS, LAST_DATE_NS = -9_223_372_036, 9_223_372_036


def _pandas():
    try:
        import numpy
        import pandas

        return numpy, pandas
    except ImportError:
        return None, None


def load_table(path: str):
    """A data frame; a list of dictionaries where there is no pandas. `render/columnar.ts` tells the form of the file."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:1] != b"\x01":
        raise ValueError("The table is of a form that this kernel does not know.")
    (length,) = struct.unpack_from("<I", data, 1)
    head = json.loads(data[5 : 5 + length])
    numpy, pandas = _pandas()
    start = 5 + length
    columns = {}
    for column in head["columns"]:
        body = memoryview(data)[start : start + column["length"]]
        read = _series if pandas else _cells
        columns[column["name"]] = read(column, head["rowCount"], body)
        start += column["length"]
    if pandas:
        return pandas.DataFrame(columns, index=pandas.RangeIndex(head["rowCount"]))
    names = list(columns)
    return [dict(zip(names, row)) for row in zip(*columns.values())] if names else []


# -- with numpy


def _series(head: dict, rows: int, body):
    numpy, pandas = _pandas()
    nulls = None
    if head.get("hasNulls"):
        size = (rows + 7) // 8
        nulls = numpy.unpackbits(numpy.frombuffer(body[:size], dtype=numpy.uint8), bitorder="little")[:rows].astype(bool)
        body = body[size:]
    kind = head["kind"]
    if kind == "floats":
        planes = numpy.frombuffer(body, dtype=numpy.uint8).reshape(8, rows)
        values = numpy.ascontiguousarray(planes.T).view("<f8").reshape(rows).copy()
        if nulls is not None:
            values[nulls] = numpy.nan
        return values
    if kind == "integers":
        return _typed(head, _planes(head["planes"], body, rows) + int(head["planes"]["base"]), nulls)
    size = head["bytes"]
    if kind == "codes":
        dictionary = numpy.array(json.loads(bytes(body[:size])) or [""], dtype=object)
        values = dictionary[_planes(head["planes"], body[size:], rows)]
    else:
        values = _texts(bytes(body[:size]).decode("utf-8", "surrogatepass"), _planes(head["planes"], body[size:], rows) + int(head["planes"]["base"]))
    if head["type"] == "integer":
        values = numpy.array([int(text) for text in values], dtype=object)
    if nulls is not None:
        values[nulls] = None
    return values


def _texts(text: str, lengths):
    """One long text cut by lengths that count UTF-16 units."""
    numpy, _ = _pandas()
    ends = numpy.cumsum(lengths).tolist()
    starts = [0, *ends[:-1]]
    if text.isascii() or not any(character > "\uffff" for character in text):
        cut = [text[a:b] for a, b in zip(starts, ends)]
    else:
        units = text.encode("utf-16-le", "surrogatepass")
        cut = [units[2 * a : 2 * b].decode("utf-16-le", "surrogatepass") for a, b in zip(starts, ends)]
    values = numpy.empty(len(cut), dtype=object)
    values[:] = cut
    return values


def _planes(planes: dict, body, rows: int):
    numpy, _ = _pandas()
    stored = numpy.zeros(rows, dtype=numpy.int64)
    raw = numpy.frombuffer(body, dtype=numpy.uint8)
    for byte in range(planes["width"] if rows else 0):
        stored += raw[byte * rows : (byte + 1) * rows].astype(numpy.int64) << (8 * byte)
    if "table" in planes:
        return numpy.array(planes["table"], dtype=numpy.int64)[stored]
    if "from" in planes:
        steps = numpy.where(stored & 1, -((stored + 1) >> 1), stored >> 1)
        return numpy.cumsum(steps) + int(planes["from"])
    return stored


def _typed(head: dict, values, nulls):
    numpy, pandas = _pandas()
    kind = head["type"]
    missing = nulls is not None
    if kind == "integer":
        return pandas.array(values, dtype="Int64") if not missing else pandas.arrays.IntegerArray(values, nulls.copy())
    if kind == "boolean":
        flags = values.astype(bool)
        return flags if not missing else pandas.arrays.BooleanArray(flags, nulls.copy())
    if kind in ("number", "decimal"):
        numbers = values / 10 ** head.get("scale", 0)
        if missing:
            numbers[nulls] = numpy.nan
        return numbers
    if kind in ("date", "timestamp"):
        unit, per_second = ("D", None) if kind == "date" else ("us", head.get("perSecond", 1))
        ticks = values if per_second is None else values * (1_000_000 // per_second)
        moments = ticks.astype(f"datetime64[{unit}]")
        if missing:
            moments[nulls] = numpy.datetime64("NaT")
        seconds = moments[~numpy.isnat(moments)].astype("datetime64[s]").astype(numpy.int64)
        if len(seconds) and (seconds.min() <= FIRST_DATE_NS or seconds.max() >= LAST_DATE_NS):
            return moments.astype(object)
        series = pandas.Series(moments.astype("datetime64[ns]"))
        return series.dt.tz_localize("UTC") if head.get("zoned") else series
    cells = [_plain(head, int(value)) for value in values]
    made = numpy.empty(len(cells), dtype=object)
    made[:] = cells
    if missing:
        made[nulls] = None
    return made


# -- without


def _cells(head: dict, rows: int, body) -> list:
    nulls = None
    if head.get("hasNulls"):
        size = (rows + 7) // 8
        nulls = [body[row >> 3] >> (row & 7) & 1 for row in range(rows)]
        body = body[size:]
    if head["kind"] == "floats":
        planes = bytes(body)
        cells = [struct.unpack("<d", planes[row::rows])[0] for row in range(rows)]
    elif head["kind"] == "integers":
        base = int(head["planes"]["base"])
        cells = [_plain(head, value + base) for value in _plain_planes(head["planes"], body, rows)]
    else:
        size = head["bytes"]
        text = bytes(body[:size]).decode("utf-8", "surrogatepass")
        numbers = _plain_planes(head["planes"], body[size:], rows)
        if head["kind"] == "codes":
            dictionary = json.loads(text) or [""]
            cells = [dictionary[number] for number in numbers]
        else:
            units = text.encode("utf-16-le", "surrogatepass")
            cells, at = [], 0
            for number in numbers:
                end = at + number + int(head["planes"]["base"])
                cells.append(units[2 * at : 2 * end].decode("utf-16-le", "surrogatepass"))
                at = end
        if head["type"] == "integer":
            cells = [int(cell) for cell in cells]
    return [None if nulls and nulls[row] else cell for row, cell in enumerate(cells)]


def _plain_planes(planes: dict, body, rows: int) -> list[int]:
    stored = [int.from_bytes(bytes(body[row : planes["width"] * rows : rows]), "little") for row in range(rows)]
    if "table" in planes:
        return [planes["table"][value] for value in stored]
    if "from" in planes:
        value, cells = int(planes["from"]), []
        for step in stored:
            value += -((step + 1) >> 1) if step & 1 else step >> 1
            cells.append(value)
        return cells
    return stored


def _plain(head: dict, value: int):
    kind = head["type"]
    if kind == "boolean":
        return value == 1
    if kind in ("number", "decimal"):
        return value / 10 ** head.get("scale", 0)
    if kind == "date":
        return EPOCH + timedelta(days=value)
    if kind == "time":
        return (datetime.min + timedelta(microseconds=value)).time()
    if kind == "timestamp":
        moment = datetime(1970, 1, 1, tzinfo=timezone.utc if head.get("zoned") else None)
        return moment + timedelta(microseconds=value * (1_000_000 // head.get("perSecond", 1)))
    return value


# -- out


def is_table(value) -> bool:
    pandas = sys.modules.get("pandas")
    if pandas and isinstance(value, (pandas.DataFrame, pandas.Series)):
        return True
    return isinstance(value, list) and len(value) > 0 and all(isinstance(row, dict) and row for row in value[:1000]) and bool(value)


def shape_of(value) -> list | None:
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return [int(size) for size in shape]
    return [len(value)] if isinstance(value, (list, dict, set, tuple, str)) else None


def memory_of(value) -> int:
    pandas = sys.modules.get("pandas")
    if pandas and isinstance(value, (pandas.DataFrame, pandas.Series)):
        held = value.memory_usage(index=True)
        return int(held.sum() if hasattr(held, "sum") else held)
    return int(getattr(value, "nbytes", 0) or sys.getsizeof(value))


def preview_of(value) -> str:
    if isinstance(value, list):
        return f"{len(value)} records"
    rows = len(value)
    return f"{rows} rows × {value.shape[1] if value.ndim == 2 else 1} columns"


def write_table(value, path: str, most_rows: int) -> dict:
    """Writes at most `most_rows` rows; says how many there were. An index with names or labels becomes columns."""
    if isinstance(value, list):
        names = list(dict.fromkeys(name for row in value for name in row))
        columns = [(str(name), [row.get(name) for row in value[:most_rows]]) for name in names]
        return {"rows": len(value), "truncated": len(value) > most_rows, **parquet.write(path, columns, min(len(value), most_rows))}
    _, pandas = _pandas()
    rows = len(value)
    frame = value.to_frame(name=value.name if value.name is not None else "value") if value.ndim == 1 else value
    frame = frame.iloc[:most_rows]
    if not (isinstance(frame.index, pandas.RangeIndex) and frame.index.name is None):
        is_plain = frame.index.nlevels == 1 and frame.index.name is None and pandas.api.types.is_integer_dtype(frame.index)
        if not is_plain:
            frame = frame.reset_index(names=_index_names(frame)) if frame.index.nlevels else frame
    columns, taken = [], set()
    for place in range(frame.shape[1]):
        label = frame.columns[place]
        name = " ".join(str(part) for part in label if str(part)) if isinstance(label, tuple) else str(label)
        free, count = name or f"column_{place + 1}", 2
        while free.lower() in taken:
            free, count = f"{name}_{count}", count + 1
        taken.add(free.lower())
        columns.append((free, frame.iloc[:, place]))
    return {"rows": rows, "truncated": rows > most_rows, **parquet.write(path, columns, len(frame))}


def _index_names(frame) -> list[str]:
    there = {str(name) for name in frame.columns}
    names = []
    for place, name in enumerate(frame.index.names):
        wanted = str(name) if name is not None else ("index" if frame.index.nlevels == 1 else f"level_{place}")
        while wanted in there:
            wanted += "_"
        there.add(wanted)
        names.append(wanted)
    return names
