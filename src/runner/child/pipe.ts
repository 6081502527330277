import { writevSync } from "node:fs";
import { descriptors, levels, wire, type Level } from "../wire";

const header = new Uint8Array(5);
const headerView = new DataView(header.buffer);
const encoder = new TextEncoder();
const bell = new Int32Array(new SharedArrayBuffer(4));
/** Milliseconds to wait for a full pipe: asking it again and again would take the processor from who empties it. */
const patience = 0.1;

/** Sends one message to the host and waits until the pipe has it. */
export function send(what: number, payload: Uint8Array): void {
  headerView.setUint8(0, what);
  headerView.setUint32(1, payload.length, true);
  writeAll(payload);
}

/** Sends a printed line. */
export function sendPrinted(text: string, level: Level): void {
  const body = encoder.encode(text);
  const payload = new Uint8Array(1 + body.length);
  payload[0] = levels.indexOf(level);
  payload.set(body, 1);
  send(wire.printed, payload);
}

/** Sends how the run ended. */
export function sendEnded(ending: object): void {
  send(wire.ended, encoder.encode(JSON.stringify(ending)));
}

/** Writes the header and what it announces. */
function writeAll(payload: Uint8Array): void {
  const length = header.length + payload.length;
  for (let at = 0; at < length;) {
    const rest = at < header.length ? [header.subarray(at), payload] : [payload.subarray(at - header.length)];
    try {
      at += writevSync(descriptors.out, rest);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      Atomics.wait(bell, 0, 0, patience);
    }
  }
}
