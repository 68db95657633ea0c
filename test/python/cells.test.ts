import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TurnWithRows } from '../../contract/turn.ts'
import { Person } from '../person.ts'
import { startServer, type TestServer } from '../server.ts'
import { reasonToSkipNative } from './engine-here.ts'

const skip = await reasonToSkipNative()
if (skip) console.log(`Cells are not tested: ${skip}.`)

describe.skipIf(skip !== undefined)('cells of a conversation', () => {
  let server: TestServer
  let person: Person
  let id: string

  beforeAll(async () => {
    server = await startServer({ PYTHON_ENGINE: 'native' })
    person = await Person.owner(server.url)
    const { body: upload } = await person.upload({
      name: 'orders.csv',
      text: 'region,amount,day\nEast,5,2026-01-01\nWest,7,2026-01-02\nEast,,2026-01-03\n',
    })
    id = (await person.conversation([upload.id])).id
  })
  afterAll(() => server.close())

  const ask = (code: string): Promise<TurnWithRows> => person.ask(id, `/python ${code}`)

  test('keep state from cell to cell, and what is printed is the output of the step', async () => {
    await ask('total = 40')
    const turn = await ask('print("so far", total)\ntotal + 2')
    expect(turn.status).toBe('answered')
    expect(turn.steps).toMatchObject([
      { kind: 'python', input: 'print("so far", total)\ntotal + 2', output: { text: 'so far 40\n42' } },
    ])
  })

  test('an upload comes as a data frame with the types of its columns', async () => {
    const turn = await ask('orders = load("orders")\nprint(orders.dtypes.to_dict())\nprint(orders.to_dict("records"))')
    const text = turn.steps[0]?.output?.text ?? ''
    expect(text).toContain("'amount': Int64Dtype()")
    expect(text).toContain("'region': 'West', 'amount': 7, 'day': Timestamp('2026-01-02 00:00:00')")
    expect(text).toContain("'amount': <NA>")
  })

  test('qry.sql runs a SELECT and no more', async () => {
    const rows = await ask(
      'print(qry.sql("SELECT region, sum(amount) AS total FROM orders GROUP BY 1 ORDER BY 1").to_dict("records"))',
    )
    expect(rows.steps[0]?.output?.text).toBe("[{'region': 'East', 'total': 5}, {'region': 'West', 'total': 7}]")
    const refused = await ask('qry.sql("DROP TABLE orders")')
    expect(refused.status).toBe('failed')
    expect(refused.steps[0]?.error?.message).toMatch(/^Line 1: QueryError: Only one reading statement/)
  })

  test('a data frame that is shown is a table of the turn, and later cells load it by its title', async () => {
    const turn = await ask('orders.assign(day=orders.day + __import__("pandas").Timedelta(hours=1), double=orders.amount * 2.5)')
    expect(turn.tables).toMatchObject([
      {
        rowCount: 3,
        truncated: false,
        columns: [
          { name: 'region', type: 'text' },
          { name: 'amount', type: 'integer' },
          { name: 'day', type: 'timestamp' },
          { name: 'double', type: 'number' },
        ],
      },
    ])
    expect(turn.tables[0]?.rows[0]).toEqual(['East', 5, '2026-01-01T01:00:00', 12.5])
    const loaded = await ask(`print(load("${turn.tables[0]?.title}").double.sum())`)
    expect(loaded.steps[0]?.output?.text).toBe('30.0')
    const missing = await ask('load("nothing")')
    expect(missing.steps[0]?.error?.message).toContain('There is no table “nothing”. There are: orders')
  })

  test('an error says its line, keeps its traceback from the cell on, and the state of before', async () => {
    const turn = await ask('seen = 1\ndef f(x):\n    return 1 / x\nprint("before")\nf(0)')
    expect(turn.status).toBe('failed')
    expect(turn.error).toEqual({ code: 'cell-failed', message: 'Line 3: ZeroDivisionError: division by zero' })
    expect(turn.steps[0]?.output?.text).toBe('before')
    expect(turn.steps[0]?.output?.traceback).toMatch(
      /^Traceback \(most recent call last\):\n {2}File "<cell \d+>", line 5, in <module>\n {4}f\(0\)\n/,
    )
    expect(turn.steps[0]?.output?.traceback).not.toMatch(/kernel|supervisor/)
    expect((await ask('seen')).steps[0]?.output?.text).toBe('1')
  })

  test('what is not installed is said, with what is', async () => {
    const turn = await ask('import torch')
    expect(turn.error?.message).toMatch(/^Line 1: torch is not installed here. There are: numpy, pandas/)
  })

  test('figures of matplotlib, Plotly and Altair are captured when the cell runs', async () => {
    const turn = await ask(
      `import matplotlib.pyplot as plt, plotly.express as px, altair as alt
plt.plot([1, 2, 3]); plt.title("By hand"); plt.show()
px.bar(x=["a", "b"], y=[1, 2], title="By Plotly").show()
alt.Chart(load("orders")).mark_bar().encode(x="region", y="amount").properties(title="By Altair")`,
    )
    expect(turn.error).toBeUndefined()
    expect(turn.figures).toMatchObject([
      { id: 'f1', kind: 'svg', title: 'By hand', stepId: 's1' },
      { id: 'f2', kind: 'plotly', title: 'By Plotly' },
      { id: 'f3', kind: 'vega-lite', title: 'By Altair' },
    ])
  })

  test('a crash leaves the state as it was before the cell', async () => {
    await ask('kept = "here"')
    const turn = await ask('kept = "gone"\nimport ctypes\nctypes.string_at(0)')
    expect(turn.error?.message).toContain('The state is as before this cell.')
    expect((await ask('kept')).steps[0]?.output?.text).toBe("'here'")
  })
})
