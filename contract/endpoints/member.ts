import { z } from 'zod'
import { Done, define } from '../endpoint.ts'
import { Group, GroupInput } from '../group.ts'
import { GroupId, InvitationId, UserId } from '../id.ts'
import {
  Directory,
  HandOver,
  Invitation,
  InvitationInput,
  Member,
  MemberChange,
  NewInvitation,
  OpenInvitation,
} from '../member.ts'
import { RoleName } from '../permission.ts'
import { Me, Password } from '../person.ts'
import { Role, RoleInput } from '../role.ts'

const memberParams = z.object({ id: UserId })
const invitationParams = z.object({ id: InvitationId })
const roleParams = z.object({ name: RoleName })
const groupParams = z.object({ id: GroupId })
const token = z.string().max(100)

export const memberEndpoints = {
  readDirectory: define({
    method: 'GET',
    path: '/api/people',
    summary: 'Colleagues and groups, to show a conversation to',
    output: Directory,
    errors: [],
  }),
  listMembers: define({
    method: 'GET',
    path: '/api/members',
    summary: 'Who belongs to the tenant',
    output: z.object({ items: z.array(Member), nextCursor: z.null() }),
    errors: ['forbidden'],
  }),
  changeMember: define({
    method: 'PATCH',
    path: '/api/members/:id',
    summary: 'Change a role, or what row policies know of a person',
    params: memberParams,
    body: MemberChange,
    output: Member,
    errors: ['forbidden', 'not-found', 'conflict'],
  }),
  removeMember: define({
    method: 'POST',
    path: '/api/members/:id/remove',
    summary: 'Take a person out; what they have goes to somebody who stays',
    params: memberParams,
    body: HandOver,
    output: Done,
    errors: ['forbidden', 'not-found', 'conflict'],
  }),
  listInvitations: define({
    method: 'GET',
    path: '/api/invitations',
    summary: 'Invitations that nobody has accepted yet',
    output: z.object({ items: z.array(Invitation), nextCursor: z.null() }),
    errors: ['forbidden'],
  }),
  invite: define({
    method: 'POST',
    path: '/api/invitations',
    summary: 'Invite somebody; the address is answered this once, and mailed where a mail server is set',
    body: InvitationInput,
    output: NewInvitation,
    status: 201,
    errors: ['forbidden', 'conflict', 'not-found'],
  }),
  withdrawInvitation: define({
    method: 'DELETE',
    path: '/api/invitations/:id',
    summary: 'Take an invitation back',
    params: invitationParams,
    output: Done,
    errors: ['forbidden', 'not-found'],
  }),
  readInvitation: define({
    method: 'POST',
    path: '/api/invitation',
    summary: 'What an invitation says, for who holds its token',
    isOpen: true,
    body: z.object({ token }),
    output: OpenInvitation,
    errors: ['not-found'],
  }),
  acceptInvitation: define({
    method: 'POST',
    path: '/api/invitation/accept',
    summary: 'Join, with a new account or the one that there is, and sign in',
    isOpen: true,
    body: z.object({
      token,
      name: z.string().trim().max(100).default(''),
      password: Password,
      code: z.string().trim().max(40).optional(),
    }),
    output: Me,
    errors: ['not-found', 'wrong-credentials', 'second-factor-needed'],
  }),
  listRoles: define({
    method: 'GET',
    path: '/api/roles',
    summary: 'Roles with what they allow',
    output: z.object({ items: z.array(Role), nextCursor: z.null() }),
    errors: ['forbidden'],
  }),
  createRole: define({
    method: 'POST',
    path: '/api/roles',
    summary: 'Make a role from permissions',
    body: RoleInput,
    output: Role,
    status: 201,
    errors: ['forbidden', 'conflict'],
  }),
  changeRole: define({
    method: 'PATCH',
    path: '/api/roles/:name',
    summary: 'Change what a role allows',
    params: roleParams,
    body: RoleInput.omit({ name: true }),
    output: Role,
    errors: ['forbidden', 'not-found'],
  }),
  deleteRole: define({
    method: 'DELETE',
    path: '/api/roles/:name',
    summary: 'Delete a role that nobody has',
    params: roleParams,
    output: Done,
    errors: ['forbidden', 'not-found', 'conflict'],
  }),
  listGroups: define({
    method: 'GET',
    path: '/api/groups',
    summary: 'Groups with their members',
    output: z.object({ items: z.array(Group), nextCursor: z.null() }),
    errors: ['forbidden'],
  }),
  createGroup: define({
    method: 'POST',
    path: '/api/groups',
    summary: 'Make a group',
    body: GroupInput,
    output: Group,
    status: 201,
    errors: ['forbidden', 'not-found'],
  }),
  changeGroup: define({
    method: 'PATCH',
    path: '/api/groups/:id',
    summary: 'Rename a group, say who is in it',
    params: groupParams,
    body: GroupInput.partial(),
    output: Group,
    errors: ['forbidden', 'not-found'],
  }),
  deleteGroup: define({
    method: 'DELETE',
    path: '/api/groups/:id',
    summary: 'Delete a group; what was shown to it is hidden from its members',
    params: groupParams,
    output: Done,
    errors: ['forbidden', 'not-found'],
  }),
}
