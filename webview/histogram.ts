import { statisticsOf } from "../src/recording/stats";
import { short } from "../src/recording/text";
import { elementsOf, type Value } from "../src/recording/value";
import { drawing, element } from "./dom";

const [width, height] = [256, 64];

/** How a value's elements are spread, in equal steps from the least to the largest; null for less than two of them. */
export function histogram(title: string, value: Value | null, hue: "value" | "gradient"): HTMLElement | null {
  if (value === null || elementsOf(value.shape) < 2) return null;
  const { histogram: counts, min, max, nans, infs, elements } = value.stats ?? statisticsOf(value.data);
  const finite = elements - nans - infs;
  const most = Math.max(...counts);
  const each = width / counts.length;
  const edge = (k: number): number => min + ((max - min) * k) / counts.length;
  const bars = counts.map((count, k) => {
    const tall = most === 0 ? 0 : (count / most) * (height - 2);
    const bar = drawing("rect", {
      ...{ x: k * each + 0.5, width: each - 1, class: hue },
      ...{ y: (height - tall).toFixed(1), height: tall.toFixed(1) },
    });
    const label = drawing("title", {});
    label.textContent = `${count} from ${short(edge(k))} to ${short(edge(k + 1))}`;
    bar.append(label);
    return bar;
  });
  const zero = min < 0 && max > 0 ? (-min / (max - min)) * width : null;
  const fullest = counts.indexOf(most);
  const about =
    finite === 0
      ? "no finite elements"
      : `${finite} elements from ${short(min)} to ${short(max)}, most of them, ${most}, from ${short(edge(fullest))} to ${short(edge(fullest + 1))}`;
  const svg = drawing(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "bars", role: "img", "aria-label": `Histogram of ${title}: ${about}` },
    ...bars,
    ...(zero === null ? [] : [drawing("line", { x1: zero, x2: zero, y1: 0, y2: height })]),
  );
  const left = [nans > 0 ? `${nans} NaN` : "", infs > 0 ? `${infs} ∞` : ""].filter((text) => text !== "");
  const sentences = [
    ...(left.length > 0 ? [`${left.join(" and ")} left out.`] : []),
    ...(value.data ? [] : [`Its ${elements} elements were counted when they were recorded.`]),
  ];
  return element(
    "section",
    {},
    element("h3", {}, `Histogram of ${title}`),
    svg,
    element(
      "div",
      { class: "ends mono dim" },
      element("span", {}, short(min)),
      zero === null ? null : zeroAt(zero / width),
      element("span", {}, short(max)),
    ),
    sentences.length > 0 ? element("p", { class: "dim caption" }, sentences.join(" ")) : null,
  );
}

/** The letter under the line at zero, left out where the numbers of the ends stand. */
function zeroAt(share: number): HTMLElement | null {
  if (share < 0.25 || share > 0.75) return null;
  const zero = element("span", { class: "zero" }, "0");
  zero.style.setProperty("--at", `${(100 * share).toFixed(1)}%`);
  return zero;
}
