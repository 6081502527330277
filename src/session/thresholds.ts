import { defaultThresholds, type Thresholds } from "../recording/findings/thresholds";

/** Thresholds as settings have them, by names such as "vanishing.ratio". */
export function thresholdsFrom(setting: (name: string, otherwise: number) => number): Thresholds {
  const of = <T extends object>(group: string, otherwise: T): T => {
    const read = { ...otherwise };
    for (const [key, value] of Object.entries(otherwise))
      Reflect.set(read, key, setting(`${group}.${key}`, Number(value)));
    return read;
  };
  const { vanishing, exploding, notMoving, deadRelu, saturated } = defaultThresholds;
  return {
    vanishing: of("vanishing", vanishing),
    exploding: of("exploding", exploding),
    notMoving: of("notMoving", notMoving),
    deadRelu: of("deadRelu", deadRelu),
    saturated: of("saturated", saturated),
  };
}
