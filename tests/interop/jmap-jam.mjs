// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright The Casement authors
//
// Drives a served port with jmap-jam, a JMAP client that was written by others, from RFC 8620. Prints TAP.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

const desk = "https://casement.example/jmap/desk";
const internal = "https://casement.example/jmap/internal";
const personal = "https://casement.example/jmap/personal";
const patience = 10000;

let JamClient;
try {
  ({ JamClient } = await import("jmap-jam"));
} catch (error) {
  console.log("Bail out! jmap-jam is not installed: run “npm ci” in tests/interop");
  process.exit(1);
}

const jam = new JamClient({
  sessionUrl: process.env.SESSION_URL,
  bearerToken: process.env.TOKEN,
  customCapabilities: {
    Person: desk, Team: desk, Channel: desk, Tag: desk, Customer: desk, Case: desk, Conversation: desk, Message: desk, Submission: desk,
    Comment: internal, Event: internal, Seen: personal,
  },
});

// Node.js has no EventSource. This one sends the token and hands out events; a comment opens it.
globalThis.EventSource = class {
  #events = [];
  #waiting = [];
  #abort = new AbortController();
  constructor(url) {
    this.opened = new Promise((resolve, reject) => this.#read(url, resolve).catch(reject));
  }
  async #read(url, opened) {
    const headers = { Authorization: jam.authHeader, Accept: "text/event-stream" };
    const response = await fetch(url, { headers, signal: this.#abort.signal });
    assert.equal(response.status, 200);
    let text = "";
    try {
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        opened();
        text += chunk;
        const blocks = text.split("\n\n");
        text = blocks.pop();
        for (const block of blocks.filter((b) => !b.startsWith(":")))
          this.#tell(Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s, 2))));
      }
    } catch (error) {
      if (error.name !== "AbortError")
        throw error;
    }
  }
  #tell(event) {
    const resolve = this.#waiting.shift();
    if (resolve)
      resolve(event);
    else
      this.#events.push(event);
  }
  next() {
    if (this.#events.length > 0)
      return Promise.resolve(this.#events.shift());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
  close() {
    this.#abort.abort();
  }
};

function ulid(letter) {
  const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  let number = (BigInt(Date.now()) << 80n) | BigInt("0x" + randomBytes(10).toString("hex"));
  let id = "";
  for (let i = 0; i < 26; i++, number >>= 5n)
    id = alphabet[Number(number & 31n)] + id;
  return letter + id;
}

const session = await jam.session;
const workspace = session.primaryAccounts[desk];

const tests = {
  "session": async () => {
    assert.equal(session.primaryAccounts[internal], workspace);
    assert.ok(session.accounts[session.primaryAccounts[personal]].isPersonal);
    assert.ok(session.capabilities["urn:ietf:params:jmap:core"].maxCallsInRequest >= 16);
    assert.ok(session.capabilities["urn:ietf:params:jmap:websocket"].supportsPush);
  },
  "get": async () => {
    const [people, meta] = await jam.api.Person.get({ accountId: workspace, ids: [process.env.PERSON_ID, "none"] });
    assert.equal(people.list[0].name, "ana");
    assert.deepEqual(people.notFound, ["none"]);
    assert.equal(meta.sessionState, session.state);
  },
  "query": async () => {
    const [found] = await jam.api.Case.query({
      accountId: workspace, filter: { status: "new" }, sort: [{ property: "lastActivityAt", isAscending: false }], limit: 2, calculateTotal: true,
    });
    assert.equal(found.ids.length, 2);
    assert.equal(found.total, 5);
  },
  "result references": async () => {
    const [results] = await jam.requestMany((t) => {
      const query = t.Case.query({ accountId: workspace, limit: 3 });
      const cases = t.Case.get({ accountId: workspace, ids: query.$ref("/ids") });
      const customers = t.Customer.get({ accountId: workspace, ids: cases.$ref("/list/*/customerId"), properties: ["name"] });
      return { query, cases, customers };
    });
    assert.equal(results.cases.list.length, 3);
    assert.equal(results.customers.list.length, 3);
    assert.match(results.customers.list[0].name, /^Customer /);
  },
  "set with adopted ids": async () => {
    const [{ ids }] = await jam.api.Case.query({ accountId: workspace, limit: 1 });
    const id = ulid("n");
    const create = { [id]: { caseId: ids[0], body: "Has anybody seen this zip before?" } };
    const [first] = await jam.api.Comment.set({ accountId: workspace, create });
    const [again] = await jam.api.Comment.set({ accountId: workspace, create });
    assert.equal(first.created[id].id, id);
    assert.equal(first.created[id].authorId, process.env.PERSON_ID);
    assert.deepEqual(again.created, first.created);
    assert.equal(again.oldState, again.newState);
    const [changed] = await jam.api.Comment.set({ accountId: workspace, update: { [id]: { pinned: true } } });
    assert.ok(id in changed.updated);
    const [comments] = await jam.api.Comment.get({ accountId: workspace, ids: [id] });
    assert.equal(comments.list[0].pinned, true);
  },
  "changes": async () => {
    const [before] = await jam.api.Tag.get({ accountId: workspace, ids: [] });
    const [set] = await jam.api.Tag.set({ accountId: workspace, create: { k: { name: "from outside" } } });
    const [changes] = await jam.api.Tag.changes({ accountId: workspace, sinceState: before.state });
    assert.deepEqual(changes.created, [set.created.k.id]);
    assert.equal(changes.newState, set.newState);
    assert.equal(changes.hasMoreChanges, false);
  },
  "errors": async () => {
    await assert.rejects(jam.api.Case.get({ accountId: "nobody", ids: [] }), { type: "accountNotFound" });
    await assert.rejects(jam.api.Case.get({ accountId: workspace, ids: [], properties: ["nonsense"] }), { type: "invalidArguments" });
    await assert.rejects(jam.request(["Case/get", { accountId: workspace, ids: [] }], { using: ["urn:nonsense"] }),
      { type: "urn:ietf:params:jmap:error:unknownCapability" });
  },
  "upload and download": async () => {
    const content = randomBytes(300000);
    const blob = await jam.uploadBlob(workspace, content, { headers: { Authorization: jam.authHeader, "Content-Type": "image/png" } });
    assert.equal(blob.size, content.length);
    assert.equal(blob.type, "image/png");
    const response = await jam.downloadBlob({ accountId: workspace, blobId: blob.blobId, mimeType: "image/png", fileName: "zip.png" });
    assert.equal(response.headers.get("content-type"), "image/png");
    assert.match(response.headers.get("content-disposition"), /^attachment/);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), content);
  },
  "event source": async () => {
    const events = await jam.connectEventSource({ types: ["Tag"], ping: 0 });
    await events.opened;
    const [set] = await jam.api.Tag.set({ accountId: workspace, create: { k: { name: "as an event" } } });
    const event = await events.next();
    assert.equal(event.event, "state");
    const change = JSON.parse(event.data);
    assert.equal(change["@type"], "StateChange");
    assert.equal(change.changed[workspace].Tag, set.newState);
    assert.ok(event.id);
    events.close();
  },
};

console.log(`1..${Object.keys(tests).length}`);
let number = 0, failed = 0;
for (const [name, run] of Object.entries(tests)) {
  const late = new Promise((_, reject) => setTimeout(reject, patience, new Error("this took too long")).unref());
  number++;
  try {
    await Promise.race([run(), late]);
    console.log(`ok ${number} - ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${number} - ${name}`);
    console.log(`# ${String(error?.stack ?? JSON.stringify(error)).replaceAll("\n", "\n# ")}`);
  }
}
process.exit(failed > 0 ? 1 : 0);
