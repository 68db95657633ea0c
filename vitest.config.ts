import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{contract,render,server,web,test,kernel,bin,bench,evals}/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // NOTE: one at a time: browser stories of two files on two cores keep each other waiting past their limits.
    maxWorkers: 1,
    retry: 2,
    // NOTE: the default of a second is less than a page takes on a busy machine.
    expect: { poll: { timeout: 10_000 } },
  },
})
