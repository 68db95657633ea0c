"""The module `qry` that cells use."""

import types


class QueryError(Exception):
    """A query that the database refused or that failed, in its words."""


def make_qry(sql, load, display) -> types.ModuleType:
    module = types.ModuleType("qry", "Data of this conversation: qry.sql(\"SELECT …\"), qry.load(\"table\"), qry.display(value).")

    def sql_(statement: str):
        """Runs one SELECT under your rights; rows come back as a data frame (a list of records where there is no pandas)."""
        return sql(statement)

    def load_(name: str):
        """An upload or an earlier table of this conversation, by its name, as a data frame."""
        return load(name)

    sql_.__name__ = "sql"
    load_.__name__ = "load"
    module.sql = sql_
    module.load = load_
    module.display = display
    QueryError.__module__ = "qry"
    module.QueryError = QueryError
    return module
