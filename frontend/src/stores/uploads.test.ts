import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TusServer } from "./tusServer";
import { cancelUpload, goOn, upload, useUploads } from "./uploads";

let server: TusServer;

beforeEach(() => {
  localStorage.clear();
  useUploads.setState({ uploads: [] });
  server = new TusServer();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const file = (name: string) => new File(["a,b\n1,2\n"], name, { lastModified: 1 });
const files = () => [file("one.csv"), file("two.csv")];
const first = () => useUploads.getState().uploads[0];
const refuse = (method: string, status: number, code: string) => {
  server.refusals[method] = [{ status, code }];
};

test("files of the same name and size become one data set, each by an upload of its own", async () => {
  upload([file("one.csv"), file("one.csv")]);
  await vi.waitFor(() => expect(server.made).toEqual([["1", "2"]]));
  await vi.waitFor(() => expect(localStorage).toHaveLength(0));
});

test("an upload of which the server has another part goes on from there", async () => {
  refuse("PATCH", 409, "upload_offset_differs");
  upload(files());
  await vi.waitFor(() => expect(server.made).toEqual([["1", "2"]]));
});

test("too many uploads are said to be too many at once, and it goes on once there is room", async () => {
  refuse("POST", 409, "too_many_uploads");
  upload(files());
  await vi.waitFor(() => expect(first()?.error?.code).toBe("too_many_uploads"));
  goOn(first()?.id ?? 0);
  await vi.waitFor(() => expect(server.made).toEqual([["1", "2"]]));
});

test("a connection that was silent too long goes on by itself", async () => {
  refuse("PATCH", 408, "upload_interrupted");
  upload(files());
  await vi.waitFor(() => expect(server.made).toEqual([["1", "2"]]));
});

test("cancelling drops all files that came before, too", async () => {
  server.silent = "PATCH 2";
  upload(files());
  await vi.waitFor(() => expect(server.asked).toContain("PATCH 2"));
  cancelUpload(first()?.id ?? 0);
  await vi.waitFor(() => expect(server.waiting.size).toBe(0));
  expect(useUploads.getState().uploads).toEqual([]);
  expect(localStorage).toHaveLength(0);
  expect(server.made).toEqual([]);
});

test("files that had arrived whole before the page was closed are not sent again", async () => {
  refuse("MAKE", 503, "down");
  upload(files());
  await vi.waitFor(() => expect(first()?.error?.code).toBe("down"));
  useUploads.setState({ uploads: [] });
  server.asked.length = 0;
  upload(files());
  await vi.waitFor(() => expect(server.made).toEqual([["1", "2"]]));
  expect(server.asked).toEqual(["HEAD 1", "HEAD 2"]);
});
