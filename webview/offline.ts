// The host of an exported page, in the page: the same ends of the same conversation, with a recording that is all here.
import "./offline.css";
import { allowSimd } from "../src/engine/kernels/simd";
import { layered } from "../src/layout/layered";
import type { Layout } from "../src/layout/layout";
import { type Carried, readCarried } from "../src/panel/carried";
import { Page } from "../src/panel/page";
import { Uis } from "../src/panel/uis";
import { columnOf } from "../src/runner/child/column";
import { revive } from "../src/session/feed";

const id = "exported";
const notHere = "An exported page runs nothing again: open the recording in VS Code for this.";
// Its policy lets no WebAssembly run.
allowSimd(false);

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
    columnOf: (question) => Promise.resolve(question).then(columnOf).catch(sentence),
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

function sentence(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

function nothing(): void {
  // There is no editor and no program beside an exported page.
}

const light = matchMedia("(prefers-color-scheme: light)");
const contrast = matchMedia("(prefers-contrast: more), (forced-colors: active)");

/** Names the theme as VS Code does: offline.css has its colours. */
function dress(): void {
  const { classList } = document.body;
  classList.toggle("vscode-light", light.matches && !contrast.matches);
  classList.toggle("vscode-dark", !light.matches && !contrast.matches);
  classList.toggle("vscode-high-contrast", contrast.matches);
  classList.toggle("vscode-high-contrast-light", light.matches && contrast.matches);
}

for (const each of [light, contrast]) each.addEventListener("change", dress);
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
