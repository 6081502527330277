import { readToPage, type ToHost, type ToPage } from "../src/panel/messages";

declare function acquireVsCodeApi(): { postMessage(message: ToHost): void; setState(state: { id: string }): void };

const api = acquireVsCodeApi();

/** Says something to the host. */
export function post(message: ToHost): void {
  api.postMessage(message);
}

/** Hears what the host says; what is no message of ours goes to the log and no further. */
export function listen(hear: (message: ToPage) => void): void {
  addEventListener("message", (event: MessageEvent<unknown>) => {
    const message = readToPage(event.data);
    if (typeof message === "string") post({ type: "trouble", text: `The page got an unknown message: ${message}` });
    else {
      // All that survives a reload of the window: which run this page showed.
      if (message.type === "run") api.setState({ id: message.id });
      hear(message);
    }
  });
  addEventListener("error", (event) => trouble(event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => trouble(event.reason));
}

function trouble(reason: unknown): void {
  const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  post({ type: "trouble", text: text.slice(0, 4000) });
}
