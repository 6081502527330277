import { strict as assert } from "node:assert";
import { hoverMarkdown } from "../../src/editor/markdown";
import { sparkline } from "../../src/editor/sparkline";

function svg(uri: string): string {
  return decodeURIComponent(uri.replace("data:image/svg+xml;utf8,", ""));
}

describe("hover markdown", () => {
  const tip = {
    title: "w",
    subtitle: "float32 scalar",
    rows: [
      { label: "value", text: "0.0000", hue: "value" as const },
      { label: ".grad", text: "[−1, <b>]", hue: "" as const },
    ],
    series: { name: "w", kind: "value" as const, key: "value:1", values: [0, 1, 2] },
    iteration: 1,
  };

  const why = ["∂L/∂w = −1 · 1 = −1", "If w grows <a little>, loss falls."];

  it("tells why in lines of plain text", () => {
    const text = hoverMarkdown({ tip, why, moment: "epoch 1", edited: false }, "dark");
    assert.match(text, /\n\n∂L\/∂w = −1 · 1 = −1<br>If w grows &#60;a little&#62;, loss falls&#46;\n\n/);
    assert.doesNotMatch(hoverMarkdown({ tip, why: [], moment: "", edited: false }, "dark"), /<br>/);
  });

  it("shows rows in their colours, a sparkline and the moment", () => {
    const text = hoverMarkdown({ tip, why, moment: "epoch 1", edited: false }, "dark");
    assert.match(text, /<b>w<\/b> · float32 scalar/);
    assert.match(text, /<span style="color:var\(--vscode-backstep-value\);"><code>0&#46;0000<\/code><\/span>/);
    assert.match(text, /!\[course of w\]\(data:image\/svg\+xml/);
    assert.match(text, /<i>epoch 1<\/i>$/);
  });

  it("lets no text become markup", () => {
    assert.doesNotMatch(hoverMarkdown({ tip, why, moment: "", edited: false }, "dark"), /<code>[^<]*\[−1, <b>/);
  });

  it("says when the statement was edited since", () => {
    assert.match(
      hoverMarkdown({ tip, why: [], moment: "epoch 1", edited: true }, "dark"),
      /<i>recorded before this edit<\/i>$/,
    );
  });
});

describe("sparkline", () => {
  it("draws the course with a dot at the iteration in view", () => {
    const picture = svg(sparkline([0, 10, 5], 1, "gradient", "light"));
    assert.match(picture, /d="M4 32L110 4L216 18"/);
    assert.match(picture, /stroke="#a64d00"/);
    assert.match(picture, /<circle cx="110" cy="4"/);
  });

  it("leaves a gap where a number is not finite, and no dot outside the iterations", () => {
    const picture = svg(sparkline([0, NaN, 5], -1, "value", "dark"));
    assert.match(picture, /d="M4 32M216 4"/);
    assert.doesNotMatch(picture, /circle/);
  });

  it("draws a constant in the middle, and thins what is too dense to see", () => {
    assert.match(svg(sparkline([7, 7], 0, "value", "hc")), /d="M4 18L216 18"/);
    const long = svg(sparkline(Array.from({ length: 100_000 }, Math.sin), 5, "value", "dark"));
    assert.ok((long.match(/L/g) ?? []).length < 500);
  });
});
