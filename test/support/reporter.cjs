// Mocha's spec reporter that also writes its totals to the file named by BACKSTEP_TOTALS.
const { writeFileSync, mkdirSync } = require("node:fs");
const { dirname } = require("node:path");
const { reporters } = require("mocha");

module.exports = class Totals extends reporters.Spec {
  done(failures, finish) {
    const file = process.env.BACKSTEP_TOTALS;
    if (file) {
      mkdirSync(dirname(file), { recursive: true });
      const { passes, pending } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, pending }));
    }
    finish?.(failures);
  }
};
