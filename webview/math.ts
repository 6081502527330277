import { lineText, type Line, type Link, type Piece } from "../src/recording/maths";
import { element } from "./dom";

const space = "http://www.w3.org/1998/Math/MathML";

/** Where a line of mathematics may go over into the next. */
const breaks = new Set(["+", "=", "←"]);

/** A line as MathML that can wrap; what comes from somewhere is a button that leads there. */
export function mathLine(line: Line, go: (link: Link) => void, large = false): HTMLElement {
  const row = element("span", { class: large ? "formula large" : "formula" });
  let run: Piece[] = [];
  const flush = (): void => {
    if (run.length > 0) row.append(math(run, large));
    run = [];
  };
  for (const piece of line) {
    const link = "link" in piece ? piece.link : undefined;
    if (link !== undefined) {
      flush();
      row.append(linked(piece, link, go, large));
    } else if (piece.kind === "words") {
      flush();
      row.append(element("span", { class: "words" }, piece.text));
    } else {
      if (piece.kind === "sign" && breaks.has(piece.text)) flush();
      run.push(piece);
      if (piece.kind === "sign" && breaks.has(piece.text)) {
        flush();
        row.append(document.createElement("wbr"));
      }
    }
  }
  flush();
  return row;
}

function linked(piece: Piece, link: Link, go: (link: Link) => void, large: boolean): HTMLElement {
  const button = element("button", { class: "link", type: "button" }, math([piece], large));
  button.title = `${lineText([piece])}: show where this comes from`;
  button.addEventListener("click", () => go(link));
  return button;
}

function math(pieces: readonly Piece[], large: boolean): Element {
  const root = made("math", ...pieces.map((piece) => drawn(piece, large)));
  if (large) root.setAttribute("displaystyle", "true");
  return root;
}

function drawn(piece: Piece, large: boolean): Element {
  switch (piece.kind) {
    case "number":
      return hued(made("mn", piece.text), piece.hue);
    case "name":
      return hued(indexed(name(piece.text), piece.index), piece.hue);
    case "slope": {
      const [above, below] = [made("mi", "∂L"), indexed(name(`∂${piece.by}`), piece.index)];
      const whole = large ? made("mfrac", above, below) : made("mrow", above, solidus(), below);
      return hued(whole, "gradient");
    }
    case "sign":
      return operator(piece.text);
    case "sum":
      return piece.index === "" ? made("mo", "∑") : made("munder", made("mo", "∑"), made("mi", piece.index));
    case "power":
      return made(
        "msup",
        made("mrow", ...piece.base.map((each) => drawn(each, large))),
        made("mrow", ...piece.exponent.map((each) => drawn(each, large))),
      );
    case "size":
      return made("mrow", operator("|"), ...piece.inside.map((each) => drawn(each, large)), operator("|"));
    case "root":
      return made("msqrt", ...piece.inside.map((each) => drawn(each, large)));
    case "words":
      return made("mtext", piece.text);
  }
}

function operator(text: string): Element {
  if (text === "ᵀ") return name("T");
  if (text.length > 1 && text.endsWith("(")) return made("mrow", name(text.slice(0, -1)), operator("("));
  const sign = made("mo", text);
  if (text === "(" || text === ")" || text === "|" || text === ",") {
    sign.setAttribute("form", text === "(" || text === "|" ? "prefix" : "postfix");
    sign.setAttribute("stretchy", "false");
  } else sign.setAttribute("form", "infix");
  return sign;
}

function solidus(): Element {
  const sign = made("mo", "/");
  for (const side of ["lspace", "rspace"]) sign.setAttribute(side, "0");
  return sign;
}

/** A name as the source has it, upright. */
function name(text: string): Element {
  const of = made("mi", text);
  of.setAttribute("mathvariant", "normal");
  return of;
}

function indexed(of: Element, index: string): Element {
  return index === "" ? of : made("msub", of, made("mi", index));
}

function hued(of: Element, hue: string): Element {
  if (hue !== "") of.setAttribute("class", hue);
  return of;
}

function made(tag: string, ...children: readonly (Element | string)[]): Element {
  const of = document.createElementNS(space, tag);
  of.append(...children);
  return of;
}
