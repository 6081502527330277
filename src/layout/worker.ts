import { parentPort } from "node:worker_threads";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { layoutBy } from "./graphviz";
import type { Answer, Request } from "./layout";

const loading = Graphviz.load();

parentPort?.on("message", (request: Request) => {
  void answer(request).then((reply) => parentPort?.postMessage(reply));
});

async function answer({ id, topology, orientation }: Request): Promise<Answer> {
  try {
    return { id, layout: layoutBy(await loading, topology, orientation) };
  } catch (error) {
    return { id, error: String(error) };
  }
}
