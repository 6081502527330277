import { lineText, type Line, type Link, type Piece } from "../src/recording/maths";
import { element } from "./dom";

const space = "http://www.w3.org/1998/Math/MathML";

/** Where a line of mathematics may go over into the next. */
const breaks = new Set(["+", "=", "←"]);

/** Follows a number or a name to where it comes from. */
type Go = (link: Link) => void;

/**
 * A line as MathML that can wrap; what comes from somewhere is a button that leads there. A formula is one thing to a
 * screen reader, with nothing in it to press, so what holds a button is made of MathML's parts instead.
 */
export function mathLine(line: Line, go: Go, large = false): HTMLElement {
  const row = element("span", { class: large ? "formula large" : "formula" });
  put(row, line, go, large);
  return row;
}

/** Puts a line into a row, in parts that stay together as long as the row is wide enough. */
function put(row: HTMLElement, line: Line, go: Go, large: boolean): void {
  let part = element("span", { class: "part" });
  let run: Piece[] = [];
  const flush = (): void => {
    if (run.length > 0) part.append(math(run, large));
    run = [];
  };
  const close = (): void => {
    flush();
    if (part.hasChildNodes()) row.append(part, document.createElement("wbr"));
    part = element("span", { class: "part" });
  };
  for (const piece of line) {
    if (piece.kind === "words") {
      close();
      row.append(...apart(piece, go, large));
    } else if (leads(piece)) {
      flush();
      part.append(...apart(piece, go, large));
    } else {
      run.push(piece);
      if (piece.kind === "sign" && breaks.has(piece.text)) close();
    }
  }
  close();
}

/** Whether there is something to press in a piece. */
function leads(piece: Piece): boolean {
  switch (piece.kind) {
    case "power":
      return [...piece.base, ...piece.exponent].some(leads);
    case "fraction":
      return [...piece.above, ...piece.below].some(leads);
    case "size":
    case "root":
      return piece.inside.some(leads);
    default:
      return "link" in piece;
  }
}

/** A piece that is no formula of its own: words, a button, or what has buttons in it. */
function apart(piece: Piece, go: Go, large: boolean): (Element | string)[] {
  const box = (name: string, line: Line): HTMLElement => {
    const made = element("span", { class: name });
    put(made, line, go, large);
    return made;
  };
  const bar = (): Element => math([{ kind: "sign", text: "|" }], large);
  switch (piece.kind) {
    case "power":
      return [box("base", piece.base), raised(piece.exponent, large)];
    case "fraction": {
      const over = element("span", { class: "unseen" }, " over ");
      return [element("span", { class: "fraction" }, box("above", piece.above), over, box("below", piece.below))];
    }
    case "size":
      return [bar(), box("inside", piece.inside), bar()];
    case "root":
      return [math([{ kind: "sign", text: "√" }], large), box("radicand", piece.inside)];
    case "words":
      return [element("span", { class: "words" }, piece.text)];
    default:
      return [linked(piece, go, large)];
  }
}

function linked(piece: Piece, go: Go, large: boolean): HTMLElement {
  const button = element("button", { class: "link", type: "button" }, math([piece], large));
  button.title = `${lineText([piece])}: show where this comes from`;
  if ("link" in piece) {
    const { link } = piece;
    button.addEventListener("click", () => go(link));
  }
  return button;
}

/** An exponent by itself, behind its base. */
function raised(exponent: Line, large: boolean): Element {
  return made("math", made("msup", made("mrow"), made("mrow", ...exponent.map((each) => drawn(each, large)))));
}

function math(pieces: readonly Piece[], large: boolean): Element {
  const root = made("math", ...pieces.map((piece) => drawn(piece, large)));
  if (large) root.setAttribute("displaystyle", "true");
  return root;
}

function drawn(piece: Piece, large: boolean): Element {
  const all = (line: Line): Element => made("mrow", ...line.map((each) => drawn(each, large)));
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
      return operator(piece.text, piece.prefix === true);
    case "sum":
      return piece.index === "" ? made("mo", "∑") : made("munder", made("mo", "∑"), made("mi", piece.index));
    case "power":
      return made("msup", all(piece.base), all(piece.exponent));
    case "fraction":
      return made("mfrac", all(piece.above), all(piece.below));
    case "size":
      return made("mrow", operator("|"), all(piece.inside), operator("|"));
    case "root":
      return made("msqrt", all(piece.inside));
    case "words":
      return made("mtext", piece.text);
  }
}

function operator(text: string, prefix = false): Element {
  if (text === "ᵀ") return name("T");
  if (text.length > 1 && text.endsWith("(")) return made("mrow", name(text.slice(0, -1)), operator("("));
  const sign = made("mo", text);
  if (text === "(" || text === ")" || text === "|" || text === ",") {
    sign.setAttribute("form", text === "(" || text === "|" ? "prefix" : "postfix");
    sign.setAttribute("stretchy", "false");
  } else sign.setAttribute("form", prefix ? "prefix" : "infix");
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
