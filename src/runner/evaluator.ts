import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { Column, ColumnQuestion } from "../recording/column";
import type { ExpressionQuestion, Result } from "../recording/given";
import { cleanEnvironment, probe } from "./probe";
import { type Answer, type Question, readAnswer } from "./questions";

/** Where the evaluator's program is, and how long an answer may take. */
export interface EvaluatorOptions {
  readonly child?: string;
  readonly budgetMs?: number;
  readonly execPath?: string;
  readonly heapMb?: number;
}

const startMs = 15_000;

interface Waiting {
  readonly question: Question;
  readonly done: (answer: Answer | string) => void;
}

/**
 * The host's end of a process that answers questions with the engine, so that none of them can hold up or harm the
 * host. It is started by the first question, ended when an answer takes too long, and started again by the next.
 */
export class Evaluator {
  #process: ChildProcess | null = null;
  #starting = false;
  #asked = 0;
  /** The first of them is being answered. */
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(private readonly options: EvaluatorOptions = {}) {}

  /** A column of a Jacobian, or a sentence why there is none. A question that was `dropped` meanwhile is not asked. */
  async column(question: ColumnQuestion, dropped?: AbortSignal): Promise<Column | string> {
    const answer = await this.#ask({ ask: ++this.#asked, about: "column", question }, dropped);
    if (typeof answer === "string") return answer;
    return answer.about === "column" ? answer.column : answer.about === "trouble" ? answer.sentence : "No answer.";
  }

  /** What an expression comes to at each of its moments, or a sentence why that cannot be told. */
  async expression(question: ExpressionQuestion): Promise<readonly Result[] | string> {
    const answer = await this.#ask({ ask: ++this.#asked, about: "expression", question }, undefined);
    if (typeof answer === "string") return answer;
    return answer.about === "expression" ? answer.results : answer.about === "trouble" ? answer.sentence : "No answer.";
  }

  /** The process that runs now, −1 for none. */
  get pid(): number {
    return this.#process?.pid ?? -1;
  }

  dispose(): void {
    this.#over = true;
    this.#end("Backstep is closing.");
    for (const { done } of this.#waiting.splice(0)) done("Backstep is closing.");
  }

  #ask(question: Question, dropped: AbortSignal | undefined): Promise<Answer | string> {
    if (this.#over) return Promise.resolve("Backstep is closing.");
    return new Promise((done) => {
      const waiting = { question, done };
      this.#waiting.push(waiting);
      dropped?.addEventListener("abort", () => {
        const at = this.#waiting.indexOf(waiting);
        // The one being answered is nearly done; ending the process for it would cost more.
        if (at > 0) this.#waiting.splice(at, 1);
        if (at > 0) done("No longer asked.");
      });
      if (this.#waiting.length === 1) void this.#next();
    });
  }

  async #next(): Promise<void> {
    const first = this.#waiting[0];
    if (first === undefined || this.#starting) return;
    if (this.#process === null) {
      this.#starting = true;
      const trouble = await this.#start().catch((error: unknown) => String(error));
      this.#starting = false;
      if (trouble !== "") {
        this.#answered(trouble);
        return;
      }
    }
    const { budgetMs = 5000 } = this.options;
    this.#timer = setTimeout(() => {
      this.#end(`The computation took longer than ${budgetMs / 1000} s and was ended.`);
    }, budgetMs);
    this.#process?.send(first.question);
  }

  #answered(answer: Answer | string): void {
    clearTimeout(this.#timer);
    this.#waiting.shift()?.done(answer);
    void this.#next();
  }

  async #start(): Promise<string> {
    const { execPath = process.execPath, child = join(__dirname, "child.js"), heapMb = 512 } = this.options;
    const abilities = await probe(execPath);
    if (abilities.node === "") return `Node could not be started from ${execPath}: check that path.`;
    if (this.#over) return "Backstep is closing.";
    const flags = [`--max-old-space-size=${heapMb}`, "--no-warnings"];
    if (abilities.permission) flags.push("--permission", `--allow-fs-read=${dirname(child)}/`);
    if (abilities.sqlite) flags.push("--no-experimental-sqlite");
    const started = spawn(execPath, [...flags, child], {
      env: cleanEnvironment(),
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
      windowsHide: true,
    });
    this.#process = started;
    // It must not keep a host alive that has nothing else to do.
    started.unref();
    started.channel?.unref();
    return new Promise((up) => {
      const late = setTimeout(() => gone("The process that computes it did not start."), startMs);
      const gone = (sentence: string): void => {
        clearTimeout(late);
        up(sentence);
        if (this.#process === started) this.#end(sentence);
      };
      started.on("message", (data: unknown) => {
        if (this.#process !== started) return;
        clearTimeout(late);
        if (this.#starting) up("");
        else this.#heard(data);
      });
      started.on("error", () => gone("The process that computes it ended."));
      started.on("exit", () => gone("The process that computes it ended."));
    });
  }

  #heard(data: unknown): void {
    const answer = readAnswer(data);
    if (typeof answer === "string") return this.#end(`Its answer was not understood: ${answer}`);
    if (answer.ask === this.#waiting[0]?.question.ask) this.#answered(answer);
  }

  /** Ends the process; who waits for an answer of it gets the sentence. */
  #end(sentence: string): void {
    const ended = this.#process;
    this.#process = null;
    ended?.kill("SIGKILL");
    clearTimeout(this.#timer);
    if (ended !== null && !this.#starting && this.#waiting.length > 0) this.#answered(sentence);
  }
}
