/**
 * What kind of event a form is expected for without a probe. The low four bits of `scalar` and `rule`, the type of what is written added to `write`, and what is
 * added from the ninth bit on, tell forms of one kind apart.
 */
export const keys = {
  scalar: 16,
  scalarRule: 32,
  pull: 66,
  gradSet: 67,
  turn: 80,
  valuedTurn: 81,
  turnEnd: 84,
  switch: 88,
  enter: 89,
  leave: 90,
  accumulate: 91,
  state: 92,
  gradOn: 93,
  gradOff: 94,
  backward: 96,
  backwardEnd: 97,
  optimizerEnd: 98,
  write: 112,
  forward: 1 << 24,
  update: 2 << 24,
  rule: 3 << 24,
  open: 4 << 24,
  close: 5 << 24,
} as const;
