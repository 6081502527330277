import assert from "node:assert/strict";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import fc from "fast-check";
import { dotOf, quoted } from "../../src/recording/dot";
import { graphOf } from "../../src/recording/graph";
import { iteration, recorded } from "./recorded";

/** What Graphviz writes for each label, line by line. */
function drawn(svg: string): string[] {
  return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) =>
    text
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&amp;", "&")
      .replaceAll("\u00a0", " "),
  );
}

describe("a moment in Graphviz's language", function () {
  this.timeout(30_000);
  let graphviz: Graphviz;
  beforeEach(async () => {
    graphviz = await Graphviz.load();
  });

  it("has every node with its name, op, shape, value and gradients, and every wire", async () => {
    const { recording, outline } = await recorded(`
const w = tensor([1, 2], { requiresGrad: true });
for (let epoch = 0; epoch < 2; epoch++) {
  const y = w.pow(2);
  const loss = y.sum();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.1)));
}`);
    const segment = outline.iterationSegment(0);
    const { graph } = graphOf(recording, iteration(outline, 0));
    const before = graphviz.layout(dotOf(outline, { segment, step: 0 }), "svg", "dot");
    assert.deepEqual(
      drawn(before).filter((text) => text.startsWith("value") || text.startsWith("∂L")),
      ["value [1, 2]", "∂L —", "value [1, 4]", "∂L —", "value —", "∂L —"],
    );
    const dot = dotOf(outline, { segment, step: 4 });
    const after = drawn(graphviz.layout(dot, "svg", "dot"));
    assert.deepEqual(after.slice(1), [
      ...["w  leaf", "float32 [2]", "value [1, 2]", "∂L [2, 4]", ".grad [2, 4]"],
      ...["y  pow  2", "float32 [2]", "value [1, 4]", "∂L [1, 1]"],
      ...["loss  sum", "float32 scalar", "value 5.0000", "∂L 1.0000"],
    ]);
    assert.match(after[0]!, /^main\.ts · epoch 0 · step 5 of 7: /);
    assert.equal(dot.match(/ -> /g)?.length, graph.edges.length);
  });

  it("puts modules into clusters", async () => {
    const { outline } = await recorded(`
const net = new nn.Sequential(new nn.Linear(2, 1), new nn.Sequential(new nn.Linear(1, 1), new nn.Tanh()));
for (let i = 0; i < 1; i++) net(tensor([[1, 2]])).sum().backward();`);
    const dot = dotOf(outline, { segment: outline.iterationSegment(0), step: 0 });
    const read = graphviz.layout(dot, "json", "dot");
    const { objects } = JSON.parse(read) as { objects: { name: string; label: string; nodes?: number[] }[] };
    const clusters = objects.filter(({ name }) => name.startsWith("cluster"));
    assert.deepEqual(
      clusters.map(({ label, nodes }) => `${label} ${nodes?.length}`),
      ["Sequential 9", "0 Linear 4", "1 Sequential 5", "1.0 Linear 4"],
    );
  });

  it("is read by Graphviz as it was meant, whatever a name holds", async () => {
    const letters = fc.constantFrom(
      ...Array.from("ab\"\\&;<>{}|[]%#\n\r\t\0 ∂−é😀'lrnNG0"),
      "&amp;",
      "&#38;",
      "\\N",
      "--",
      "/*",
    );
    const label = fc.array(fc.string({ unit: letters }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(label, { minLength: 8, maxLength: 8 }), async (labels) => {
        // A fresh one each time: the memory of Graphviz does not stand hundreds of such labels.
        Graphviz.unload();
        const nodes = labels.map((lines, k) => `n${k} [shape=box label=${quoted(lines)}]`);
        const program = await Graphviz.load();
        let svg: string;
        try {
          svg = program.layout(`digraph { ${nodes.join("\n")} }`, "svg", "dot");
        } catch (fault) {
          // Of a wrong label Graphviz says so; in one of a hundred such pages its WebAssembly faults, however they are escaped.
          fc.pre(!/out of bounds/.test(String(fault)));
          throw fault;
        }
        const read = (all: readonly string[]): string =>
          all
            .join(" ")
            .replace(/[\p{Cc} ]+/gu, " ")
            .trim();
        assert.equal(read(drawn(svg)), read(labels.flat()));
      }),
      { numRuns: 25 },
    );
  });

  it("is an empty graph where there is no such moment", async () => {
    const { outline } = await recorded("tensor(1).add(1);");
    assert.doesNotThrow(() => graphviz.layout(dotOf(outline, { segment: 9, step: 0 }), "svg", "dot"));
  });
});
