import { type Given, type GivenTensor, namesIn } from "../../recording/given";
import type { Cursor } from "../../recording/moves";
import type { Activation } from "../../recording/stack";
import { variableOf, type Held, type TensorMoment } from "../../recording/variable";
import type { Session } from "../session";

/** What the names of an expression hold at a cursor, seen from an activation. */
export function momentOf(
  session: Session,
  cursor: Cursor,
  text: string,
  from: Activation | undefined,
): Readonly<Record<string, Given>> {
  const { recording, outline } = session;
  const names = namesIn(text);
  const moment: Record<string, Given> = {};
  const ranks = new Map<string, number>();
  for (const program of recording.programs) {
    for (const { id, name, kind } of program.bindings) {
      const [root = ""] = /^[\w$]+/.exec(name) ?? [];
      if (kind === "import" || kind === "function" || !names.has(root)) continue;
      // A variable of the function that is meant hides one outside it, and that one those of other files.
      const home = recording.scoping.home(id);
      const rank = home === from?.fn ? 3 : home < 0 && program === from?.program ? 2 : home < 0 ? 1 : 0;
      if (rank < (ranks.get(name) ?? 1)) continue;
      const held = variableOf(recording, outline, cursor, id)?.held;
      if (!held || held.type === "not yet") continue;
      ranks.set(name, rank);
      moment[name] = givenOf(held);
    }
  }
  return moment;
}

function givenOf(held: Held): Given {
  switch (held.type) {
    case "number":
      return { type: "number", number: held.number };
    case "boolean":
      return { type: "boolean", on: held.text === "true" };
    case "string":
      return { type: "text", text: String(JSON.parse(held.text)) };
    case "null":
    case "undefined":
      return { type: held.type };
    case "tensor":
      return tensorOf(held.tensor);
    case "module": {
      const parameters = held.parameters.flatMap(({ name, tensor }) => {
        const given = tensorOf(tensor);
        return given.type === "tensor" ? [[name, given.tensor] as const] : [];
      });
      return { type: "module", parameters: Object.fromEntries(parameters) };
    }
    case "not yet":
      return { type: "unknown", reason: "has no value yet" };
    case "other":
      return { type: "unknown", reason: `is ${held.text}, which is not recorded in full` };
  }
}

function tensorOf({ shape, dtype, value, requiresGrad, isLeaf, grad }: TensorMoment): Given {
  if (value === null) return { type: "unknown", reason: "was not recorded" };
  const tensor: GivenTensor = {
    shape,
    dtype,
    data: value.data,
    requiresGrad: requiresGrad && isLeaf,
    grad: grad ? { data: grad.data } : null,
  };
  return { type: "tensor", tensor };
}
