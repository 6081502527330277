import type { PictureFormat, ToHost, ToPageOf } from "./messages";

/** A picture of a graph as a file, and what is to be said of it. */
export interface Picture {
  readonly bytes: Uint8Array;
  readonly note: string;
}

interface Asked {
  readonly message: ToPageOf<"picture">;
  readonly resolve: (picture: Picture | string) => void;
}

/** The pictures that one page is asked for: only a page has its theme's colours and measures its letters. */
export class Pictures {
  readonly #asked = new Map<number, Asked>();
  #count = 0;

  constructor(private readonly send: (message: ToPageOf<"picture">) => void) {}

  /** Asks the page; what is said to a page that is not up is lost, and said again. */
  ask(id: string, format: PictureFormat): Promise<Picture | string> {
    const message = { type: "picture", id, ask: ++this.#count, format } as const;
    this.send(message);
    return new Promise((resolve) => this.#asked.set(message.ask, { message, resolve }));
  }

  /** A page that is up anew knows of no question. */
  again(): void {
    for (const { message } of this.#asked.values()) this.send(message);
  }

  take({ ask, picture }: Extract<ToHost, { type: "pictured" }>): void {
    this.#asked.get(ask)?.resolve(picture ?? "the picture could not be made.");
    this.#asked.delete(ask);
  }

  /** There will be no answers, for a reason. */
  drop(reason: string): void {
    for (const { resolve } of this.#asked.values()) resolve(reason);
    this.#asked.clear();
  }
}
