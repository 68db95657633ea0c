import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '../../contract/audit.ts'
import { deedOf, factsOf } from './audit-words.ts'

const event = (action: string, details: AuditEvent['details'], subject = 'cnv_01k8ju18p7regcft9e51aaaaaa'): AuditEvent => ({
  seq: 1,
  at: '2026-11-29T16:16:00.000Z',
  userId: null,
  who: 'Mara L. <mara@example.com>',
  via: 'web',
  action,
  subject,
  subjectName: '',
  details,
})
const said = (one: AuditEvent) =>
  factsOf(one).map(({ label, before, value }) => `${label}: ${before === undefined ? '' : `${before} → `}${value}`)

describe('a line of the audit log in words', () => {
  test('says what was done to what, by its name where it has one', () => {
    expect(deedOf(event('share-revoke', {}))).toBe('Closed the link to a conversation')
    expect(deedOf({ ...event('member-role', {}), subjectName: 'Jonas Weber' })).toBe('Changed the role of Jonas Weber')
    expect(deedOf(event('model-delete', { name: 'Small one' }, 'mdl_01k8ju18p7regcft9e51aaaaaa'))).toBe(
      'Removed the model Small one',
    )
    expect(deedOf(event('role-create', {}, 'analyst'))).toBe('Made the role analyst')
    expect(deedOf({ ...event('member-join', {}), subjectName: 'A $& B' })).toBe('A $& B joined')
    expect(deedOf(event('thing-done', {}))).toBe('Thing done: a conversation')
  })

  test('says what it was before and what it is now, and nothing of what stayed', () => {
    expect(said(event('member-role', { before: 'member', role: 'admin' }))).toEqual(['Role: member → admin'])
    expect(
      said(
        event('share-policy', {
          version: 2,
          policy: { downloads: false, twins: true },
          before: { downloads: true, twins: true },
        }),
      ),
    ).toEqual(['Version: 2', 'Files can be taken along: yes → no'])
    expect(said(event('tenant-change', { maxLinkDays: 30, before: { maxLinkDays: null } }))).toEqual([
      'Most days of a link: none → 30',
    ])
  })

  test('leaves out ids, the name that is said already and what is not set', () => {
    expect(
      said(event('share-create', { shareId: 'shr_1', version: 1, policy: { title: null, downloads: true, findings: {} } })),
    ).toEqual(['Version: 1', 'Files can be taken along: yes'])
    expect(said(event('source-create', { name: 'Shop', kind: 'postgres' }, 'src_01k8ju18p7regcft9e51aaaaaa'))).toEqual([
      'Kind: postgres',
    ])
  })

  test('says permissions, people and own words as people do', () => {
    expect(said(event('role-create', { permissions: ['audit:read', 'models:manage'] }, 'reviewer'))).toEqual([
      'May: Read the audit log, Connect models',
    ])
    expect(said(event('conversation-visibility', { to: 'named', named: [{ id: 'usr_1', level: 'view' }] }))).toEqual([
      'Seen by: those named',
      'Named people and groups: 1',
    ])
    expect(said(event('member-attributes', { attributes: { region: 'West' } }))).toEqual(['Region: West'])
  })
})
