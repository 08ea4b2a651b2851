/** A server of uploads in memory, for tests: what the store sends by tus and by fetch arrives here. */

import { vi } from "vitest";

type Refusal = { status: number; code: string };

export class TusServer {
  /** The bytes that have arrived of each upload that waits to become a data set. */
  readonly waiting = new Map<string, number>();
  /** Every request that came, as `PATCH 1`. */
  readonly asked: string[] = [];
  /** The uploads that became data sets. */
  readonly made: string[][] = [];
  /** What the next requests of a method are answered instead. */
  refusals: { [method: string]: Refusal[] } = {};
  /** A request to which no answer ever comes, as `PATCH 2`. */
  silent = "";
  private begun = 0;

  constructor() {
    vi.stubGlobal("XMLHttpRequest", requestTo(this));
    vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => this.make(String(init?.body)));
  }

  private make(body: string): Response {
    const uploads = (JSON.parse(body) as { uploads: string[] }).uploads;
    const refused = this.refusals.MAKE?.shift();
    if (refused) return new Response(envelope(refused), { status: refused.status });
    this.made.push(uploads);
    for (const id of uploads) this.waiting.delete(id);
    return new Response(JSON.stringify({ id: 1, name: "Flowers", state: "reading" }), { status: 201 });
  }

  answer(method: string, address: string, headers: Map<string, string>, body: Blob | null): Answer | null {
    const id = address.split("/").at(-2) ?? "";
    this.asked.push(method === "POST" ? method : `${method} ${id}`);
    if (this.silent === `${method} ${id}`) return null;
    const refused = this.refusals[method]?.shift();
    if (refused) return { status: refused.status, text: envelope(refused) };
    if (method === "POST") {
      const made = String(++this.begun);
      this.waiting.set(made, 0);
      sizes.set(made, headers.get("Upload-Length") ?? "");
      return { status: 201, headers: { location: `/api/uploads/${made}/` } };
    }
    const arrived = this.waiting.get(id);
    if (arrived === undefined) return { status: 404 };
    if (method === "DELETE") this.waiting.delete(id);
    if (method === "PATCH") this.waiting.set(id, arrived + (body?.size ?? 0));
    const offset = String(this.waiting.get(id));
    return { status: 204, headers: { "upload-offset": offset, "upload-length": sizes.get(id) ?? "" } };
  }
}

interface Answer {
  status: number;
  text?: string;
  headers?: { [name: string]: string };
}

const sizes = new Map<string, string>();

const envelope = ({ code }: Refusal) => JSON.stringify({ error: { code, message: code, hint: null } });

const requestTo = (server: TusServer) =>
  class {
    readonly upload = {};
    readonly headers = new Map<string, string>();
    onload: () => void = () => {};
    onerror: (reason: unknown) => void = () => {};
    status = 0;
    responseText = "";
    private answer: Answer = { status: 0 };
    private line: [string, string] = ["", ""];
    private aborted = false;

    open(method: string, address: string) {
      this.line = [method, address];
    }
    setRequestHeader(name: string, value: string) {
      this.headers.set(name, value);
    }
    getResponseHeader(name: string) {
      return this.answer.headers?.[name.toLowerCase()] ?? null;
    }
    send(body: Blob | null) {
      setTimeout(() => {
        if (this.aborted) return;
        const answer = server.answer(...this.line, this.headers, body);
        if (!answer) return;
        this.answer = answer;
        this.status = this.answer.status;
        this.responseText = this.answer.text ?? "";
        this.onload();
      });
    }
    abort() {
      this.aborted = true;
    }
  };
