"""
Writes Parquet with nothing but the standard library, faster with numpy and pandas: plain encoding, no compression, a dictionary for text that repeats.
After the format's own description (Apache Parquet: Thrift definitions, "Encodings"). The server reads it once and keeps its own file.
"""

import datetime
import decimal
import json
import struct
import sys

MAGIC = b"PAR1"
ROWS_A_GROUP = 250_000
BOOLEAN, INT32, INT64, DOUBLE, BYTE_ARRAY = 0, 1, 2, 5, 6
UTF8, DATE, TIMESTAMP_MICROS = 0, 6, 10
PLAIN, RLE, RLE_DICTIONARY = 0, 3, 8
MOST_WORDS = 60_000
EPOCH_DAY = datetime.date(1970, 1, 1).toordinal()
EPOCH = datetime.datetime(1970, 1, 1)


def write(path: str, columns: list[tuple[str, object]], rows: int) -> dict:
    """`columns` are names with a pandas Series or a list each. Answers the names and types as written."""
    forms = [(name, _form_of(values)) for name, values in columns]
    groups = []
    with open(path, "wb") as file:
        file.write(MAGIC)
        for first in range(0, max(rows, 1), ROWS_A_GROUP):
            last = min(first + ROWS_A_GROUP, rows)
            chunks = [_write_chunk(file, name, form, first, last) for name, form in forms]
            groups.append((chunks, last - first))
        footer = _footer(forms, groups, rows)
        file.write(footer + struct.pack("<I", len(footer)) + MAGIC)
    return {"columns": [{"name": name, "type": form.label} for name, form in forms]}


class _Form:
    """How a column is written: its type, its nulls (true = null) and the bytes of a span of rows."""

    def __init__(self, label: str, physical: int, converted=None, utc: bool = False):
        self.label = label
        self.physical = physical
        self.converted = converted
        self.utc = utc
        self.nulls = None
        self.values = None

    def plain(self, values) -> bytes:
        numpy = sys.modules.get("numpy")
        if numpy is not None and isinstance(values, numpy.ndarray) and values.dtype != object:
            if self.physical == BOOLEAN:
                return numpy.packbits(values, bitorder="little").tobytes()
            return values.tobytes()
        if self.physical == BOOLEAN:
            return _bits(values)
        if self.physical == BYTE_ARRAY:
            parts = []
            for text in values:
                body = text.encode("utf-8", "replace")
                parts.append(struct.pack("<I", len(body)))
                parts.append(body)
            return b"".join(parts)
        letter = {INT32: "i", INT64: "q", DOUBLE: "d"}[self.physical]
        return struct.pack(f"<{len(values)}{letter}", *values)


def _form_of(values) -> _Form:
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(values, pandas.Series):
        return _form_of_series(values, pandas)
    return _form_of_list(list(values))


