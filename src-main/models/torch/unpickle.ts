import { UserError } from '../../base/errors.ts';
import { PickleMachine, type PickleHost } from './pickleMachine.ts';
import type { PickleValue } from './pickleValue.ts';

/** Of Python's pickle protocols, the one that torch.save writes unless it is told otherwise. */
const PROTOCOL = 2;
const STOP = '.'.charCodeAt(0);

/**
 * Reads a pickle without running it as Python would: there, an instruction may call any function of any module. Here, only the
 * instructions that torch.save writes are known, and `host` decides what the names among them may be; nothing is called.
 * @throws UserError when it is damaged, or holds anything that is not known
 */
export function unpickle(bytes: Uint8Array, host: PickleHost): PickleValue {
  const machine = new PickleMachine(bytes, host);
  for (;;) {
    const code = machine.reader.uint8();
    if (code === STOP) return machine.pop();
    const run = INSTRUCTIONS.get(code);
    if (run === undefined) throw machine.reader.damage(`instruction 0x${code.toString(16)}`);
    run(machine);
  }
}

type Instruction = (machine: PickleMachine) => void;

/** By their codes; the names are those of Python's pickletools. */
const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map(
  Object.entries<Instruction>({
    '\x80': proto,
    // plain values
    N: (m) => m.push(null), // NONE
    '\x88': (m) => m.push(true), // NEWTRUE
    '\x89': (m) => m.push(false), // NEWFALSE
    K: (m) => m.push(m.reader.uint8()), // BININT1
    M: (m) => m.push(m.reader.uint16()), // BININT2
    J: (m) => m.push(m.reader.int32()), // BININT
    '\x8a': (m) => m.push(m.reader.long(m.reader.uint8())), // LONG1
    G: (m) => m.push(m.reader.float64()), // BINFLOAT
    X: (m) => m.push(m.reader.text(m.reader.uint32())), // BINUNICODE
    // containers
    '(': (m) => m.mark(), // MARK
    ')': (m) => m.tuple(0), // EMPTY_TUPLE
    '\x85': (m) => m.tuple(1), // TUPLE1
    '\x86': (m) => m.tuple(2), // TUPLE2
    '\x87': (m) => m.tuple(3), // TUPLE3
    t: (m) => m.push({ kind: 'tuple', items: m.popToMark() }), // TUPLE
    ']': (m) => m.push({ kind: 'list', items: [] }), // EMPTY_LIST
    a: (m) => m.append([m.pop()]), // APPEND
    e: (m) => m.append(m.popToMark()), // APPENDS
    '}': (m) => m.push(new Map()), // EMPTY_DICT
    s: (m) => m.setItems([m.pop(), m.pop()].reverse()), // SETITEM
    u: (m) => m.setItems(m.popToMark()), // SETITEMS
    // the memo: values that occur again
    q: (m) => m.memo.set(m.reader.uint8(), m.top()), // BINPUT
    r: (m) => m.memo.set(m.reader.uint32(), m.top()), // LONG_BINPUT
    h: (m) => m.recall(m.reader.uint8()), // BINGET
    j: (m) => m.recall(m.reader.uint32()), // LONG_BINGET
    // objects
    c: (m) => m.global(), // GLOBAL
    R: (m) => m.call(), // REDUCE
    b: (m) => m.build(), // BUILD
    Q: (m) => m.load(), // BINPERSID
  }).map(([code, run]) => [code.charCodeAt(0), run]),
);

function proto({ reader }: PickleMachine): void {
  const protocol = reader.uint8();
  if (protocol !== PROTOCOL)
    throw new UserError(
      `it was saved with pickle protocol ${protocol}, and Tessera reads protocol ${PROTOCOL}, torch.save's own; save it again without pickle_protocol`,
    );
}
