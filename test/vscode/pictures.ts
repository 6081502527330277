// `npm run pictures`: takes the pictures of README and walkthrough in real VS Code, in a dark and a light theme.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PanelView } from "./panel";
import { openInspector } from "./training";
import { eventually, Workbench } from "./workbench";

const root = resolve(__dirname, "../..");
const media = join(root, "media");
const folder = mkdtempSync(join(tmpdir(), "backstep-pictures-"));
const wanted = process.argv.slice(2);

/** One picture: the file that is run, how to get to the moment, and whether the editor is in it. */
interface Scene {
  readonly name: string;
  readonly example: string;
  readonly window?: boolean;
  /** A part of the page; the whole page without. */
  readonly part?: string;
  readonly go: (panel: PanelView) => Promise<void>;
}

async function tab(panel: PanelView, name: string): Promise<void> {
  await openInspector(panel);
  await panel.frame.locator("vscode-panel-tab", { hasText: name }).click();
}

/** Steps on until the page says where it should stand. */
async function stepTo(panel: PanelView, pattern: RegExp): Promise<void> {
  for (let i = 0; i < 40 && !pattern.test(await panel.step()); i++) {
    const before = await panel.step();
    await panel.press("ArrowRight");
    await eventually("the step changes", async () => (await panel.step()) !== before);
  }
}

const scenes: readonly Scene[] = [
  { name: "predict", example: "one-weight.ts", go: async () => {} },
  {
    name: "step",
    example: "one-weight.ts",
    go: async (panel) => {
      await stepTo(panel, /w\.grad/);
      await panel.click("w");
      await tab(panel, "Explain");
    },
  },
  {
    name: "nudge",
    example: "one-weight.ts",
    part: ".inspector",
    go: async (panel) => {
      await stepTo(panel, /w\.grad/);
      await panel.click("w");
      await tab(panel, "Explain");
      await panel.frame.locator(".nudge vscode-button").click();
      await panel.frame.locator(".nudge .change").waitFor();
      await panel.frame.locator(".nudge").scrollIntoViewIfNeeded();
    },
  },
  {
    name: "update",
    example: "one-weight.ts",
    go: async (panel) => {
      for (let i = 0; i < 3; i++) await panel.press("PageDown");
      await stepTo(panel, /w −=|w -=/);
    },
  },
  {
    name: "sum",
    example: "autograd.ts",
    go: async (panel) => {
      await stepTo(panel, /w\.grad/);
      await panel.click("w");
      await tab(panel, "Explain");
    },
  },
  {
    name: "zero",
    example: "forgotten-zero.ts",
    go: async (panel) => {
      await panel.frame.locator(".found").click();
      await panel.frame.locator(".finding").first().click();
    },
  },
  {
    name: "byhand",
    example: "hand-written-gradient.ts",
    go: async (panel) => {
      await eventually("it is found", async () => (await panel.frame.locator(".found").count()) > 0, 60_000);
      await panel.frame.locator(".found").click();
      await panel.frame.locator(".finding").first().click();
    },
  },
  {
    name: "panel",
    example: "forgotten-zero.ts",
    window: true,
    go: async (panel) => {
      await panel.frame.locator(".found").click();
      await panel.frame.locator(".finding").first().click();
    },
  },
];

/** A PNG as WebP, which is a quarter of the size, drawn at `width` pixels at most. */
async function webp(bench: Workbench, png: Buffer, width: number): Promise<Buffer> {
  const page = await bench.page.context().newPage();
  const base64 = await page.evaluate(
    async ([source, most]) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${source}`)).blob());
      const scale = Math.min(1, most / image.width);
      const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
      const context = canvas.getContext("2d")!;
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.43 });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    },
    [png.toString("base64"), width] as const,
  );
  await page.close();
  return Buffer.from(base64, "base64");
}

async function take(bench: Workbench, scene: Scene, theme: "dark" | "light"): Promise<void> {
  writeFileSync(join(folder, scene.example), readFileSync(join(root, "examples", scene.example)));
  const [width, height] = scene.window === true ? [1560, 900] : [2000, 860];
  await bench.open({ folder, theme, width, height, settings: { "editor.minimap.enabled": false } });
  await bench.host((api) => api.commands.executeCommand("workbench.action.closeSidebar"));
  await bench.openFile(scene.example);
  await bench.command("Backstep: Run gradient descent");
  const panel = await PanelView.of(bench, new RegExp(`^${scene.example.replace(".ts", "")}`));
  await eventually("it is over", async () => /recorded in/.test(await panel.info()));
  await scene.go(panel);
  await bench.page.mouse.move(2, 2);
  await bench.host((api) => api.commands.executeCommand("notifications.clearAll"));
  await bench.page.waitForTimeout(1500);
  const png =
    scene.window === true
      ? await bench.page.screenshot()
      : await panel.frame.locator(scene.part ?? "body").screenshot({ animations: "disabled" });
  const file =
    scene.window === true ? join(media, "panel.webp") : join(media, "walkthrough", `${scene.name}-${theme}.webp`);
  const bytes = await webp(bench, png, scene.window === true ? 1560 : 900);
  writeFileSync(file, bytes);
  console.log(`${file}: ${Math.round(bytes.length / 1024)} KB`);
}

async function main(): Promise<void> {
  mkdirSync(join(media, "walkthrough"), { recursive: true });
  const bench = await Workbench.start();
  try {
    for (const scene of scenes.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
      for (const theme of scene.window === true ? (["dark"] as const) : (["dark", "light"] as const)) {
        await take(bench, scene, theme);
      }
    }
  } finally {
    await bench.stop();
  }
}

void main();
