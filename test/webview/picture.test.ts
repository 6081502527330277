import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import type { Page } from "playwright-core";
import type { PictureFormat } from "../../src/panel/messages";
import { graphOf } from "../../src/recording/graph";
import type { Session } from "../../src/session/session";
import { scaleOf } from "../../webview/picture";
import { SvgPen } from "../../webview/svg";
import { example, type Hosted, ran } from "./hosted";
import { Pages } from "./pages";

const folder = "test/out/pictures";

describe("pictures of the graph", function () {
  this.timeout(120_000);
  const pages = new Pages();
  let session: Session;
  before(async () => {
    mkdirSync(folder, { recursive: true });
    session = await ran(example("autograd"), "autograd.ts");
  });

  async function picture(hosted: Hosted, format: PictureFormat): Promise<Uint8Array> {
    const made = await hosted.host.picture(format);
    if (typeof made === "string") throw new Error(made);
    equal(made.note, "");
    return made.bytes;
  }

  /** The document as a browser reads it: a fault in it is an error. */
  const read = (
    hosted: Hosted,
    svg: string,
  ): Promise<{ texts: string[]; paths: number; faults: number; title: string }> =>
    hosted.page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
      return {
        texts: [...parsed.querySelectorAll("text")].map((each) => each.textContent),
        paths: parsed.querySelectorAll("path").length,
        faults: parsed.querySelectorAll("parsererror").length,
        title: parsed.querySelector("title")?.textContent ?? "",
      };
    }, svg);

  /** How much two pictures of one size differ, by their pixels from 0 to 1. */
  const apart = (page: Page, one: string, other: string, width: number, height: number): Promise<number> =>
    page.evaluate(
      async ([first, second, wide, high]) => {
        const pixels = async (uri: string): Promise<Uint8ClampedArray> => {
          const image = new Image();
          image.src = uri;
          await image.decode();
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [wide, high];
          const context = canvas.getContext("2d")!;
          context.drawImage(image, 0, 0, wide, high);
          return context.getImageData(0, 0, wide, high).data;
        };
        const [a, b] = [await pixels(first), await pixels(second)];
        return a.reduce((sum, x, k) => sum + Math.abs(x - b[k]!), 0) / a.length / 255;
      },
      [one, other, width, height] as const,
    );

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const) {
    it(`SVG and PNG in ${theme} show all the page shows, and look the same`, async () => {
      session.move({ to: "cursor", segment: session.track.segmentOf(0), step: 7 });
      const hosted = await pages.open(session, { theme, width: 700, height: 600 });
      const svg = Buffer.from(await picture(hosted, "svg")).toString();
      const png = Buffer.from(await picture(hosted, "png"));
      writeFileSync(`${folder}/${theme}.svg`, svg);
      writeFileSync(`${folder}/${theme}.png`, png);
      const { texts, faults, title, paths } = await read(hosted, svg);
      equal(faults, 0);
      match(title, /^autograd\.ts · epoch 0 · step 8 of 12: /);
      const { nodes } = graphOf(session.recording, session.outline.segments[session.cursor!.segment]!).graph;
      for (const { label } of nodes) ok(texts.includes(label), `${label} is among ${texts.join(", ")}`);
      ok(
        texts.some((text) => text.startsWith("[−1, −2, −3, −4]")),
        "values are text",
      );
      ok(paths > 2 * nodes.length);
      const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)!.map(Number);
      deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [Math.ceil(2 * width!), Math.ceil(2 * height!)]);
      const asUri = (type: string, bytes: Buffer): string => `data:image/${type};base64,${bytes.toString("base64")}`;
      const other = await pages.browser.newPage();
      await other.addInitScript("globalThis.__name = (named) => named");
      await other.goto("about:blank");
      const difference = await apart(
        other,
        asUri("svg+xml", Buffer.from(svg)),
        asUri("png", png),
        png.readUInt32BE(16),
        png.readUInt32BE(20),
      );
      ok(difference < 0.01, `${(100 * difference).toFixed(2)} % apart`);
      await other.close();
      deepEqual(hosted.violations, []);
      deepEqual(hosted.errors, []);
      await hosted.close();
    });
  }

  it("holds any text", async () => {
    const letters = fc.constantFrom(...Array.from("<>&\"'\\\u0000\u0007\n∂😀 ab"), "]]>", "&lt;", "\ud800");
    const texts = fc.sample(fc.string({ unit: letters, minLength: 1 }), 200);
    const pen = new SvgPen({ x: 0, y: 0, width: 9, height: 9 }, { font: "", measureText: () => ({}) as TextMetrics });
    pen.font = "12px monospace";
    for (const text of texts) pen.fillText(text, 0, 0);
    const hosted = await pages.open(session);
    const got = await read(hosted, Buffer.from(pen.document(texts[0]!)).toString());
    equal(got.faults, 0);
    deepEqual(
      got.texts,
      texts.map((text) => Buffer.from(text.replace(/\p{Cc}/gu, " ")).toString()),
    );
    await hosted.close();
  });

  it("asks a page that is not up yet, and says when there will be none", async () => {
    const hosted = await pages.open(session);
    hosted.host.hidden();
    const asked = hosted.host.picture("svg");
    await hosted.page.reload();
    const made = await asked;
    ok(typeof made !== "string" && made.bytes.length > 1000);
    hosted.host.hidden();
    const lost = hosted.host.picture("png");
    hosted.host.show(null);
    equal(await lost, "another run came to the panel before its picture was made.");
    await hosted.close();
  });

  it("makes no PNG that a browser cannot", () => {
    const box = { x: 0, y: 0, width: 800, height: 600 };
    equal(scaleOf(box), 2);
    equal(scaleOf({ ...box, width: 32_000 }), 0.5);
    const [width, height] = [20_000, 20_000];
    const scale = scaleOf({ ...box, width, height });
    ok(width * scale * height * scale <= 64_000_001);
  });
});
