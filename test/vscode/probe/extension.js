// Only for tests: lets a test outside ask the extension host, through a local port written to BACKSTEP_PROBE_FILE.
const http = require("node:http");
const fs = require("node:fs");
const vscode = require("vscode");

exports.activate = (context) => {
  const file = process.env.BACKSTEP_PROBE_FILE;
  if (!file) return;
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", async () => {
      try {
        const { source, args } = JSON.parse(body);
        const run = new Function("vscode", "require", "__name", `return (${source})`)(vscode, require, (f) => f);
        response.end(JSON.stringify({ value: await run(vscode, ...args) }));
      } catch (error) {
        response.end(JSON.stringify({ error: String((error && error.stack) || error) }));
      }
    });
  });
  server.listen(0, "127.0.0.1", () => {
    // Whoever waits for the file finds it whole.
    fs.writeFileSync(`${file}.part`, JSON.stringify({ port: server.address().port, pid: process.pid }));
    fs.renameSync(`${file}.part`, file);
  });
  context.subscriptions.push({ dispose: () => server.close() });
};
