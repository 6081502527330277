import { strict as assert } from "node:assert";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium";
import { openPage } from "../support/page";

const html = (script: string): string => `<!doctype html><html><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-n'; style-src 'nonce-n'">
</head><body><p id="text">text</p><script nonce="n">${script}</script></body></html>`;

describe("the page's harness", () => {
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser.close());

  it("passes messages both ways, typed arrays and odd numbers unharmed", async () => {
    const script = `
      const api = acquireVsCodeApi();
      addEventListener("message", ({ data }) => api.postMessage({
        kinds: [data.bytes.constructor.name, data.doubles.constructor.name], bytes: [...data.bytes], doubles: [...data.doubles],
        nan: Number.isNaN(data.nan), minus: Object.is(data.minus, -0) }));
      api.postMessage("ready");`;
    const hosted = await openPage(browser, {
      html: () => html(script),
      onMessage: async (message, post) => {
        if (message === "ready") {
          await post({ bytes: Uint8Array.of(1, 255), doubles: Float64Array.of(NaN, 0.5), nan: NaN, minus: -0 });
        }
      },
    });
    await hosted.page.waitForTimeout(200);
    assert.deepEqual(hosted.sent, [
      "ready",
      { kinds: ["Uint8Array", "Float64Array"], bytes: [1, 255], doubles: [NaN, 0.5], nan: true, minus: true },
    ]);
    await hosted.close();
  });

  it("enforces the page's CSP and says what it refused", async () => {
    const hosted = await openPage(browser, {
      html: () =>
        html(`const style = document.createElement("style"); style.textContent = "p{}"; document.head.append(style);`),
    });
    await hosted.page.waitForTimeout(100);
    assert.equal(hosted.violations.length, 1);
    assert.match(hosted.violations[0]!, /^style-src/);
    await hosted.close();
  });

  it("wears the colours of a real theme and changes them", async () => {
    const hosted = await openPage(browser, { html: () => html(""), theme: "light" });
    const colour = () => hosted.page.evaluate(() => getComputedStyle(document.body).color);
    const light = await colour();
    await hosted.setTheme("dark");
    assert.notEqual(await colour(), light);
    assert.ok(await hosted.page.evaluate(() => document.body.classList.contains("vscode-dark")));
    assert.deepEqual(hosted.violations, []);
    await hosted.close();
  });
});