def _form_of_series(series, pandas) -> _Form:
    import numpy

    types = pandas.api.types
    dtype = series.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        series = series.astype(dtype.categories.dtype if not types.is_integer_dtype(dtype.categories.dtype) else "Int64")
        dtype = series.dtype
    nulls = series.isna().to_numpy()
    nulls = nulls if nulls.any() else None

    def form(made: _Form, array) -> _Form:
        made.nulls, made.values = nulls, array
        return made

    if types.is_bool_dtype(dtype):
        return form(_Form("boolean", BOOLEAN), series.fillna(False).to_numpy(dtype=bool))
    if types.is_unsigned_integer_dtype(dtype) and dtype.itemsize == 8 and len(series) and series.max() > 2**63 - 1:
        return _form_of_list([None if nulls is not None and nulls[row] else str(value) for row, value in enumerate(series)])
    if types.is_integer_dtype(dtype):
        return form(_Form("integer", INT64), series.fillna(0).to_numpy(dtype="<i8"))
    if types.is_float_dtype(dtype):
        return form(_Form("number", DOUBLE), series.fillna(0).to_numpy(dtype="<f8"))
    if types.is_datetime64_any_dtype(dtype):
        aware = getattr(dtype, "tz", None) is not None
        naive = series.dt.tz_convert("UTC").dt.tz_localize(None) if aware else series
        moments = naive.fillna(pandas.Timestamp(0)).to_numpy().astype("datetime64[us]").astype("<i8")
        if not aware and len(moments) and not (moments % 86_400_000_000).any():
            return form(_Form("date", INT32, DATE), (moments // 86_400_000_000).astype("<i4"))
        return form(_Form("timestamp", INT64, None if aware else TIMESTAMP_MICROS, aware), moments)
    if types.is_string_dtype(dtype) or dtype == object:
        words = series.to_numpy(dtype=object)
        kind = pandas.api.types.infer_dtype(words, skipna=True)
        if kind in ("string", "empty"):
            return form(_Form("text", BYTE_ARRAY, UTF8), words)
    return _form_of_list([None if nulls is not None and nulls[row] else value for row, value in enumerate(series)])


def _form_of_list(values: list) -> _Form:
    kinds = {type(value) for value in values if value is not None}
    nulls = [value is None for value in values]

    def form(made: _Form, convert, filler) -> _Form:
        made.nulls = nulls if any(nulls) else None
        made.values = [filler if value is None else convert(value) for value in values]
        return made

    if kinds and kinds <= {bool}:
        return form(_Form("boolean", BOOLEAN), bool, False)
    if kinds and kinds <= {int} and all(value is None or -(2**63) <= value < 2**63 for value in values):
        return form(_Form("integer", INT64), int, 0)
    if kinds and kinds <= {int, float, decimal.Decimal} and kinds != {int}:
        return form(_Form("number", DOUBLE), float, 0.0)
    if kinds and kinds <= {datetime.datetime} and len({value.tzinfo is None for value in values if value is not None}) == 1:
        aware = next(value for value in values if value is not None).tzinfo is not None
        return form(_Form("timestamp", INT64, None if aware else TIMESTAMP_MICROS, aware), _micros, 0)
    if kinds and kinds <= {datetime.date}:
        return form(_Form("date", INT32, DATE), lambda value: value.toordinal() - EPOCH_DAY, 0)
    return form(_Form("text", BYTE_ARRAY, UTF8), _text, "")


def _micros(moment: datetime.datetime) -> int:
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def _text(value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        try:
            return json.dumps(value, default=str)
        except (TypeError, ValueError):
            return str(value)
    return str(value)


def _bits(flags) -> bytes:
    packed = bytearray((len(flags) + 7) // 8)
    for place, flag in enumerate(flags):
        if flag:
            packed[place >> 3] |= 1 << (place & 7)
    return bytes(packed)


# -- pages


def _write_chunk(file, name: str, form: _Form, first: int, last: int) -> dict:
    begin = file.tell()
    values = form.values[first:last]
    nulls = form.nulls[first:last] if form.nulls is not None else None
    rows = last - first
    if nulls is not None:
        if isinstance(values, list):
            values = [value for value, null in zip(values, nulls) if not null]
        else:
            values = values[~nulls]
    levels = _levels(nulls, rows)
    dictionary = _words(form, values)
    encoding = RLE_DICTIONARY if dictionary else PLAIN
    dictionary_at = None
    if dictionary:
        words, codes, width = dictionary
        dictionary_at = file.tell()
        body = form.plain(words)
        file.write(_page_header(2, len(body), _struct((1, "i", len(words)), (2, "i", PLAIN)), 7) + body)
        groups = (len(values) + 7) // 8
        padded = codes.tobytes() + bytes((groups * 8 - len(values)) * width)
        data = bytes([8 * width]) + (_varint(groups << 1 | 1) + padded if groups else b"")
    else:
        data = form.plain(values)
    data_at = file.tell()
    body = levels + data
    file.write(_page_header(0, len(body), _struct((1, "i", rows), (2, "i", encoding), (3, "i", RLE), (4, "i", RLE)), 5) + body)
    size = file.tell() - begin
    meta = _struct(
        (1, "i", form.physical),
        (2, "list-i", sorted({PLAIN, RLE, encoding})),
        (3, "list-s", [name]),
        (4, "i", 0),
        (5, "l", rows),
        (6, "l", size),
        (7, "l", size),
        (9, "l", data_at),
        *([(11, "l", dictionary_at)] if dictionary_at is not None else []),
    )
    return {"bytes": size, "struct": _struct((2, "l", begin), (3, "struct", meta))}


def _words(form: _Form, values):
    """Distinct texts and their places, where there are few enough."""
    pandas = sys.modules.get("pandas")
    if form.physical != BYTE_ARRAY or pandas is None or isinstance(values, list) or len(values) < 100:
        return None
    codes, words = pandas.factorize(values)
    if len(words) > min(MOST_WORDS, len(values) // 2):
        return None
    width = 1 if len(words) <= 256 else 2
    return list(words), codes.astype("<u1" if width == 1 else "<u2"), width


def _levels(nulls, rows: int) -> bytes:
    """Which rows have a value: every column is optional."""
    if nulls is None:
        run = _varint(rows << 1) + b"\x01" if rows else b""
    else:
        numpy = sys.modules.get("numpy")
        there = numpy.packbits(~numpy.asarray(nulls, dtype=bool), bitorder="little").tobytes() if numpy is not None else _bits([not null for null in nulls])
        run = _varint(len(there) << 1 | 1) + there
    return struct.pack("<I", len(run)) + run


def _page_header(kind: int, size: int, inner: bytes, field: int) -> bytes:
    return _struct((1, "i", kind), (2, "i", size), (3, "i", size), (field, "struct", inner))


def _footer(forms, groups, rows: int) -> bytes:
    schema = [_struct((4, "s", "schema"), (5, "i", len(forms)))]
    for name, form in forms:
        schema.append(
            _struct(
                (1, "i", form.physical),
                (3, "i", 1),
                (4, "s", name),
                *([(6, "i", form.converted)] if form.converted is not None else []),
                *([(10, "struct", _utc_timestamp())] if form.utc else []),
            )
        )
    row_groups = [
        _struct((1, "list-struct", [chunk["struct"] for chunk in chunks]), (2, "l", sum(chunk["bytes"] for chunk in chunks)), (3, "l", count))
        for chunks, count in groups
    ]
    return _struct((1, "i", 1), (2, "list-struct", schema), (3, "l", rows), (4, "list-struct", row_groups), (6, "s", "qry"))


def _utc_timestamp() -> bytes:
    """LogicalType.TIMESTAMP(isAdjustedToUTC, MICROS)."""
    return _struct((8, "struct", _struct((1, "true", None), (2, "struct", _struct((2, "struct", b"\x00"))))))


# -- Thrift, compact protocol

_CODES = {"true": 1, "i": 5, "l": 6, "s": 8, "list-i": 9, "list-s": 9, "list-struct": 9, "struct": 12}


def _struct(*fields) -> bytes:
    out, before = bytearray(), 0
    for number, kind, value in fields:
        out.append((number - before) << 4 | _CODES[kind])
        before = number
        if kind in ("i", "l"):
            out += _zigzag(value)
        elif kind == "s":
            out += _string(value)
        elif kind == "struct":
            out += value
        elif kind.startswith("list"):
            inner = kind.removeprefix("list-")
            out += bytes([len(value) << 4 | _CODES[inner]]) if len(value) < 15 else bytes([0xF0 | _CODES[inner]]) + _varint(len(value))
            for item in value:
                out += _zigzag(item) if inner == "i" else _string(item) if inner == "s" else item
    out.append(0)
    return bytes(out)


def _string(text: str) -> bytes:
    body = text.encode("utf-8", "replace")
    return _varint(len(body)) + body


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
