import { writeSync } from "node:fs";
import { descriptors, levels, wire, type Level } from "../wire";

const header = new Uint8Array(5);
const headerView = new DataView(header.buffer);
const encoder = new TextEncoder();

/** Sends one message to the host and waits until the pipe has it. */
export function send(what: number, payload: Uint8Array): void {
  headerView.setUint8(0, what);
  headerView.setUint32(1, payload.length, true);
  writeAll(header);
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

function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptors.out, bytes, at, bytes.length - at);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    }
  }
}
