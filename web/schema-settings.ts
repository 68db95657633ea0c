import { config } from 'zod'

// NOTE: schemas that compile themselves try `new Function` as they are made, which the page's policy reports. So this module is imported first.
config({ jitless: true })
