import { deepEqual, ok } from "node:assert/strict";
import { readToPage } from "../../src/panel/messages";
import { Supply } from "../../src/panel/supply";
import { Outline } from "../../src/recording/outline";
import { Recording } from "../../src/recording/recording";
import { Writer } from "../../src/recording/writer";
import { PageOutline } from "../../webview/outline";
import { recorded } from "../recording/recorded";

const setup = `
const w = tensor(0.5, { requiresGrad: true });
const x = tensor([1, 2]);
const step = (): void => {
  const loss = w.mul(x).sub(1).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.1)));
  w.grad = null;
};
`;

/** Each becomes more than it first seemed to be while it runs. */
const programs: Readonly<Record<string, string>> = {
  "one loop, and what comes after it": `${setup}
for (let epoch = 0; epoch < 12; epoch++) step();
w.mul(x);`,
  "steps between epochs": `${setup}
for (let epoch = 0; epoch < 6; epoch++) { for (let batch = 0; batch < 3; batch++) step(); w.mul(2); }`,
  "a second loop that trains": `${setup}
for (let epoch = 0; epoch < 4; epoch++) step();
for (let round = 0; round < 4; round++) step();`,
  "a loop that is started again": `${setup}
const fit = (): void => { for (let epoch = 0; epoch < 4; epoch++) step(); };
fit();
w.mul(x);
fit();`,
  "a loop that is started again in each turn of another": `${setup}
const fit = (): void => { for (let batch = 0; batch < 2; batch++) step(); };
for (let epoch = 0; epoch < 3; epoch++) { fit(); w.mul(x); if (epoch > 0) fit(); }`,
  "an inner loop that trains only later": `${setup}
for (let epoch = 0; epoch < 5; epoch++) { step(); for (let k = 0; epoch > 2 && k < 2; k++) step(); }`,
  "epochs of two lengths": `${setup}
for (let epoch = 0; epoch < 9; epoch++) { step(); if (epoch % 3 === 2) w.mul(3); }`,
  "a loss that is no number once": `${setup}
for (let epoch = 0; epoch < 6; epoch++) { if (epoch !== 2) step(); else w.mul(NaN).sum().backward(); }`,
};

/** The same recording in chunks of a few rows. */
function crumbs(recording: Recording): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const writer = new Writer({ cap: recording.header.cap, sink: (chunk) => void chunks.push(chunk) });
  for (const definition of recording.definitions) if (!("facts" in definition)) writer.define(definition);
  for (let row = 0; row < recording.rows; row++) {
    const form = writer.forms[recording.formId(row)]!;
    writer.begin(form);
    for (let k = 0; k < recording.form(row).args; k++) writer.integer(recording.arg(row, k));
    writer.copied(recording.valueBytes(row));
    writer.end(form);
    if (row % 7 === 6) writer.flush();
  }
  writer.flush();
  return chunks;
}

/** What a page says of a run, of its own outline or of the host's. */
const said = (outline: PageOutline) => ({
  segments: outline.segments,
  labels: outline.labels,
  series: outline.series,
  plots: outline.plots,
  word: outline.word,
  iterations: outline.iterations,
  rowsEach: outline.rowsEach,
  places: Array.from({ length: outline.iterations }, (_, k) => outline.segmentOf(k)),
});

describe("the page's outline", function () {
  this.timeout(60_000);

  for (const [name, program] of Object.entries(programs)) {
    it(`grown bit by bit is what it would be at once: ${name}`, async () => {
      const chunks = crumbs((await recorded(program)).recording);
      const recording = new Recording();
      const outline = new Outline(recording);
      const supply = new Supply("run", recording, outline);
      const grown = new PageOutline();
      ok(chunks.length > 8);
      for (const chunk of chunks) {
        recording.add(chunk);
        outline.update();
        take(grown, supply);
        const whole = new PageOutline();
        take(whole, new Supply("run", recording, outline));
        deepEqual(said(grown), said(whole));
        deepEqual(said(grown).segments, outline.segments);
        deepEqual(said(grown).series, outline.series);
        deepEqual(
          said(grown).labels,
          outline.segments.map((segment) => outline.label(segment)),
        );
      }
    });
  }
});

function take(outline: PageOutline, supply: Supply): void {
  const message = readToPage(supply.outlineNow());
  if (typeof message === "string" || message.type !== "outline") throw new Error("no outline");
  outline.take(message);
}
