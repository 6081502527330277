import { drawing } from "./dom";

const paths = {
  first: "M2 3h1.5v10H2zM9 3v10L4 8zM15 3v10l-5-5z",
  previous: "M3 3h1.5v10H3zM13 3v10L5.5 8z",
  back: "M11.5 3v10L3.5 8z",
  play: "M4 2.2 13.5 8 4 13.800z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  step: "M4.500 3v10l8-5z",
  next: "M3 3l7.500 5L3 13zM11.500 3H13v10h-1.500z",
  toStop: "M2 3l6.500 5L2 13zM13 5.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5z",
  toStopBack: "M14 3v10L7.500 8zM3 5.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5z",
  halt: "M8 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
  last: "M1 3l5 5-5 5zM7 3l5 5-5 5zM12.500 3H14v10h-1.500z",
  again:
    "M8 2.500a5.500 5.500 0 0 1 4.600 2.480V3H14v4.500H9.500V6h2.110A4 4 0 1 0 11.900 9h1.540A5.500 5.500 0 1 1 8 2.500z",
  stop: "M4 4h8v8H4z",
  output: "M1.500 3h13v10h-13zM3 4.500v7h10v-7zM4.200 6l.8-.8L7.800 8 5 10.800l-.8-.8 2-2zM8 10h3.500v1.200H8z",
  sideBar: "M1.500 2.500h13v11h-13zM3 4v8h3V4zM7.200 4v8H13V4z",
  panel: "M1.500 2.500h13v11h-13zM3 4v8h5.200V4zM9.400 4v8H13V4z",
  more: "M7.250 3h1.500v4.250H13v1.500H8.750V13h-1.500V8.750H3v-1.500h4.250z",
  less: "M3 7.250h10v1.500H3z",
  fit: "M2 2h4.500v1.500H4.560l2.500 2.500L6 7.060l-2.500-2.500V6.500H2zM14 14H9.500v-1.500h1.940l-2.500-2.500L10 8.940l2.500 2.500V9.500H14z",
  turn: "M2 5.250h8.440L8.220 3.030l1.060-1.060L13.310 6l-4.030 4.030-1.060-1.060 2.220-2.220H2zM14 10.750H5.560l1.720 1.720-1.060 1.060L2.690 10l.78-.78h10.530z",
  inspector: "M1.500 2.500h13v11h-13zM3 4v8h6V4zM10.200 4v8H13V4z",
  follow: "M2 3l5 5-5 5zM8 3l5 5-5 5z",
  warning: "M8 1.500 15 14H1zM7.300 6v4h1.400V6zM7.300 11v1.400h1.400V11z",
  error:
    "M5.200 1.500h5.600L14.500 5.200v5.600L10.800 14.500H5.200L1.500 10.800V5.200zM7.300 4v5h1.400V4zM7.300 10.400v1.500h1.400v-1.500z",
  compare:
    "M2 3h5v1.300H3.300v7.400H7V13H2zM9 3h5v10H9v-1.300h3.700V4.300H9zM4.500 7.350h2.700V5.800L9.600 8l-2.400 2.200V8.650H4.500z",
  export:
    "M7.350 1.500h1.300v5.700l2-2 .920.920L8 9.700 4.430 6.120l.920-.920 2 2zM2.500 9h1.300v3.700h8.400V9h1.300v5h-11z",
  close: "M3.500 4.400l.9-.9L8 7.100l3.600-3.600.9.9L8.900 8l3.600 3.600-.9.9L8 8.900l-3.600 3.600-.9-.9L7.100 8z",
  swap: "M2 5.250h9.440L9.220 3.030l1.060-1.060L14.310 6l-4.030 4.030-1.060-1.060 2.220-2.220H2zM14 13.250H4.560l2.220 2.220-1.060 1.060L1.690 12.500l.78-.78 3.250-3.250 1.060 1.060-2.220 2.220H14z",
  pass: "M6.200 12.400 2 8.200l1.100-1.100 3.100 3.100 6.700-6.700L14 4.600z",
} as const;

/** A picture on a button. */
export type Icon = keyof typeof paths;

/** The drawing of an icon, in the text's colour. */
export function icon(name: Icon): SVGElement {
  return drawing(
    "svg",
    { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", class: "icon" },
    drawing("path", { d: paths[name], "fill-rule": "evenodd" }),
  );
}

/** Puts another icon where one is. */
export function changeIcon(on: Element, name: Icon): void {
  const path = on.querySelector("path");
  if (path && path.getAttribute("d") !== paths[name]) path.setAttribute("d", paths[name]);
}
