import { RecordingError } from "./error";
import type { Form, Frame } from "./format";
import type { Keyframe } from "./keyframe";

/** How many there are of what a definition may refer to. */
export interface Counts {
  readonly metas: number;
  readonly frames: number;
  readonly texts: number;
  readonly forms: number;
}

/** Refuses a form whose parts do not belong together or that refers to what is not there. */
export function checkForm(form: Form, id: number, counts: Counts): void {
  const wrong = (what: string): RecordingError => new RecordingError(`Form ${id} (${form.kind}) ${what}.`);
  if (form.frame < -1 || form.frame >= counts.frames) throw wrong("stands in a frame that is not defined");
  if (form.outputs.some((meta) => meta >= counts.metas)) throw wrong("has an output that is not described");
  if (form.args !== form.inputs + 2 * form.outputs.length + others(form))
    throw wrong("does not have as many arguments as it needs");
  if (form.inputs < least(form)) throw wrong("has too few inputs");
  const writes = form.contributes.reduce((count, each) => count + (each ? 1 : 0), 0);
  const fewest = form.kind === "backward" ? 1 : form.kind === "rule" && form.flag === "explicit" ? writes + 1 : writes;
  if (
    form.kind === "rule"
      ? form.blocks.length < writes || form.contributes.length !== form.inputs - 1
      : form.blocks.length !== fewest
  )
    throw wrong("does not have as many values as it needs");
  if (form.kind !== "rule" && form.contributes.length > form.outputs.length)
    throw wrong("writes more than its outputs");
  if (form.outputs.length === 0 && (form.kind === "accumulate" || form.kind === "state")) throw wrong("has no output");
  const valued = form.flag === "valued" || form.valueType === "number";
  if (valued && form.numbers.length !== 1) throw wrong("does not have the one number it needs");
}

function least({ kind, valueType }: Form): number {
  switch (kind) {
    case "rule":
    case "backward":
    case "accumulate":
    case "state":
    case "name":
    case "missed":
      return 1;
    case "gradSet":
      return 2;
    case "write":
      return valueType === "tensor" ? 1 : 0;
    default:
      return 0;
  }
}

function others({ kind, valueType }: Form): number {
  switch (kind) {
    case "turn":
      return 2;
    case "turnEnd":
    case "switch":
    case "name":
    case "print":
    case "error":
      return 1;
    case "write":
      return valueType === "boolean" || valueType === "string" || valueType === "other" ? 1 : 0;
    default:
      return 0;
  }
}

/** Which argument of a form's rows is the id of a text, −1 for none. */
export function textArgument({ kind, valueType }: Form): number {
  if (kind === "print" || kind === "error") return 0;
  if (kind === "name") return 1;
  return kind === "write" && (valueType === "string" || valueType === "other") ? 0 : -1;
}

/** Refuses a frame that does not stand in one defined before it. */
export function checkFrame(frame: Frame, id: number): void {
  if (frame.parent < -1 || frame.parent >= id)
    throw new RecordingError(`Frame ${id} stands in a frame that is not defined.`);
}

/** Refuses a keyframe that refers to what is not there. */
export function checkKeyframe(keyframe: Keyframe, where: string, counts: Counts): void {
  const { tensors, slots, states, lastFrames } = keyframe;
  const wrong =
    tensors.some(({ meta, name }) => !within(meta, counts.metas) || name >= counts.texts) ||
    states.some(([, form]) => !within(form, counts.forms)) ||
    keyframe.frame >= counts.frames ||
    lastFrames.some(([, frame]) => !within(frame, counts.frames)) ||
    slots.some(({ held: { type, payload } }) => {
      if (type === "string" || type === "other") return !within(payload, counts.texts);
      return type === "module" && !within(payload, counts.forms);
    });
  if (wrong) throw new RecordingError(`The keyframe of ${where} refers to what is not defined.`);
}

function within(id: number, count: number): boolean {
  return id >= 0 && id < count;
}
