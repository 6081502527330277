// The host of an exported page, in the page: the same ends of the same conversation, with a recording that is all here.
import "./offline.css";
import { layered } from "../src/layout/layered";
import type { Layout } from "../src/layout/layout";
import { type Carried, readCarried } from "../src/panel/carried";
import { Page } from "../src/panel/page";
import { Uis } from "../src/panel/uis";
import { revive } from "../src/session/feed";

const id = "exported";
const notHere = "An exported page computes nothing anew: open the recording in VS Code for this.";

/** What stands in the document under an id, as it was before it was packed. */
async function unpacked(name: string): Promise<ArrayBuffer> {
  const packed = atob(document.getElementById(name)?.textContent ?? "");
  const bytes = new Uint8Array(packed.length);
  for (let k = 0; k < packed.length; k++) bytes[k] = packed.charCodeAt(k);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

async function begin(): Promise<Page> {
  const [about, recording] = await Promise.all([unpacked("about"), unpacked("recording")]);
  const { ui, findings, layouts, ...run } = readCarried(new TextDecoder().decode(about));
  const session = revive({ ...run, id, origin: null, previous: null }, new Uint8Array(recording));
  session.report(findings);
  const known = new Map(layouts.map((each) => [`${each.orientation} ${each.key}`, layoutOf(each)]));
  const page = new Page("alone", (message) => postMessage(message, "*"), {
    uis: new Uis({ get: () => ({ [id]: ui }), update: () => Promise.resolve() }),
    lay: (key, topology, orientation) =>
      Promise.resolve(known.get(`${orientation} ${key}`) ?? layered(topology, orientation)),
    nudge: () => Promise.resolve(notHere),
    columnOf: () => Promise.resolve(notHere),
    copy: (text) => navigator.clipboard.writeText(text),
    empty: () => ({ reason: "", problem: null, canRun: false }),
    canRun: () => false,
    log: (text) => console.error(text),
    act: nothing,
    reveal: nothing,
    revealFinding: nothing,
    whatIf: nothing,
    ask: nothing,
  });
  page.show(session);
  return page;
}

function layoutOf({ width, height, centres, points, starts, frames }: Carried["layouts"][number]): Layout {
  return {
    ...{ width, height, starts: Int32Array.from(starts) },
    ...{ centres: Float32Array.from(centres), points: Float32Array.from(points), frames: Float32Array.from(frames) },
  };
}

function nothing(): void {
  // There is no editor and no program beside an exported page.
}

const light = matchMedia("(prefers-color-scheme: light)");

function dress(): void {
  document.body.classList.toggle("vscode-light", light.matches);
  document.body.classList.toggle("vscode-dark", !light.matches);
}

light.addEventListener("change", dress);
dress();
const host = begin();
host.catch((reason: unknown) => {
  document.body.textContent = `This page is damaged, and its recording cannot be shown: ${String(reason)}`;
});
const api = {
  postMessage: (message: unknown) => void host.then((page) => page.receive(message)),
  setState: nothing,
};
Object.assign(globalThis, { acquireVsCodeApi: () => api });
