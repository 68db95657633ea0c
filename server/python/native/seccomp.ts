/**
 * The system call filter, as the bytes of a classic BPF program (linux/filter.h, linux/seccomp.h). What opens namespaces, mounts, traces, loads
 * into the kernel or reaches the network is refused; sockets are local ones only. Numbers are those of arch/x86/entry/syscalls/syscall_64.tbl
 * and include/uapi/asm-generic/unistd.h.
 */
interface Architecture {
  readonly audit: number
  readonly socket: readonly number[]
  readonly clone: number
  readonly ioctl: number
  readonly refused: readonly number[]
}

const sinceFiveTen = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 443, 447]
const architectures: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    socket: [41, 53],
    clone: 56,
    ioctl: 16,
    refused: [
      // mount, pivot_root, chroot, umount2; unshare, setns; ptrace, process_vm_*, kcmp
      165,
      155,
      161,
      166,
      272,
      308,
      101,
      310,
      311,
      312,
      // bpf, perf_event_open, userfaultfd, keyctl and its kin, syslog, mknod, mknodat
      321,
      298,
      323,
      250,
      248,
      249,
      103,
      133,
      259,
      // reboot, swap, modules, kexec, acct, clocks, names, ports, quota, handles, fanotify
      169,
      167,
      168,
      175,
      313,
      176,
      246,
      320,
      163,
      164,
      227,
      159,
      305,
      170,
      171,
      172,
      173,
      179,
      304,
      303,
      300,
      // lookup_dcookie, vhangup, modify_ldt, personality, move_pages, migrate_pages, uselib, nfsservctl, sysfs, ustat, _sysctl
      212,
      153,
      154,
      135,
      279,
      256,
      134,
      180,
      139,
      136,
      156,
      ...sinceFiveTen,
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    socket: [198, 199],
    clone: 220,
    ioctl: 29,
    refused: [
      40,
      41,
      51,
      39,
      97,
      268,
      117,
      270,
      271,
      272,
      280,
      241,
      282,
      219,
      217,
      218,
      116,
      33,
      142,
      224,
      225,
      105,
      273,
      106,
      104,
      294,
      89,
      170,
      112,
      171,
      266,
      161,
      162,
      60,
      265,
      264,
      262,
      18,
      58,
      92,
      239,
      238,
      ...sinceFiveTen,
    ],
  },
}

const CLONE3 = 435
const NEW_NAMESPACES = 0x7e020080
const TIOCSTI = 0x5412
const TIOCLINUX = 0x541c
const AF_UNIX = 1
const ALLOW = 0x7fff0000
const KILL = 0x80000000
const EPERM = 1
const ENOSYS = 38
const EAFNOSUPPORT = 97
const refuse = (errno: number): number => 0x00050000 | errno

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number]
const load = (offset: number): Instruction => [0x20, 0, 0, offset]
const equals = (value: number, ifTrue: number, ifFalse: number): Instruction => [0x15, ifTrue, ifFalse, value]
const atLeast = (value: number, ifTrue: number, ifFalse: number): Instruction => [0x35, ifTrue, ifFalse, value]
const anyOf = (bits: number, ifTrue: number, ifFalse: number): Instruction => [0x45, ifTrue, ifFalse, bits]
const answer = (value: number): Instruction => [0x06, 0, 0, value]
const lowWordOf = (argument: number): Instruction => load(16 + 8 * argument)

/** The filter for a processor architecture as Node names it; undefined for one that has none yet. */
export function seccompFilter(architecture: string): Buffer | undefined {
  const known = architectures[architecture]
  if (!known) return undefined
  const program: Instruction[] = [
    load(4),
    equals(known.audit, 1, 0),
    answer(KILL),
    load(0),
    // Numbers of the x32 ABI are other names for the same calls.
    atLeast(0x40000000, 0, 1),
    answer(refuse(EPERM)),
    ...known.refused.flatMap((number) => [equals(number, 0, 1), answer(refuse(EPERM))]),
    equals(CLONE3, 0, 1),
    answer(refuse(ENOSYS)),
    ...known.socket.flatMap((number) => [
      equals(number, 0, 4),
      lowWordOf(0),
      equals(AF_UNIX, 1, 0),
      answer(refuse(EAFNOSUPPORT)),
      answer(ALLOW),
    ]),
    equals(known.clone, 0, 4),
    lowWordOf(0),
    anyOf(NEW_NAMESPACES, 0, 1),
    answer(refuse(EPERM)),
    answer(ALLOW),
    equals(known.ioctl, 0, 4),
    lowWordOf(1),
    equals(TIOCSTI, 1, 0),
    equals(TIOCLINUX, 0, 1),
    answer(refuse(EPERM)),
    answer(ALLOW),
  ]
  const bytes = Buffer.alloc(program.length * 8)
  program.forEach(([code, ifTrue, ifFalse, operand], place) => {
    bytes.writeUInt16LE(code, place * 8)
    bytes.writeUInt8(ifTrue, place * 8 + 2)
    bytes.writeUInt8(ifFalse, place * 8 + 3)
    bytes.writeUInt32LE(operand >>> 0, place * 8 + 4)
  })
  return bytes
}
