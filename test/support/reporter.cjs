// Mocha's spec reporter that also writes what passed and failed in each file to the file named by BACKSTEP_TOTALS.
const { writeFileSync, mkdirSync } = require("node:fs");
const { dirname } = require("node:path");
const { reporters } = require("mocha");

module.exports = class Totals extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    this.files = {};
    const count = (what) => (test) => {
      const of = (this.files[test.file ?? ""] ??= { passed: 0, failed: 0, pending: 0 });
      of[what]++;
    };
    runner.on("pass", count("passed")).on("fail", count("failed")).on("pending", count("pending"));
  }

  done(failures, finish) {
    const file = process.env.BACKSTEP_TOTALS;
    if (file) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(this.files));
    }
    finish?.(failures);
  }
};
